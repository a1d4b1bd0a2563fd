"""Goals, indicators and values: added, changed, taken through their steps, and corrected in the open."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.goals import operations, queries
from bihaelt.goals.domain import Dimension, Quantity, Stance, ValueState
from bihaelt.goals.models import IndicatorValue, PrincipleStance
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.texts.domain import Words
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import make_account, make_cluster, make_field, make_measure, make_principle
from tests.goals.stage import (
    BY,
    TODAY,
    entry,
    goal_content,
    indicator_content,
    make_goal,
    make_indicator,
    make_recommendation,
    make_value,
)

GENDER = {"w": (148, None), "m": (155, None), "na": (7, None)}


def acts(session, kind, subject_id):
    rows = sa.select(JournalEntry).where(JournalEntry.subject_kind == kind, JournalEntry.subject_id == subject_id)
    return [(row.act, row.public) for row in session.scalars(rows.order_by(JournalEntry.id))]


def entered(session, indicator, now, **values):
    reason = values.pop("reason", "")
    given = values.pop("entry", None) or entry(**values)
    return operations.enter(session, indicator=indicator, entry=given, by=BY, now=now, today=TODAY, reason=reason)


def step(session, value, to, now):
    operations.advance(session, value=value, to=to, seen=value.changed_at, by=BY, now=now)


def publish(session, value, now):
    for state in (ValueState.CONFIRMED, ValueState.AGREED, ValueState.PUBLISHED):
        step(session, value, state, now)


def test_a_goal_stands_in_both_frameworks_with_its_measures(session, now):
    one, other = make_measure(session), make_measure(session)
    content = goal_content(
        cluster_id=make_cluster(session).id, field_id=make_field(session).id, measure_ids=frozenset({one.id})
    )
    goal = operations.add_goal(session, content=content, by=BY, now=now)
    assert queries.goal_content(session, goal) == content
    new = goal_content(field_id=content.field_id, measure_ids=frozenset({other.id}), words=Words("Neues Ziel"))
    operations.change_goal(session, goal=goal, content=new, seen=goal.changed_at, by=BY, now=now + timedelta(hours=1))
    assert queries.goal_content(session, goal) == new
    assert [row.id for row in queries.measures_of_goal(session, goal.id, ["de"])] == [other.id]
    assert acts(session, "goal", goal.id) == [("goal.added", True), ("goal.changed", True)]
    with pytest.raises(Conflict):
        operations.change_goal(session, goal=goal, content=new, seen=now, by=BY, now=now)
    with pytest.raises(DomainError):
        operations.add_goal(session, content=goal_content(), by=BY, now=now)


def test_what_the_numbers_of_an_indicator_mean_stays_once_there_are_values(session, now):
    goal = make_goal(session)
    content = indicator_content(goal.id, breakdowns=[Dimension.GENDER])
    indicator = operations.add_indicator(session, content=content, by=BY, now=now)
    assert queries.indicator_content(session, indicator) == content
    mean = indicator_content(goal.id, quantity=Quantity.MEAN, decimals=1, breakdowns=[])
    operations.change_indicator(session, indicator=indicator, content=mean, seen=now, by=BY, now=now)
    assert queries.indicator_content(session, indicator) == mean
    make_value(session, indicator)
    with pytest.raises(DomainError) as refusal:
        operations.change_indicator(session, indicator=indicator, content=content, seen=now, by=BY, now=now)
    assert refusal.value.field == "quantity"
    with pytest.raises(Conflict):
        operations.change_indicator(
            session, indicator=indicator, content=mean, seen=now - timedelta(days=1), by=BY, now=now
        )
    assert acts(session, "indicator", indicator.id) == [("indicator.added", True), ("indicator.changed", True)]


def test_a_value_goes_from_the_office_to_the_plan_owner_to_everybody(session, now):
    indicator = make_indicator(session)
    value = entered(session, indicator, now, **{Dimension.GENDER: GENDER})
    assert (value.state, value.version, value.breakdown) == (
        ValueState.ENTERED, 1, {"gender": {"w": [148, None], "m": [155, None], "na": [7, None]}}
    )  # fmt: skip
    assert queries.published(session, indicator) == []
    with pytest.raises(Conflict):
        step(session, value, ValueState.PUBLISHED, now)
    publish(session, value, now)
    assert [row.total.exact for row in queries.published(session, indicator)] == [310]
    assert acts(session, "indicator", indicator.id) == [
        ("indicator.entered", False), ("indicator.confirmed", False), ("indicator.agreed", False),
        ("indicator.published", True),
    ]  # fmt: skip
    assert [line.act for line in journal.entries(session, "indicator", indicator.id)] == ["Value published"]


def test_a_correction_is_another_version_with_a_reason_and_the_first_one_stays_to_be_seen(session, now):
    indicator = make_indicator(session)
    publish(session, entered(session, indicator, now, total=296), now)
    with pytest.raises(DomainError) as refusal:
        entered(session, indicator, now)
    assert refusal.value.field == "reason"
    second = entered(session, indicator, now, reason="Nachmeldung")
    with pytest.raises(DomainError) as refusal:
        entered(session, indicator, now, reason="Noch eine")
    assert refusal.value.field == "period"
    assert [row.total.exact for row in queries.published(session, indicator)] == [296]
    publish(session, second, now)
    session.expire_all()
    shown = queries.published(session, indicator)
    assert [(row.version, row.total.exact, row.replaced, row.reason) for row in shown] == [
        (2, 310, False, "Nachmeldung"), (1, 296, True, ""),
    ]  # fmt: skip
    assert ("indicator.corrected", False) in acts(session, "indicator", indicator.id)


def test_a_period_has_to_be_over_or_the_value_is_provisional(session, now):
    indicator = make_indicator(session)
    for period, provisional, field in (
        ("2027-H1", True, "period"),
        ("2026-H2", False, "provisional"),
        ("2026", False, "period"),
    ):
        with pytest.raises(DomainError) as refusal:
            entered(session, indicator, now, period=period, provisional=provisional)
        assert refusal.value.field == field
    assert entered(session, indicator, now, period="2026-H2", provisional=True).provisional


def test_a_value_is_changed_until_somebody_confirms_it_and_sent_back_after_that(session, now):
    person = make_account(session)
    indicator = make_indicator(session)
    value = operations.enter(
        session, indicator=indicator, entry=entry(), by=Voice(person.id, "office_editor"), now=now, today=TODAY
    )
    later = now + timedelta(hours=1)
    operations.amend(
        session, value=value, entry=entry(total=320, note="Neu"), seen=value.changed_at,
        by=Voice(person.id, "office_editor"), now=later, today=TODAY,
    )  # fmt: skip
    assert (value.total, value.note) == (320, "Neu")
    with pytest.raises(Conflict):
        operations.amend(session, value=value, entry=entry(), seen=now, by=BY, now=now, today=TODAY)
    step(session, value, ValueState.CONFIRMED, later)
    with pytest.raises(Conflict):
        operations.amend(session, value=value, entry=entry(), seen=later, by=BY, now=now, today=TODAY)
    with pytest.raises(DomainError) as refusal:
        operations.send_back(session, value=value, reason=" ", seen=later, by=BY, now=later)
    assert refusal.value.field == "reason"
    operations.send_back(session, value=value, reason="Ohne Sennestadt", seen=later, by=BY, now=later)
    assert value.state is ValueState.ENTERED
    letter = session.scalars(sa.select(Letter)).one()
    assert (letter.kind, letter.account_id) == ("indicator_returned", person.id)


def test_who_sends_back_their_own_value_gets_no_letter_nor_does_a_deleted_profile(session, now):
    person = make_account(session)
    for by_id, sender in ((person.id, person.id), (None, person.id)):
        value = make_value(session, make_indicator(session), state=ValueState.CONFIRMED, entered_by_id=by_id)
        operations.send_back(
            session, value=value, reason="Falsch", seen=value.changed_at, by=Voice(sender, "plan_owner"), now=now
        )
    assert session.scalars(sa.select(Letter)).all() == []


def test_the_database_holds_one_public_and_one_open_value_per_period(session):
    indicator = make_indicator(session)
    make_value(session, indicator)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        make_value(session, indicator, version=2, reason="x")
    make_value(session, indicator, state=ValueState.ENTERED, version=2, reason="x")
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        make_value(session, indicator, state=ValueState.AGREED, version=3, reason="x")
    assert session.scalar(sa.select(sa.func.count()).select_from(IndicatorValue)) == 2


def test_a_measure_ticks_the_recommendations_that_it_implements(session, now):
    measure, one, other = make_measure(session), make_recommendation(session), make_recommendation(session)
    for chosen in (frozenset({one.id}), frozenset({one.id}), frozenset({other.id})):
        operations.implement(session, measure=measure, recommendation_ids=chosen, by=BY, now=now)
        assert queries.implemented(session, measure.id) == chosen
    assert acts(session, "measure", measure.id) == [("measure.implements", True)] * 2


def test_a_conflict_with_a_guiding_principle_says_why(session, now):
    measure, one, other = make_measure(session), make_principle(session), make_principle(session)
    stances = {one.id: (Stance.CONFORMS, ""), other.id: (Stance.CONFLICT, "Nur auf Deutsch")}
    for _ in range(2):
        operations.take_stance(session, measure=measure, stances=stances, by=BY, now=now)
    rows = queries.principles(session, measure.id, ["de"])
    assert [(row.id, row.stance, row.note) for row in rows] == [
        (one.id, Stance.CONFORMS, ""), (other.id, Stance.CONFLICT, "Nur auf Deutsch"),
    ]  # fmt: skip
    with pytest.raises(DomainError) as refusal:
        operations.take_stance(session, measure=measure, stances={one.id: (Stance.CONFLICT, " ")}, by=BY, now=now)
    assert refusal.value.field == f"note_{one.id}"
    operations.take_stance(session, measure=measure, stances={one.id: (Stance.CONFORMS, "")}, by=BY, now=now)
    assert [row.id for row in queries.principles(session, measure.id, ["de"], taken=True)] == [one.id]
    assert session.scalars(sa.select(PrincipleStance.principle_id)).all() == [one.id]
    assert len(acts(session, "measure", measure.id)) == 2


def test_a_target_lies_after_the_beginning_in_the_database_too(session):
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        make_indicator(session, target=5, target_on=date(2025, 1, 1))

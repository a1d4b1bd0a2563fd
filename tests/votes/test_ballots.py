"""A ballot's life: what a draft may say, what the opening freezes, and that the database itself refuses the rest."""

import importlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import State
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain import BallotState, CountRule, DecisionRule, Method
from bihaelt.votes.domain.protocol.canonical import sha256
from bihaelt.votes.domain.protocol.notes import Signer
from bihaelt.votes.models import (
    LIVING,
    Ballot,
    Checkpoint,
    Count,
    Leaf,
    Option,
    Paper,
    Question,
    Replaced,
)
from bihaelt.votes.operations import ballots, casting, log
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan
from tests.factories import NOW, add, make_cluster, make_conference, make_organisation, make_proposal
from tests.votes.ballot_stage import STAFF, make_ballot, make_code, make_draft, make_verified, open_now, ring_of, voter


def plans(session, ballot):
    return [
        QuestionPlan(
            question.cluster_id, question.budget_eur, question.carried_eur,
            tuple(OptionPlan(option.proposal_id, option.cost_eur) for option in question.options),
        )
        for question in queries.questions(session, ballot)
    ]  # fmt: skip


def change(session, ballot, questions=None, **settings):
    ballots.change(
        session, ballot=ballot, settings=replace(ballot.settings, **settings), by=STAFF, now=NOW,
        questions=plans(session, ballot) if questions is None else questions,
    )  # fmt: skip


def test_a_conference_proposes_its_clusters_with_their_published_proposals(session):
    clusters = make_cluster(session), make_cluster(session)
    conference = make_conference(session, "voting", clusters=clusters)
    priced = make_proposal(session, conference=conference, cluster_id=clusters[0].id, cost_cents=100_001)
    unpriced = make_proposal(session, conference=conference, cluster_id=clusters[0].id)
    make_proposal(session, conference=conference, cluster_id=clusters[0].id, state=State.SUBMITTED)
    make_proposal(session, cluster_id=clusters[0].id)
    first, second = queries.proposed_questions(session, conference, {clusters[0].id: 5000})
    assert first == QuestionPlan(clusters[0].id, 5000, 0, (OptionPlan(priced.id, 1001), OptionPlan(unpriced.id, 0)))
    assert second == QuestionPlan(clusters[1].id, 0, 0, ())


def test_what_the_last_certified_ballot_left_over_is_carried(session, app):
    before = make_ballot(session, app, clusters=1)
    question = queries.questions(session, before)[0]
    add(session, Count(question_id=question.id, run=1, result="{}", spent_eur=2000, left_eur=500, counted_at=NOW))
    before.state, before.closed_at, before.certified_at, before.run = BallotState.CERTIFIED, NOW, NOW, 1
    session.flush()
    cluster = session.get_one(Question, question.id).cluster_id
    conference = make_conference(session, "voting", predecessor_id=before.conference_id)
    assert queries.left_over(session, conference.predecessor_id) == {cluster: 500}
    option = OptionPlan(make_proposal(session, conference=conference, cluster_id=cluster).id, 100)
    settings = replace(before.settings)
    with pytest.raises(DomainError, match="carried"):
        ballots.set_up(
            session, conference=conference, settings=settings, by=STAFF, now=NOW,
            questions=[QuestionPlan(cluster, 1000, 501, (option,))],
        )  # fmt: skip
    made = ballots.set_up(
        session, conference=conference, settings=settings, by=STAFF, now=NOW,
        questions=[QuestionPlan(cluster, 1000, 500, (option,))],
    )  # fmt: skip
    assert queries.questions(session, made)[0].carried_eur == 500


def test_a_draft_is_changed_and_thrown_away(session):
    ballot = make_draft(session)
    change(session, ballot, plans(session, ballot)[:1], max_choices=5)
    assert (len(queries.questions(session, ballot)), ballot.max_choices) == (1, 5)
    ballots.discard(session, ballot=ballot, by=STAFF, now=NOW)
    assert session.scalars(sa.select(Ballot)).all() == []


def test_a_draft_with_codes_is_opened_and_cancelled_rather_than_thrown_away(session):
    ballot = make_draft(session)
    make_code(session, ballot)
    with pytest.raises(Conflict, match="Codes were made"):
        ballots.discard(session, ballot=ballot, by=STAFF, now=NOW)
    assert session.scalars(sa.select(Ballot)).all() == [ballot]


def test_the_same_form_makes_one_draft_and_a_second_ballot_is_refused(session):
    ballot = make_draft(session)
    again = {"conference": ballot.conference, "settings": ballot.settings, "by": STAFF, "now": NOW}
    with pytest.raises(Conflict):
        ballots.set_up(session, questions=plans(session, ballot), **again)
    ballot.nonce = "abc"
    session.flush()
    assert ballots.set_up(session, questions=plans(session, ballot), nonce="abc", **again) is ballot


BAD_SETTINGS = [
    ("closes_at", {"closes_at": NOW - timedelta(days=2)}),
    ("opens_at", {"opens_at": NOW - timedelta(days=60)}),
    ("closes_at", {"closes_at": NOW + timedelta(days=60)}),
    ("count_rule", {"method": Method.POINTS}),
    ("max_choices", {"max_choices": 0}),
    ("encouraged_min", {"encouraged_min": 11}),
    ("max_points", {"max_points": 0}),
    ("decision_rule", {"method": Method.RANKING, "count_rule": CountRule.SCHULZE, "decision_rule": DecisionRule.R2}),
    ("percent", {"percent": 0}),
    ("people_per_mille", {"people_per_mille": 1001}),
    ("min_age", {"min_age": 17}),
    ("objection_days", {"objection_days": -1}),
    ("lottery", {"lottery": "Lotto"}),
    ("lottery_on", {"lottery": "Lotto", "lottery_on": date(2026, 11, 1)}),
    ("lottery_on", {"lottery": "x", "lottery_on": date(2026, 11, 24), "closes_at": datetime(2026, 11, 24, 23, 5, tzinfo=UTC)}),
    ("quorum", {"quorum": -1}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "values"), BAD_SETTINGS)
def test_bad_settings_are_refused_at_their_field(session, field, values):
    ballot = make_draft(session)
    with pytest.raises(DomainError) as error:
        change(session, ballot, **values)
    assert error.value.field == field


def test_bad_questions_are_refused(session):
    ballot = make_draft(session, clusters=1, options=1)
    good = plans(session, ballot)[0]
    foreign = make_proposal(session).id
    for questions in (
        [], [good, good],
        [replace(good, budget_eur=0)], [replace(good, budget_eur=10**10)], [replace(good, carried_eur=1)],
        [replace(good, options=good.options * 2)],
        [replace(good, options=(OptionPlan(foreign, 1),))],
        [replace(good, options=(OptionPlan(good.options[0].proposal_id, 0),))],
        [replace(good, options=(OptionPlan(good.options[0].proposal_id, 2501),))],
    ):  # fmt: skip
        with pytest.raises(DomainError):
            change(session, ballot, questions)
    assert plans(session, ballot) == [good]


def test_opening_freezes_a_configuration_whose_hash_begins_the_log(session, app):
    make_verified(session)
    make_verified(session, age_met=14)
    make_organisation(session)
    folder = app.config["SETTINGS"].ballot_keys
    for left in folder.glob("*"):  # ids begin anew in each test: what an earlier one wrote may have this ballot's name
        left.unlink()
    ballot = make_ballot(session, app)
    assert ballot.state is BallotState.OPEN
    assert (ballot.verified_people, ballot.verified_organisations) == (1, 1)
    document = json.loads(ballot.configuration)
    assert document["ballot"] == ballot.key
    assert len(document["questions"]) == 2
    leaf = session.scalars(sa.select(Leaf).where(Leaf.ballot_id == ballot.id)).one()
    assert json.loads(leaf.data)["sha256"] == ballot.configuration_sha256 == sha256(ballot.configuration.encode())
    assert log.latest(session, ballot.id).size == 1
    assert {(folder / f"{ballot.key}.{kind}").stat().st_mode & 0o777 for kind in ("pepper", "signing")} == {0o600}


def test_texts_have_to_stand_still_before_a_ballot_opens(session, app):
    ballot = make_draft(session, clusters=1)
    with pytest.raises(DomainError, match="stand still"):
        ballots.open_ballot(
            session, ring=ring_of(app), site="localhost", ballot=ballot, by=STAFF, now=NOW - timedelta(days=30)
        )
    with pytest.raises(DomainError, match="passed already"):
        ballots.open_ballot(
            session, ring=ring_of(app), site="localhost", ballot=ballot, by=STAFF, now=NOW + timedelta(days=8)
        )


def test_an_opening_without_options_or_witnesses_is_refused(session, app):
    empty = make_draft(session, clusters=1, options=0)
    with pytest.raises(DomainError, match="at least one proposal"):
        open_now(session, app, empty)
    watched = make_draft(session, quorum=1)
    with pytest.raises(DomainError, match="witnesses"):
        open_now(session, app, watched)
    log.name_witness(session, name="Presse", public_key=str(Signer.generate("presse").key), by=STAFF, now=NOW)
    open_now(session, app, watched)
    assert json.loads(watched.configuration)["witnesses"][0]["name"] == "Presse"
    with pytest.raises(Conflict):
        open_now(session, app, watched)


def test_a_withdrawn_proposal_stops_the_opening(session, app):
    ballot = make_draft(session)
    number = queries.questions(session, ballot)[0].options[0].proposal_id
    session.execute(sa.text("UPDATE proposal SET state = 'withdrawn' WHERE id = :id"), {"id": number})
    with pytest.raises(DomainError):
        open_now(session, app, ballot)
    assert session.scalar(sa.select(Leaf.position)) is None


def test_cancelling_needs_a_reason_tells_everybody_and_lets_another_begin(session, app):
    person = make_verified(session)
    ballot = make_ballot(session, app, clusters=1)
    with pytest.raises(DomainError):
        ballots.cancel(session, ballot=ballot, reason=" ", by=STAFF, now=NOW)
    ballots.cancel(session, ballot=ballot, reason="Ein Vorschlag fehlt.", by=STAFF, now=NOW)
    letters = session.scalars(sa.select(Letter).where(Letter.kind == "ballot_cancelled")).all()
    assert [letter.account_id for letter in letters] == [person.account_id]
    act = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "ballot.cancelled")).one()
    assert (act.public, act.reason) == (True, "Ein Vorschlag fehlt.")
    again = ballots.set_up(
        session,
        conference=ballot.conference,
        settings=ballot.settings,
        questions=plans(session, ballot),
        by=STAFF,
        now=NOW,
    )
    assert again.key == f"{ballot.key}-2"
    with pytest.raises(Conflict):
        ballots.cancel(session, ballot=again, reason="x", by=STAFF, now=NOW)


def test_every_column_of_a_ballot_is_either_frozen_or_part_of_its_life():
    source = sa.inspect(Ballot).columns.keys()
    frozen = importlib.import_module("migrations.versions.0004_ballots_are_frozen").FROZEN
    assert set(frozen) == set(source) - LIVING


NEW = {
    "id": 999, "opened_at": NOW + timedelta(1), "lottery_on": date(2030, 1, 1), "nonce": "x", "method": Method.RANKING,
    "count_rule": CountRule.SCHULZE, "decision_rule": DecisionRule.R3,
}  # fmt: skip


@pytest.mark.parametrize("column", sorted(set(sa.inspect(Ballot).columns.keys()) - LIVING - {"conference_id", "id"}))
def test_the_database_refuses_to_change_what_is_open(session, app, column):
    ballot = make_ballot(session, app, clusters=1)
    old = getattr(ballot, column)
    value = NEW.get(column)
    if value is None:
        value = (
            old + timedelta(seconds=1)
            if column.endswith("_at")
            else old + 1
            if isinstance(old, int)
            else f"x{old}"[:16]
        )
    refused(session, sa.update(Ballot).where(Ballot.id == ballot.id).values({column: value}))


def refused(session, statement, match="cannot be changed|append-only|never removed|takes no papers"):
    with pytest.raises(sa.exc.DatabaseError, match=match), session.begin_nested():
        session.execute(statement, execution_options={"synchronize_session": False})


def test_the_database_refuses_to_change_add_or_remove_questions_and_options(session, app):
    ballot = make_ballot(session, app, clusters=1, options=1)
    question = session.scalars(sa.select(Question)).one()
    option = session.scalars(sa.select(Option)).one()
    cluster, proposal = make_cluster(session), make_proposal(session)
    for statement in (
        sa.update(Question).values(budget_eur=1_000_000),
        sa.update(Option).values(cost_eur=1),
        sa.delete(Option),
        sa.delete(Question).where(Question.id == question.id),
        sa.insert(Question).values(
            ballot_id=ballot.id, cluster_id=cluster.id, key="neu", position=9, budget_eur=1, carried_eur=0
        ),
        sa.insert(Option).values(question_id=question.id, proposal_id=proposal.id, key="neu", position=9, cost_eur=1),
        sa.update(Ballot).values(state="draft"),
        sa.delete(Ballot),
    ):
        refused(session, statement)
    assert option.cost_eur == 1000


def test_the_log_only_grows_and_votes_are_never_removed(session, app):
    ballot = make_ballot(session, app, clusters=1, options=2)
    ring, who, asked = ring_of(app), voter(session), queries.questions(session, ballot)[0]
    for place in (0, 1):
        casting.cast(
            session, ring=ring, ballot=ballot, voter=who, by=STAFF, now=NOW,
            choices={asked.key: [asked.options[place].key]},
        )  # fmt: skip
    add(session, Count(question_id=asked.id, run=1, result="{}", spent_eur=0, left_eur=0, counted_at=NOW))
    for model, values in (
        (Leaf, {"data": "x"}), (Checkpoint, {"note": "x"}), (Replaced, {"commitment": "x"}), (Count, {"result": "x"}),
    ):  # fmt: skip
        refused(session, sa.update(model).values(values))
        refused(session, sa.delete(model))
    refused(session, sa.delete(Paper))
    session.execute(sa.update(Ballot).values(state="closed", closed_at=NOW))
    refused(session, sa.update(Paper).values(choice="[]"))
    refused(session, sa.update(Paper).values(commitment="x"))
    session.execute(sa.update(Paper).values(state="invalidated", invalid_reason="x"))
    session.execute(sa.update(Ballot).values(state="cancelled", cancelled_at=NOW, cancel_reason="x"))
    refused(session, sa.update(Ballot).values(state="open", cancelled_at=None))


def test_replacing_a_row_on_sqlite_is_refused_as_well(session, app):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("REPLACE is SQLite's own")
    make_ballot(session, app, clusters=1)
    for table in ("leaf", "checkpoint", "ballot"):
        refused(session, sa.text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))

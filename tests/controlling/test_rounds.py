"""A round from its opening to its close: owed, handed in, checked, given back, published."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.controlling import operations, queries
from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import StatusReport
from bihaelt.goals.domain import Direction, IndicatorKind, Quantity, Rhythm, ValueState
from bihaelt.goals.models import Goal, Indicator, IndicatorValue
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.mailer import message_of
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.measures.models import Milestone, YearCost
from bihaelt.money.models import MoneyAccount
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.texts.queries import shown
from bihaelt.verdicts import Conflict, DomainError
from tests.controlling.stage import DUE, PERIOD, checked, opened, owner, published, reported, running
from tests.factories import NOW, add, make_account, make_measure, make_office, make_text


def refused(field, **asked):
    with pytest.raises(DomainError) as refusal:
        reported(**asked)
    assert refusal.value.field == field


def test_a_round_asks_for_a_report_on_everything_that_is_under_way(session):
    wanted = [running(session), running(session, category=Category.B, state=MeasureState.DECIDED)]
    make_measure(session)
    running(session, state=MeasureState.COMPLETED)
    row = opened(session)
    assert queries.states(session, PERIOD) == {ReportState.DUE: 2}
    assert set(session.scalars(sa.select(StatusReport.measure_id))) == {measure.id for measure in wanted}
    assert queries.round(session, row.id) is queries.round_of(session, PERIOD)
    assert session.scalars(sa.select(JournalEntry.act)).all() == ["round.opened"]


def test_a_round_needs_a_half_year_of_its_own_a_day_to_come_and_something_to_report_on(session):
    with pytest.raises(DomainError):
        opened(session)
    session.rollback()
    running(session)
    with pytest.raises(DomainError) as refusal:
        opened(session, due_on=date(2026, 11, 21))
    assert refusal.value.field == "due_on"
    opened(session)
    with pytest.raises(DomainError) as refusal:
        opened(session)
    assert refusal.value.field == "period"


def test_the_rules_look_at_milestones_money_and_indicators(session):
    measure = running(session)
    today = NOW.date()
    assert queries.facts(session, measure, PERIOD, today).planned_cents == 100_000
    assert queries.facts(session, measure, PERIOD, today).days_late is None
    text = make_text(session, "Start")
    add(session, Milestone(measure_id=measure.id, text_id=text.id, due_on=today - timedelta(days=61)))
    add(session, YearCost(measure_id=measure.id, year=2026, staff_cents=20_000, material_cents=30_000))
    facts = queries.facts(session, measure, PERIOD, today)
    assert (facts.days_late, facts.planned_cents, facts.goal) == (61, 50_000, Light.GREY)
    add(
        session,
        MoneyAccount(
            measure_id=measure.id, cluster_id=measure.cluster_id, year=2026, kind="consumptive", allocated=60_000,
            transfers_in=5_000, transfers_out=2_000, carried=1_000,
        ),
    )  # fmt: skip
    an_indicator(session, measure, value=70)
    facts = queries.facts(session, measure, PERIOD, today)
    assert (facts.planned_cents, facts.goal) == (64_000, Light.YELLOW)
    measure.state = MeasureState.DECIDED
    assert queries.facts(session, measure, PERIOD, today).days_late is None


def an_indicator(session, measure, value):
    """Half of the target was due by the end of the first half-year; a later value does not count yet."""
    goal = add(
        session,
        Goal(
            text_id=make_text(session, "Ziel").id, cluster_id=measure.cluster_id, valid_from=date(2026, 1, 1),
            changed_at=NOW,
        ),
    )  # fmt: skip
    indicator = add(
        session,
        Indicator(
            text_id=make_text(session, "Kinder").id, goal_id=goal.id, measure_id=measure.id, kind=IndicatorKind.OUTPUT,
            quantity=Quantity.COUNT, direction=Direction.UP, rhythm=Rhythm.HALF, baseline=0,
            baseline_on=date(2025, 12, 31), target=200, target_on=date(2026, 12, 31), breakdowns=[], changed_at=NOW,
        ),
    )  # fmt: skip
    for period, total in (("2026-H1", value), ("2027-H1", 500)):
        add(
            session,
            IndicatorValue(
                indicator_id=indicator.id, period=period, version=1, state=ValueState.PUBLISHED, total=total,
                breakdown={}, entered_at=NOW, changed_at=NOW, published_at=NOW,
            ),
        )  # fmt: skip


def test_an_office_hands_in_and_says_it_better_until_somebody_checks_it(session):
    measure = running(session)
    opened(session)
    report = reported(session, measure, next_step="Weiter", risk="Wenig Personal", forecast_cents=99_000)
    assert (report.state, report.cost, report.cost_proposed) == (ReportState.SUBMITTED, Light.GREEN, Light.GREEN)
    assert measure.light is Light.GREY
    reported(session, measure, text="Besser.", forecast_cents=120_000, counter="Sparen.")
    assert report.cost is Light.RED
    words = shown(session, [report.text_id], ["de"])[report.text_id]
    assert (words.body, words.extra["counter"]) == ("Besser.", "Sparen.")
    checked(session, report)
    with pytest.raises(Conflict):
        reported(session, measure)


def test_a_report_that_lacks_something_is_refused_at_the_field(session):
    measure = running(session)
    opened(session)
    refused("text", session=session, measure=measure, text=" ")
    refused("forecast", session=session, measure=measure, forecast_cents=-1)
    refused("goal_reason", session=session, measure=measure, goal=Light.GREEN)
    report = reported(session, measure, goal=Light.GREEN, reasons={"goal": "Gezählt wird erst im Januar."})
    assert (report.goal, report.goal_proposed, report.goal_reason) == (
        Light.GREEN, Light.GREY, "Gezählt wird erst im Januar.",
    )  # fmt: skip


def test_two_who_write_the_same_report_at_once_are_told(session):
    measure = running(session)
    opened(session)
    report = queries.report_of_measure(session, measure.id)
    reported(session, measure)
    with pytest.raises(Conflict):
        operations.submit(
            session, report=report, told=operations.Told("Ich auch."), seen=None, by=owner(session), now=NOW
        )


def test_reports_are_checked_together_and_taken_back_until_they_are_published(session):
    measures = [running(session) for _ in range(3)]
    row = opened(session)
    reports = [reported(session, measure) for measure in measures]
    ids = [report.id for report in reports]
    checked(session, *reports)
    assert queries.states(session, PERIOD)[ReportState.CHECKED] == 3
    back = operations.uncheck(session, period=PERIOD, report_ids=ids[:1], by=owner(session), now=NOW)
    assert back == 1
    with pytest.raises(Conflict):
        operations.uncheck(session, period=PERIOD, report_ids=ids, by=owner(session), now=NOW)
    assert operations.publish(session, round=row, by=owner(session), now=NOW) == 2
    assert {report.state for report in reports} == {ReportState.SUBMITTED, ReportState.PUBLISHED}
    with pytest.raises(Conflict):
        operations.uncheck(session, period=PERIOD, report_ids=ids[1:], by=owner(session), now=NOW)
    with pytest.raises(Conflict):
        operations.publish(session, round=row, by=owner(session), now=NOW)


def test_nobody_checks_what_they_have_not_seen(session):
    measure = running(session)
    opened(session)
    report = reported(session, measure, now=NOW)

    def check(ids, period=PERIOD, seen=NOW):
        operations.check(session, period=period, report_ids=ids, seen=seen, by=owner(session), now=NOW)

    with pytest.raises(Conflict):
        check([report.id], seen=NOW - timedelta(minutes=1))
    with pytest.raises(Conflict):
        check([report.id, 99_999])
    with pytest.raises(Conflict):
        check([report.id], period="2026-H1")
    with pytest.raises(DomainError):
        check([])
    session.refresh(report)
    assert report.state is ReportState.SUBMITTED


def test_a_report_goes_back_with_a_question_and_its_writer_gets_a_letter(session):
    measure, editor = running(session, "Sportfest"), make_account(session, Role.OFFICE_EDITOR, language="en")
    opened(session)
    session.execute(sa.delete(Letter))
    report = reported(session, measure, by=Voice(editor.id, "office_editor"))
    with pytest.raises(DomainError) as refusal:
        operations.ask_back(session, report=report, question=" ", by=owner(session), now=NOW)
    assert refusal.value.field == "question"
    operations.ask_back(session, report=report, question="Wie viele Kinder?", by=owner(session), now=NOW)
    assert (report.state, report.asked) == (ReportState.DUE, "Wie viele Kinder?")
    letter = session.scalars(sa.select(Letter)).one()
    assert (letter.kind, letter.account_id, letter.context["title"]) == ("controlling_asked", editor.id, "Sportfest")
    editor.state = AccountState.BLOCKED
    reported(session, measure, by=Voice(editor.id, "office_editor"))
    assert report.asked == ""
    operations.ask_back(session, report=report, question="Und jetzt?", by=owner(session), now=NOW)
    reported(session, measure, by=Voice(None, "system"))
    operations.ask_back(session, report=report, question="Und nun?", by=owner(session), now=NOW)
    assert len(session.scalars(sa.select(Letter)).all()) == 1
    private = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "report.asked")).all()
    assert not any(entry.public for entry in private)


def test_the_newest_published_report_sets_the_light_of_its_measure(session):
    measure = running(session)
    opened(session, "2026-H1")
    opened(session, "2026-H2")
    published(session, measure, period="2026-H2")
    assert measure.light is Light.GREY
    published(session, measure, period="2026-H1", time=Light.RED, counter="Ja", reasons={"time": "Spät"})
    assert measure.light is Light.GREY
    other = queries.reports(session, measure.id, ["de"])
    assert [row.period for row in other] == ["2026-H2", "2026-H1"]
    assert session.scalar(sa.select(sa.func.count()).where(JournalEntry.act == "measure.reported")) == 2


def test_a_light_follows_the_report_that_is_published(session):
    measure = running(session)
    opened(session)
    published(session, measure, forecast_cents=105_000, counter="Sparen")
    assert measure.light is Light.YELLOW


def test_a_closed_round_stays_as_it_is(session):
    measures = [running(session), running(session)]
    row = opened(session)
    report = reported(session, measures[0])
    with pytest.raises(DomainError):
        operations.close_round(session, round=row, by=owner(session), now=NOW)
    checked(session, report)
    operations.publish(session, round=row, by=owner(session), now=NOW)
    operations.close_round(session, round=row, by=owner(session), now=NOW)
    with pytest.raises(Conflict):
        operations.close_round(session, round=row, by=owner(session), now=NOW)
    with pytest.raises(Conflict):
        reported(session, measures[1])
    assert queries.report_of_measure(session, measures[1].id) is None
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "round.closed")).one()
    assert entry.details["missing"] == 1


def test_offices_are_written_to_when_a_round_opens_before_it_is_due_and_after(session):
    office, other = make_office(session), make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office, language="en")
    chief = make_account(session, Role.PLAN_OWNER)
    running(session, "Sportfest", office_id=office.id)
    running(session, "Garten", office_id=other.id)
    due = date(2026, 12, 10)
    opened(session, due_on=due)

    def letters():
        return session.scalars(sa.select(Letter).order_by(Letter.id)).all()

    assert {letter.account_id for letter in letters()} >= {editor.id, chief.id}
    mine = next(letter for letter in letters() if letter.account_id == editor.id)
    assert (mine.context["number"], mine.context["late"], mine.context["more"]) == (1, False, 0)
    assert mine.context["titles"][0].endswith("Sportfest")
    before = len(letters())
    assert operations.remind(session, now=NOW) == 0
    soon = NOW + timedelta(days=12)
    assert operations.remind(session, now=soon) == before
    assert operations.remind(session, now=soon) == 0
    assert operations.remind(session, now=NOW + timedelta(days=19)) == before
    assert letters()[-1].context["late"] is True


def test_an_editor_of_all_offices_looks_after_those_without_one(session):
    everybody = make_account(session, Role.OFFICE_EDITOR)
    running(session)
    opened(session)
    assert [letter.account_id for letter in session.scalars(sa.select(Letter))] == [everybody.id]


def test_the_desk_lists_what_an_office_owes_and_leads_from_one_to_the_next(session, count_queries):
    office, other = make_office(session), make_office(session)
    mine = [running(session, office_id=office.id) for _ in range(3)]
    nobodys, foreign = running(session), running(session, office_id=other.id)
    opened(session)
    with count_queries() as few:
        page = queries.owed(session, {office.id}, ["de"], size=2)
    assert len(few) == 2
    assert [row.measure_id for row in page.rows] == [mine[0].id, mine[1].id]
    assert not page.rows[0].missing(NOW.date())
    assert page.rows[0].missing(DUE + timedelta(days=1))
    later = queries.owed(session, {office.id}, ["de"], cursor=cursor_of(page.older), size=2)
    assert [row.measure_id for row in later.rows] == [mine[2].id, nobodys.id]
    back = queries.owed(session, {office.id}, ["de"], cursor=cursor_of(later.newer), size=2)
    assert [row.measure_id for row in back.rows] == [mine[0].id, mine[1].id]
    assert foreign.id in [row.measure_id for row in queries.owed(session, None, ["de"]).rows]
    first = queries.report_of_measure(session, mine[0].id, PERIOD)
    assert queries.next_owed(session, {office.id}, first) == mine[1].id
    reported(session, mine[1])
    assert queries.next_owed(session, {office.id}, first) == mine[2].id
    last = queries.report_of_measure(session, nobodys.id, PERIOD)
    assert queries.next_owed(session, {office.id}, last) == mine[0].id


def cursor_of(text):
    return Cursor.decode(text, (str, str))


def test_rounds_and_the_desk_of_a_round_cost_the_same_however_many_reports_there_are(session, count_queries):
    measures = [running(session) for _ in range(3)]
    opened(session)
    reported(session, measures[0], forecast_cents=1, goal=Light.RED, reasons={"goal": "Zu wenig"}, counter="Mehr")
    with count_queries() as few:
        (row,) = queries.rounds(session)
        page = queries.desk(session, PERIOD, ["de"])
    assert len(few) == 3
    assert (row.states[ReportState.DUE], row.missing(NOW.date()), row.missing(date(2026, 12, 1))) == (2, 0, 2)
    assert len(page.rows) == 3
    only = queries.desk(session, PERIOD, ["de"], state=ReportState.SUBMITTED).rows[0]
    assert (only.reasons, only.lights.goal, only.text.body) == ({"goal": "Zu wenig"}, Light.RED, "Läuft gut.")
    for _ in range(47):
        session.add(StatusReport(measure_id=running(session).id, period=PERIOD))
    session.flush()
    session.expunge_all()
    with count_queries() as many:
        queries.rounds(session)
        page = queries.desk(session, PERIOD, ["de"], size=20)
        onwards = queries.desk(session, PERIOD, ["de"], cursor=int_cursor(page.older), size=20)
        queries.desk(session, PERIOD, ["de"], cursor=int_cursor(onwards.newer), size=20)
    assert len(many) == 7


def int_cursor(text):
    return Cursor.decode(text, (int,))


def test_the_letters_can_be_read_in_every_language(app, session):
    writer = make_account(session, Role.OFFICE_EDITOR)
    measure = running(session, "Sportfest")
    for _ in range(21):
        running(session)
    opened(session, due_on=date(2026, 12, 1))
    operations.remind(session, now=NOW + timedelta(days=12))
    report = reported(session, measure, by=Voice(writer.id, "office_editor"))
    operations.ask_back(session, report=report, question="Wie viele Kinder?", by=owner(session), now=NOW)
    letters = session.scalars(sa.select(Letter)).all()
    assert {letter.kind for letter in letters} == {"controlling_due", "controlling_asked"}
    for language in LANGUAGES:
        for letter in letters:
            letter.language = language.babel
            with app.test_request_context():
                message = message_of(letter, NOW)
            said = message["Subject"] + message.get_body(("plain",)).get_content()
            assert "Sportfest" in said
            assert "Wie viele Kinder?" in said or letter.kind == "controlling_due"

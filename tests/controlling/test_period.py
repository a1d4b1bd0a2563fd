"""The controlling report of a half-year: what it counts, and that it costs the same however much there is."""

from datetime import UTC, date, datetime

import pytest

from bihaelt.comments.domain import CommentState, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.controlling import queries
from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import StatusReport
from bihaelt.controlling.queries import Participation
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.measures.domain import Category, Light
from bihaelt.measures.models import MeasureField, Move
from bihaelt.money.domain import RequestKind, Step, TransferState
from bihaelt.money.models import MoneyAccount, Transfer
from bihaelt.paging import Cursor
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support
from tests.controlling.stage import DUE, PERIOD, opened, published, reported, running
from tests.factories import (
    NOW,
    add,
    make_account,
    make_budget,
    make_cluster,
    make_delegate,
    make_field,
    make_measure,
    make_organisation,
    make_programme,
    make_proposal,
    make_text,
)

AFTER = date(2026, 12, 1)


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


def an_account(session, measure, **values):
    defaults = {"measure_id": measure.id, "cluster_id": measure.cluster_id, "year": 2026, "kind": "consumptive"}
    return add(session, MoneyAccount(**(defaults | values)))


def report(session, today=AFTER):
    return queries.report_of(session, ["de"], PERIOD, today)


def test_there_is_no_report_of_a_period_without_a_round(session):
    assert queries.report_of(session, ["de"], PERIOD) is None


def test_the_money_of_a_cluster_is_that_of_the_year(session, cluster):
    make_budget(session, cluster, 500_000)
    told, quiet = running(session, cluster_id=cluster.id), running(session, cluster_id=cluster.id)
    an_account(session, told, allocated=100_000, bound=40_000, settled=10_000, actual=15_000, transfers_in=5_000)
    an_account(session, quiet, allocated=50_000, carried=1_000, transfers_out=2_000)
    an_account(session, quiet, allocated=9_000_000, year=2025)
    empty = make_cluster(session, active=False)
    opened(session)
    published(session, told, forecast_cents=90_000)
    lines = {line.cluster_id: line for line in report(session).clusters}
    line = lines[cluster.id]
    assert (line.budget, line.allocated, line.committed, line.actual) == (500_000, 150_000, 40_000, 15_000)
    assert line.available == (105_000 - 15_000 - 30_000) + 49_000
    assert line.forecast == 90_000 + 49_000
    assert empty.id not in lines


def test_reports_are_counted_by_their_worst_light_and_missing_ones_by_the_day(session, cluster):
    told, waiting = running(session, cluster_id=cluster.id), running(session, cluster_id=cluster.id)
    opened(session)
    published(session, told, forecast_cents=120_000, counter="Sparen")

    def line(today):
        return next(each for each in report(session, today).clusters if each.cluster_id == cluster.id)

    assert (line(DUE).expected, line(DUE).published, line(DUE).missing) == (2, 1, 0)
    assert line(DUE).lights[Light.RED] == 1
    assert (line(AFTER).missing, line(None).missing) == (1, 1)
    assert report(session).missing == 1
    (late,) = queries.missing(session, ["de"], PERIOD, AFTER).rows
    assert (late.measure_id, late.missing, late.light) == (waiting.id, True, Light.GREY)
    assert queries.missing(session, ["de"], PERIOD, DUE).rows == []


def test_one_entry_stands_in_the_cluster_and_in_each_field_of_action(session, cluster):
    measure, field = running(session, cluster_id=cluster.id), make_field(session, "Sport")
    add(session, MeasureField(measure_id=measure.id, field_id=field.id))
    opened(session)
    published(session, measure, next_step="Weiter")
    (in_cluster,) = queries.lines(session, ["de"], PERIOD, AFTER, cluster_id=cluster.id).rows
    (in_field,) = queries.lines(session, ["de"], PERIOD, AFTER, field_id=field.id).rows
    assert in_cluster == in_field
    assert (in_field.text.body, in_field.text.extra["next"]) == ("Läuft gut.", "Weiter")
    assert [(each.name.title, each.expected) for each in report(session).fields] == [("Sport", 1)]


def test_nobody_reads_a_report_before_it_is_published(session, cluster):
    measure = running(session, cluster_id=cluster.id)
    opened(session)
    reported(session, measure, forecast_cents=500_000, counter="Geheim")
    (line,) = queries.lines(session, ["de"], PERIOD, AFTER).rows
    assert (line.text, line.lights, line.forecast, line.missing) == (None, None, None, False)
    assert line.report_state is ReportState.SUBMITTED
    assert queries.reports(session, measure.id, ["de"], AFTER) == []


def test_a_measure_shows_that_its_report_is_missing(session):
    measure = running(session)
    opened(session)
    assert queries.reports(session, measure.id, ["de"], DUE) == []
    (missing,) = queries.reports(session, measure.id, ["de"], AFTER)
    assert (missing.missing, missing.text) == (True, None)
    assert queries.reports(session, measure.id, ["de"]) == []
    assert queries.report(session, missing.report.id) is missing.report


def test_moves_transfers_and_deadlines_of_the_period_are_named(session, cluster):
    one, other = running(session, "Von"), running(session, "Nach")
    opened(session)
    for day, reason in ((date(2026, 6, 30), "früher"), (date(2026, 7, 1), "jetzt")):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        add(session, Move(measure_id=one.id, old=Category.B, new=Category.A, reason=reason, at=at))
    for state, at in ((TransferState.BOOKED, NOW), (TransferState.REQUESTED, None)):
        add(
            session,
            Transfer(
                kind=RequestKind.TRANSFER, year=2026, from_id=one.id, to_id=other.id, cents=500, reason="Bedarf",
                rule="B1", state=state, way="holder", requested_at=NOW, due_on=DUE, booked_at=at,
                next_step=None if at else Step.HOLDER,
            ),
        )  # fmt: skip
    programme = make_programme(session, cluster, name="KIM", deadline=date(2026, 10, 1))
    add(
        session,
        Funding(
            measure_id=one.id, programme_id=programme.id, cents=100, state=FundingState.PROOF_DUE, first_year=2026,
            last_year=2026, applied_on=DUE, decided_on=DUE, granted_cents=100, reference="B-1", starts_on=DUE,
            ends_on=DUE, proof_due_on=date(2027, 3, 31), changed_at=NOW,
        ),
    )  # fmt: skip
    found = report(session)
    assert [(each.number, each.reason) for each in found.changes] == [(one.number, "jetzt")]
    (transfer,) = found.transfers
    assert (transfer.from_title.title, transfer.to_title.title, transfer.cents) == ("Von", "Nach", 500)
    assert [(each.on, each.programme, each.number) for each in found.deadlines] == [
        (date(2026, 10, 1), "KIM", ""), (date(2027, 3, 31), "KIM", one.number),
    ]  # fmt: skip


def test_people_and_organisations_are_never_added_up(session):
    organisation = make_organisation(session)
    delegate = make_delegate(session, organisation)
    opened_by = running(session)
    opened(session)
    proposal = make_proposal(session)
    make_proposal(session, organisation_id=organisation.id, author=delegate)
    for person in (make_account(session), make_account(session)):
        add(
            session,
            Support(
                proposal_id=proposal.id, conference_id=proposal.conference_id, electorate=Electorate.PEOPLE,
                account_id=person.id, language="de", created_at=NOW,
            ),
        )  # fmt: skip
    add(
        session,
        Support(
            proposal_id=proposal.id, conference_id=proposal.conference_id, electorate=Electorate.ORGANISATIONS,
            account_id=delegate.id, organisation_id=organisation.id, language="de", created_at=NOW,
        ),
    )  # fmt: skip
    add(
        session,
        Statement(
            proposal_id=proposal.id, organisation_id=organisation.id, title_of_author="Vorsitz", stance=Stance.FOR,
            text_id=make_text(session, "", "Ja.").id, created_at=NOW,
        ),
    )  # fmt: skip
    for state in (CommentState.VISIBLE, CommentState.WITHDRAWN):
        add(
            session,
            Comment(
                proposal_id=proposal.id, text_id=make_text(session, "", "Gut.").id, stance=Stance.FOR, state=state,
                created_at=NOW,
            ),
        )  # fmt: skip
    assert opened_by.id
    assert report(session).participation == [
        Participation("proposals", 1, 1), Participation("supports", 2, 1), Participation("comments", 1, 1),
    ]  # fmt: skip


def test_the_report_costs_the_same_with_one_measure_and_with_fifty(session, cluster, count_queries):
    field = make_field(session)
    add(session, MeasureField(measure_id=running(session, cluster_id=cluster.id).id, field_id=field.id))
    opened(session)

    def statements():
        session.expunge_all()
        with count_queries() as found:
            report(session)
            page = queries.lines(session, ["de"], PERIOD, AFTER, cluster_id=cluster.id, size=10)
        return len(found), page

    first, _page = statements()
    for n in range(50):
        measure = make_measure(session, cluster_id=cluster.id)
        add(session, MeasureField(measure_id=measure.id, field_id=field.id))
        add(session, StatusReport(measure_id=measure.id, period=PERIOD))
        add(session, Move(measure_id=measure.id, old=Category.C, new=Category.B, reason=f"{n}", at=NOW))
    many, page = statements()
    assert (first, many) == (11, 11)
    assert page.older
    second = queries.lines(
        session, ["de"], PERIOD, cursor=Cursor.decode(page.older, (int,)), cluster_id=cluster.id, size=10
    )
    again = queries.lines(
        session, ["de"], PERIOD, cursor=Cursor.decode(second.newer, (int,)), cluster_id=cluster.id, size=10
    )
    assert [row.measure_id for row in again.rows] == [row.measure_id for row in page.rows]

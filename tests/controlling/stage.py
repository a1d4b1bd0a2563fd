"""A round with measures that an office has to report on."""

from datetime import date, timedelta

from bihaelt.accounts.domain import Role
from bihaelt.controlling import operations, queries
from bihaelt.controlling.domain import Told
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Category, MeasureState
from tests.factories import NOW, make_account, make_measure

PERIOD = "2026-H2"
DUE = date(2026, 11, 30)


def owner(session):
    return Voice(make_account(session, Role.PLAN_OWNER).id, "plan_owner")


def running(session, title="Ferienspiele", **values):
    defaults = {"category": Category.A, "state": MeasureState.RUNNING, "planned_cents": 100_000}
    return make_measure(session, title, **(defaults | values))


def opened(session, period=PERIOD, due_on=DUE, now=NOW):
    return operations.open_round(session, period=period, due_on=due_on, by=owner(session), now=now)


def reported(session, measure, *, period=PERIOD, by=None, now=NOW, **told):
    """The measure's report for the period, handed in."""
    report = queries.report_of_measure(session, measure.id, period)
    told = Told(**({"text": "Läuft gut."} | told))
    operations.submit(
        session, report=report, told=told, seen=report.submitted_at, by=by or Voice(None, "office_editor"), now=now
    )
    return report


def checked(session, *reports, now=NOW):
    ids = [report.id for report in reports]
    operations.check(
        session, period=reports[0].period, report_ids=ids, seen=now + timedelta(hours=1), by=owner(session), now=now
    )


def published(session, measure, *, period=PERIOD, **told):
    report = reported(session, measure, period=period, **told)
    checked(session, report)
    operations.publish(session, round=report.round, by=owner(session), now=NOW)
    return report

"""The reports of one measure, and what the rules say about it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.controlling.domain import WRITABLE, Facts, ReportState, days_of, overall, year_of
from bihaelt.controlling.domain import missing as is_missing
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.goals.domain import Facts as GoalFacts
from bihaelt.goals.domain import ValueState, goal_light, last_day
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.measures.domain import STARTED, Light
from bihaelt.measures.models import Measure, YearCost
from bihaelt.measures.queries import next_milestone
from bihaelt.money.models import MoneyAccount
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class Report:
    """A published status report as it is shown; one that is ``missing`` has no text."""

    period: str
    time: Light
    cost: Light
    goal: Light
    text: Shown | None
    report: StatusReport
    missing: bool = False


def report(session: Session, report_id: int) -> StatusReport | None:
    """A report with its measure and its round. One statement."""
    return session.scalar(_select().where(StatusReport.id == report_id))


def report_of_measure(session: Session, measure_id: int, period: str | None = None) -> StatusReport | None:
    """The report of a measure for a period; without one, the oldest that an open round still waits for. One statement."""
    query = _select().where(StatusReport.measure_id == measure_id)
    if period is not None:
        return session.scalar(query.where(StatusReport.period == period))
    waiting = StatusReport.state.in_(sorted(WRITABLE))
    return session.scalar(
        query.where(waiting, ReportingRound.closed_at.is_(None))
        .order_by(StatusReport.state == ReportState.SUBMITTED, StatusReport.period)
        .limit(1)
    )


def reports(session: Session, measure_id: int, chain: Sequence[str], today: date | None = None) -> Sequence[Report]:
    """A measure's published reports, the newest period first, and those that are missing today. Two statements, one
    without reports.
    """
    rows = session.scalars(
        _select()
        .where(
            StatusReport.measure_id == measure_id,
            sa.or_(
                StatusReport.state == ReportState.PUBLISHED,
                sa.and_(StatusReport.state == ReportState.DUE, ReportingRound.due_on < (today or date.min)),
            ),
        )
        .order_by(StatusReport.period.desc())
    ).all()
    words = shown(session, [row.text_id for row in rows if row.state is ReportState.PUBLISHED], chain)
    return [
        Report(
            row.period, row.time, row.cost, row.goal, words.get(row.text_id or 0), row,
            missing=today is not None and is_missing(row.state, row.round.due_on, today),
        )
        for row in rows
    ]  # fmt: skip


def facts(session: Session, measure: Measure, period: str, today: date) -> Facts:
    """What the rules of the lights look at. Five statements at most."""
    late: int | None = None
    if measure.state in STARTED:
        step = next_milestone(session, measure.id)
        late = (today - step.due_on).days if step else None
    return Facts(late, _planned(session, measure, year_of(period)), _goal(session, measure.id, days_of(period)[1]))


def _planned(session: Session, measure: Measure, year: int) -> int:
    """What the measure may cost in a year: its money, else the costs on its sheet, else the whole amount."""
    account: MoneyAccount | None = session.scalar(
        sa.select(MoneyAccount).where(MoneyAccount.measure_id == measure.id, MoneyAccount.year == year)
    )
    if account is not None:
        return account.allocated + account.transfers_in - account.transfers_out + account.carried
    cost = session.get(YearCost, (measure.id, year))
    return measure.planned_cents if cost is None else cost.staff_cents + cost.material_cents


def _goal(session: Session, measure_id: int, until: date) -> Light:
    """The worst light of the measure's own indicators, by the published values of the periods that have ended."""
    rows = session.execute(
        sa.select(Indicator, IndicatorValue.period, IndicatorValue.total)
        .join(IndicatorValue, IndicatorValue.indicator_id == Indicator.id)
        .where(
            Indicator.measure_id == measure_id, Indicator.ended_on.is_(None),
            IndicatorValue.state == ValueState.PUBLISHED,
        )
        .order_by(Indicator.id, IndicatorValue.period)
    ).all()  # fmt: skip
    values: dict[Indicator, list[tuple[str, int]]] = defaultdict(list)
    for indicator, period, total in rows:
        if last_day(period) <= until:
            values[indicator].append((period, total))
    return overall(
        goal_light(
            GoalFacts(
                each.direction, each.baseline, each.baseline_on, each.target, each.target_on, found, each.cumulative
            )
        )
        for each, found in values.items()
    )


def _select() -> sa.Select[StatusReport]:
    return (
        sa.select(StatusReport)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .options(joinedload(StatusReport.measure), joinedload(StatusReport.round))
    )

"""Rounds, what the offices owe in them, and the desk where they are checked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.controlling.domain import WRITABLE, Lights, ReportState
from bihaelt.controlling.domain import missing as is_missing
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.measures.domain import Light
from bihaelt.measures.models import Measure
from bihaelt.organisations.models import Office
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with the number of its reports in each state."""

    id: int
    period: str
    due_on: date
    closed_at: datetime | None
    states: Mapping[ReportState, int]

    def missing(self, today: date) -> int:
        return self.states[ReportState.DUE] if is_missing(ReportState.DUE, self.due_on, today) else 0


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that an office still has to write, or may still say better."""

    report_id: int
    measure_id: int
    number: str
    title: Shown
    period: str
    due_on: date
    state: ReportState
    asked: str

    def missing(self, today: date) -> bool:
        return is_missing(self.state, self.due_on, today)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A report at the desk of the plan's owner; ``text`` is None while it is owed."""

    report_id: int
    measure_id: int
    number: str
    title: Shown
    office: str
    state: ReportState
    lights: Lights
    reasons: Mapping[str, str]
    planned: int
    forecast: int | None
    text: Shown | None
    asked: str


def round(session: Session, round_id: int) -> ReportingRound | None:
    return session.get(ReportingRound, round_id)


def round_of(session: Session, period: str) -> ReportingRound | None:
    """The round of a half-year, if there was one. One statement."""
    return session.scalar(sa.select(ReportingRound).where(ReportingRound.period == period))


def states(session: Session, period: str) -> Mapping[ReportState, int]:
    """How many reports of a round stand in each state. One statement."""
    rows = session.execute(
        sa.select(StatusReport.state, sa.func.count().label("number"))
        .where(StatusReport.period == period)
        .group_by(StatusReport.state)
    )
    return Counter({row.state: row.number for row in rows})


def rounds(session: Session) -> Sequence[RoundRow]:
    """All rounds, the newest period first. One statement."""
    rows = session.execute(
        sa.select(
            ReportingRound.id, ReportingRound.period, ReportingRound.due_on, ReportingRound.closed_at,
            StatusReport.state, sa.func.count().label("number"),
        )
        .join(StatusReport, StatusReport.period == ReportingRound.period)
        .group_by(
            ReportingRound.id, ReportingRound.period, ReportingRound.due_on, ReportingRound.closed_at,
            StatusReport.state,
        )
        .order_by(ReportingRound.period.desc())
    ).all()  # fmt: skip
    counted: dict[str, Counter[ReportState]] = {}
    for row in rows:
        counted.setdefault(row.period, Counter())[row.state] = row.number
    firsts = {row.period: row for row in reversed(rows)}
    return [
        RoundRow(firsts[period].id, period, firsts[period].due_on, firsts[period].closed_at, number)
        for period, number in counted.items()
    ]


def owed(
    session: Session,
    offices: Collection[int] | None,
    chain: Sequence[str],
    *,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Owed]:
    """What ``offices`` (None: all) have to report in the open rounds, by period and number. Two statements."""
    query = _owed(offices)
    back = cursor is not None and cursor.back
    key = sa.tuple_(StatusReport.period, Measure.number)
    if cursor is not None:
        query = query.where(key < cursor.keys if back else key > cursor.keys)
    order = (StatusReport.period.desc(), Measure.number.desc()) if back else (StatusReport.period, Measure.number)
    rows = session.execute(query.order_by(*order).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in rows], chain)
    found = [
        Owed(row.id, row.measure_id, row.number, words[row.text_id], row.period, row.due_on, row.state, row.asked)
        for row in rows
    ]
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.period, row.number))


def next_owed(session: Session, offices: Collection[int] | None, after: StatusReport) -> int | None:
    """The measure of the next report that is still to be written after ``after``, round and round. One statement."""
    later = sa.or_(
        StatusReport.period > after.period,
        sa.and_(StatusReport.period == after.period, Measure.number > after.measure.number),
    )
    return session.scalar(
        _owed(offices)
        .with_only_columns(StatusReport.measure_id)
        .where(StatusReport.state == ReportState.DUE, StatusReport.id != after.id)
        .order_by(sa.not_(later), StatusReport.period, Measure.number)
        .limit(1)
    )


def _owed(offices: Collection[int] | None) -> sa.Select[*tuple[Any, ...]]:
    query = (
        sa.select(
            StatusReport.id, StatusReport.measure_id, Measure.number, Measure.text_id, StatusReport.period,
            ReportingRound.due_on, StatusReport.state, StatusReport.asked,
        )
        .join(Measure, Measure.id == StatusReport.measure_id)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .where(
            ReportingRound.closed_at.is_(None), StatusReport.state.in_(sorted(WRITABLE))
        )
    )  # fmt: skip
    if offices is not None:
        query = query.where(sa.or_(Measure.office_id.in_(offices), Measure.office_id.is_(None)))
    return query


def desk(
    session: Session,
    period: str,
    chain: Sequence[str],
    *,
    state: ReportState | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[DeskRow]:
    """The reports of a round by number, of one state if given. Two statements."""
    query = (
        sa.select(StatusReport, Measure.number, Measure.text_id, Measure.planned_cents, Office.name.label("office"))
        .join(Measure, Measure.id == StatusReport.measure_id)
        .outerjoin(Office, Office.id == Measure.office_id)
        .where(StatusReport.period == period)
    )
    if state is not None:
        query = query.where(StatusReport.state == state)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Measure.id < cursor.keys[0] if back else Measure.id > cursor.keys[0])
    rows = session.execute(query.order_by(Measure.id.desc() if back else Measure.id).limit(size + 1)).all()
    words = shown(session, [each for row in rows for each in (row.text_id, row.StatusReport.text_id)], chain)
    found = [_desk_row(row, words) for row in rows]
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.measure_id,))


def _desk_row(row: Any, words: Mapping[int, Shown]) -> DeskRow:
    report: StatusReport = row.StatusReport
    return DeskRow(
        report.id, report.measure_id, row.number, words[row.text_id], row.office or "", report.state,
        lights_of(report), reasons_of(report), row.planned_cents, report.forecast_cents,
        words.get(report.text_id or 0), report.asked,
    )  # fmt: skip


def lights_of(report: Any) -> Lights:
    """The lights of a StatusReport, or of a row with its columns."""
    return Lights(*(Light(getattr(report, name)) for name in Lights._fields))


def reasons_of(report: Any) -> Mapping[str, str]:
    """Why lights differ from what the rules propose, by the light's name."""
    return {name: reason for name in Lights._fields if (reason := getattr(report, f"{name}_reason"))}

"""The measures of a controlling report, line by line.

One entry of an office serves both frameworks (R92): its report stands in the measure's cluster and in each of its
fields of action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.controlling.domain import Lights, ReportState, overall
from bihaelt.controlling.domain import missing as is_missing
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.controlling.queries.rounds import lights_of, reasons_of
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.measures.models import Measure, MeasureField
from bihaelt.organisations.models import Office
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure in the report. ``text`` and the lights are there when its report is published."""

    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    cluster_id: int
    office: str
    report_state: ReportState
    missing: bool
    lights: Lights | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    forecast: int | None = None
    text: Shown | None = None

    @property
    def light(self) -> Light:
        return overall(self.lights or ())


def lines(
    session: Session, chain: Sequence[str], period: str, today: date | None = None, *, cluster_id: int | None = None,
    field_id: int | None = None, cursor: Cursor | None = None, size: int = 100,
) -> Page[MeasureLine]:  # fmt: skip
    """The measures of a period's report by number: of a cluster, or of a field of action, or all. Two statements."""
    query = _lines(period)
    if cluster_id is not None:
        query = query.where(Measure.cluster_id == cluster_id)
    if field_id is not None:
        query = query.where(
            Measure.id.in_(sa.select(MeasureField.measure_id).where(MeasureField.field_id == field_id))
        )  # fmt: skip
    return _page_of_lines(session, chain, query, today, cursor, size)


def missing(
    session: Session, chain: Sequence[str], period: str, today: date, *, cursor: Cursor | None = None, size: int = 100
) -> Page[MeasureLine]:
    """The measures whose report should be there and is not. Two statements."""
    query = _lines(period).where(StatusReport.state == ReportState.DUE, ReportingRound.due_on < today)
    return _page_of_lines(session, chain, query, today, cursor, size)


def _lines(period: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            StatusReport, Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.state,
            Measure.cluster_id, Office.name.label("office"), ReportingRound.due_on,
        )
        .join(Measure, Measure.id == StatusReport.measure_id)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .outerjoin(Office, Office.id == Measure.office_id)
        .where(StatusReport.period == period)
    )  # fmt: skip


def _page_of_lines(
    session: Session,
    chain: Sequence[str],
    query: sa.Select[*tuple[Any, ...]],
    today: date | None,
    cursor: Cursor | None,
    size: int,
) -> Page[MeasureLine]:
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Measure.id < cursor.keys[0] if back else Measure.id > cursor.keys[0])
    rows = session.execute(query.order_by(Measure.id.desc() if back else Measure.id).limit(size + 1)).all()
    published = [row.StatusReport.text_id for row in rows if row.StatusReport.state is ReportState.PUBLISHED]
    words = shown(session, [*published, *(row.text_id for row in rows)], chain)
    found = [_line(row, words, today) for row in rows]
    return page_of(found, size=size, cursor=cursor, keys=lambda line: (line.measure_id,))


def _line(row: Any, words: Mapping[int, Shown], today: date | None) -> MeasureLine:
    report: StatusReport = row.StatusReport
    published = report.state is ReportState.PUBLISHED
    late = report.state is ReportState.DUE and (today is None or is_missing(report.state, row.due_on, today))
    return MeasureLine(
        row.id, row.number, words[row.text_id], row.category, row.state, row.cluster_id, row.office or "",
        report.state, late,
        lights=lights_of(report) if published else None,
        reasons=reasons_of(report) if published else {},
        forecast=report.forecast_cents if published else None,
        text=words.get(report.text_id or 0) if published else None,
    )  # fmt: skip

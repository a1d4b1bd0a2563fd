"""The measures of a controlling report, line by line.

One entry of an office serves both frameworks (R92): its report stands in the measure's cluster and in each of its
fields of action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
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
from bihaelt.reading import columns
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
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)
    forecast: int | None = None
    text: Shown | None = None

    @property
    def light(self) -> Light:
        return overall(self.lights or ())


def lines(
    session: Session, chain: Sequence[str], period: str, today: date | None = None, *, cluster_id: int | None = None,
    field_id: int | None = None, cursor: Cursor | None = None, size: int = 25,
) -> Page[MeasureLine]:  # fmt: skip
    """The measures of a period's report by number: of a cluster, or of a field of action, or all. Two statements."""
    values = {"period": period, "cluster": cluster_id, "field": field_id}
    return _page_of_lines(session, chain, values, today, cursor, size)


def missing(
    session: Session, chain: Sequence[str], period: str, today: date, *, cursor: Cursor | None = None, size: int = 100
) -> Page[MeasureLine]:
    """The measures whose report should be there and is not. Two statements."""
    return _page_of_lines(session, chain, {"period": period, "late_on": today}, today, cursor, size)


LINES = (
    sa.select(
        StatusReport.state.label("report_state"), StatusReport.text_id.label("report_text"), StatusReport.time,
        StatusReport.cost, StatusReport.goal, StatusReport.time_reason, StatusReport.cost_reason,
        StatusReport.goal_reason, StatusReport.forecast_cents, Measure.id, Measure.number, Measure.text_id,
        Measure.category, Measure.state, Measure.cluster_id, Office.name.label("office"), ReportingRound.due_on,
    )
    .join(Measure, Measure.id == StatusReport.measure_id)
    .join(ReportingRound, ReportingRound.period == StatusReport.period)
    .outerjoin(Office, Office.id == Measure.office_id)
)  # fmt: skip
CONDITIONS: Mapping[str, sa.ColumnElement[bool]] = {
    "period": StatusReport.period == sa.bindparam("period"),
    "cluster": Measure.cluster_id == sa.bindparam("cluster"),
    "field": Measure.id.in_(
        sa.select(MeasureField.measure_id).where(MeasureField.field_id == sa.bindparam("field"))
    ),
    "late_on": sa.and_(StatusReport.state == ReportState.DUE, ReportingRound.due_on < sa.bindparam("late_on")),
    "after": Measure.id > sa.bindparam("after"),
    "before": Measure.id < sa.bindparam("before"),
}  # fmt: skip


@cache  # there are a dozen of them, and putting one together costs as much as to ask it
def _lines(asked: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    ordered = LINES.order_by(Measure.id.desc() if "before" in asked else Measure.id)
    return ordered.where(*(CONDITIONS[name] for name in asked)).limit(sa.bindparam("most"))


def _page_of_lines(
    session: Session,
    chain: Sequence[str],
    values: Mapping[str, Any],
    today: date | None,
    cursor: Cursor | None,
    size: int,
) -> Page[MeasureLine]:
    given = {name: value for name, value in values.items() if value is not None}
    if cursor is not None:
        given["before" if cursor.back else "after"] = cursor.keys[0]
    rows = columns(session, _lines(tuple(given)), given | {"most": size + 1}).all()
    published = [row.report_text for row in rows if row.report_state is ReportState.PUBLISHED]
    words = shown(session, [*published, *(row.text_id for row in rows)], chain)
    found = [_line(row, words, today) for row in rows]
    return page_of(found, size=size, cursor=cursor, keys=lambda line: (line.measure_id,))


def _line(row: Any, words: Mapping[int, Shown], today: date | None) -> MeasureLine:
    published = row.report_state is ReportState.PUBLISHED
    late = row.report_state is ReportState.DUE and (today is None or is_missing(row.report_state, row.due_on, today))
    return MeasureLine(
        row.id, row.number, words[row.text_id], row.category, row.state, row.cluster_id, row.office or "",
        row.report_state, late,
        lights=lights_of(row) if published else None,
        reasons=reasons_of(row) if published else {},
        forecast=row.forecast_cents if published else None,
        text=words.get(row.report_text or 0) if published else None,
    )  # fmt: skip

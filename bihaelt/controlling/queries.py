"""Reading status reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.controlling.models import StatusReport
from bihaelt.measures.domain import Light
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class Report:
    """A status report as it is shown."""

    period: str
    time: Light
    cost: Light
    goal: Light
    text: Shown
    report: StatusReport


def reports(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[Report]:
    """A measure's status reports, the newest period first. Two statements, one without reports."""
    rows = session.scalars(
        sa.select(StatusReport)
        .where(StatusReport.measure_id == measure_id, StatusReport.published_at.is_not(None))
        .order_by(StatusReport.period.desc(), StatusReport.id.desc())
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [Report(row.period, row.time, row.cost, row.goal, words[row.text_id or 0], row) for row in rows]

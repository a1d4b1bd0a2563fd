"""Status reports of the responsible office."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.controlling.domain import half_year, overall
from bihaelt.controlling.models import StatusReport
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import Light
from bihaelt.measures.models import Measure
from bihaelt.texts.domain import Words
from bihaelt.texts.operations import write
from bihaelt.verdicts import DomainError

LANGUAGE = "de"


def report(
    session: Session,
    *,
    measure: Measure,
    period: str,
    time: Light,
    cost: Light,
    goal: Light,
    text: str,
    next_step: str,
    by: Voice,
    now: datetime,
) -> StatusReport:
    """Publish the report for a half-year ("2026-H1"), one per measure; the newest one sets the measure's light."""
    half_year(period)
    if not text.strip():
        raise DomainError(N_("Say in a few words how it goes."), field="text")
    session.refresh(measure, with_for_update=True)
    periods = session.scalars(sa.select(StatusReport.period).where(StatusReport.measure_id == measure.id)).all()
    if period in periods:
        raise DomainError(N_("There is a report for this half-year already."), field="period")
    words = write(
        session, language=LANGUAGE, words=Words("", text, {"next": next_step}), now=now, author_id=by.actor_id
    )
    row = StatusReport(
        measure_id=measure.id, period=period, time=time, cost=cost, goal=goal, text_id=words.id, published_at=now
    )
    session.add(row)
    if all(period > other for other in periods):
        measure.light = overall((time, cost, goal))
    measure.changed_at = now
    session.flush()
    record(session, act="measure.reported", subject=measure, by=by, now=now, period=period)
    session.flush()
    return row

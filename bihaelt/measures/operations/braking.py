"""Releasing a brake, with a reason that everybody can read."""

from datetime import datetime

from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import Held
from bihaelt.measures.models import Measure, Override
from bihaelt.verdicts import Conflict, DomainError


def release(session: Session, *, measure: Measure, held: Held, reason: str, by: Voice, now: datetime) -> Override:
    """Release one brake that holds the measure, or the change to it that is under way; Conflict when it does not."""
    session.refresh(measure, with_for_update=True)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    sheet = queries.sheet(session, measure)
    revision = queries.open_revision(session, measure.id)
    if revision is not None:
        sheet = queries.revised(session, sheet, revision)
    if held not in queries.brakes(session, measure, sheet).held:
        raise Conflict(N_("This brake does not hold the measure any more."))
    row = Override(
        measure_id=measure.id, brake=held.brake, other_id=held.other_id, reason=reason.strip(), at=now,
        by_id=by.actor_id,
    )  # fmt: skip
    session.add(row)
    measure.changed_at = now
    session.flush()
    record(
        session, act="measure.released", subject=measure, by=by, now=now, reason=row.reason, brake=held.brake.value,
        other=held.other_id,
    )  # fmt: skip
    session.flush()
    return row

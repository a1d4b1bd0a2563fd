"""Keeping the catalogue of programmes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding import queries
from bihaelt.funding.domain import Entry, consistent
from bihaelt.funding.models import Programme, ProgrammePurpose
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.verdicts import Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")
PLAIN = (
    "name", "level", "first_year", "last_year", "own_share", "deadline", "note", "conditions", "link", "contact",
    "early_start", "proof_months",
)  # fmt: skip


def add_programme(session: Session, *, entry: Entry, by: Voice, now: datetime) -> Programme:
    """A new programme of the catalogue; raises DomainError where the entry contradicts itself."""
    consistent(entry)
    programme = Programme(**{name: getattr(entry, name) for name in PLAIN}, changed_at=now)
    session.add(programme)
    session.flush()
    _set_purposes(session, programme, entry)
    record(session, act="programme.added", subject=programme, by=by, now=now, programme=programme.name)
    session.flush()
    return programme


def edit_programme(
    session: Session, *, programme: Programme, entry: Entry, seen: datetime | None, by: Voice, now: datetime,
    reason: str = "",
) -> Programme:  # fmt: skip
    """Change a programme; grants keep the terms under which they were given. Raises Conflict if it changed since ``seen``."""
    consistent(entry)
    session.refresh(programme, with_for_update=True)
    if programme.changed_at != seen:
        raise Conflict(MEANWHILE)
    if queries.entry(session, programme) == entry:
        return programme
    for name in PLAIN:
        setattr(programme, name, getattr(entry, name))
    programme.changed_at = now
    _set_purposes(session, programme, entry)
    record(session, act="programme.changed", subject=programme, by=by, now=now, reason=reason, programme=programme.name)
    session.flush()
    return programme


def _set_purposes(session: Session, programme: Programme, entry: Entry) -> None:
    session.execute(sa.delete(ProgrammePurpose).where(ProgrammePurpose.programme_id == programme.id))
    for cluster_id in sorted(entry.cluster_ids):
        session.add(ProgrammePurpose(programme_id=programme.id, cluster_id=cluster_id))


def end_programme(session: Session, *, programme: Programme, on: date, reason: str, by: Voice, now: datetime) -> None:
    """Nobody applies for the programme any more; what it granted goes on. Raises DomainError without a reason."""
    session.refresh(programme, with_for_update=True)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    if programme.ended_on is not None:
        raise Conflict(MEANWHILE)
    programme.ended_on, programme.changed_at = on, now
    record(session, act="programme.ended", subject=programme, by=by, now=now, reason=reason, programme=programme.name)
    session.flush()

"""Writing the public record."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice, act_label
from bihaelt.journal.models import JournalEntry


def record(
    session: Session,
    *,
    act: str,
    subject: Any,
    by: Voice,
    now: datetime,
    reason: str = "",
    public: bool = True,
    **details: Any,
) -> JournalEntry:
    """Add an entry: ``act`` is "<subject kind>.<verb>", ``subject`` any flushed model, ``details`` plain JSON values.

    Details must not hold personal data: the record cannot be changed when an account is erased.
    Raises KeyError for an act that no feature has named (``name_acts``).
    """
    act_label(act)
    entry = JournalEntry(
        at=now,
        act=act,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        actor_id=by.actor_id,
        role=by.role,
        organisation_id=by.organisation_id,
        title=by.title,
        reason=reason,
        details=details,
        public=public,
    )
    session.add(entry)
    return entry

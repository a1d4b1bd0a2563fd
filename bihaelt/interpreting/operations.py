"""Counting requests for interpreters."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.interpreting.domain import Counted, fitting
from bihaelt.interpreting.models import InterpreterRequest
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record


def count(
    session: Session, *, counted: Counted, office_id: int | None, nonce: str, by: Voice, now: datetime, today: date
) -> InterpreterRequest:
    """Add an entry in the name of an office or of the voice's organisation; the same form sent twice counts once.

    The record of it is not public: published are sums only.
    """
    fitting(counted, today)
    known: InterpreterRequest | None = session.scalar(
        sa.select(InterpreterRequest).where(InterpreterRequest.nonce == nonce)
    )
    if known is not None:
        return known
    row = InterpreterRequest(
        day=counted.day, language=counted.language, occasion=counted.occasion, place=counted.place, mode=counted.mode,
        outcome=counted.outcome, count=counted.count, office_id=None if by.organisation_id else office_id,
        organisation_id=by.organisation_id, entered_by_id=by.actor_id, nonce=nonce, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, "counted", row, by, now)
    return row


def remove(session: Session, *, entry: InterpreterRequest, by: Voice, now: datetime) -> None:
    """Take an entry away that was a mistake."""
    _record(session, "removed", entry, by, now)
    session.delete(entry)
    session.flush()


def _record(session: Session, verb: str, row: InterpreterRequest, by: Voice, now: datetime) -> None:
    record(
        session, act=f"interpreter_request.{verb}", subject=row, by=by, now=now, public=False, requests=row.count,
        on=row.day.isoformat(),
    )  # fmt: skip
    session.flush()

"""Putting letters into the outbox, in the same transaction as the act they tell of; and keeping account of them."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.outbox.domain import wait_after
from bihaelt.outbox.models import Letter
from bihaelt.outbox.queries import WAITING

KEPT = timedelta(days=90)  # to answer whether a letter left


def enqueue(
    session: Session,
    *,
    kind: str,
    email: str | None,
    language: str,
    now: datetime,
    account_id: int | None = None,
    once_key: str | None = None,
    expires_at: datetime | None = None,
    **context: Any,
) -> Letter | None:
    """Add a letter of ``kind`` (templates/letters/<kind>.txt) to be delivered after the commit.

    ``context`` holds plain JSON values for the template; ``language`` is a Babel id. Without an address
    (an erased account) nothing is written. ``once_key`` makes a second letter of the same key impossible. From
    ``expires_at`` on, when its code or link is dead, the letter is not sent any more.
    """
    if not email:
        return None
    letter = Letter(
        kind=kind,
        email=email,
        account_id=account_id,
        language=language,
        context=context,
        once_key=once_key,
        created_at=now,
        due_at=now,
        expires_at=expires_at,
    )
    session.add(letter)
    session.info["letters"] = True
    return letter


def claim(session: Session, *, letter_id: int, now: datetime) -> Letter | None:
    """Take a waiting letter for delivery; None when another worker was faster or it is not due any more."""
    taken = session.execute(
        sa.update(Letter).where(Letter.id == letter_id, WAITING).values(claimed_at=now, attempts=Letter.attempts + 1)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]
        return None
    return session.get(Letter, letter_id, populate_existing=True)


def delivered(session: Session, *, letter: Letter, now: datetime) -> None:
    """The letter has left; what it said is forgotten."""
    letter.sent_at = now
    letter.claimed_at = None
    letter.context = {}
    letter.error = ""
    session.flush()


def expire(session: Session, *, letter: Letter, now: datetime) -> bool:
    """Whether the letter comes too late: then it stays here, and what it said is forgotten."""
    if letter.expires_at is None or now < letter.expires_at:
        return False
    letter.expired_at = now
    letter.claimed_at = None
    letter.context = {}
    session.flush()
    return True


def put_off(session: Session, *, letter: Letter, error: str, now: datetime) -> None:
    """The letter could not be sent: try again later, or give up after the last wait."""
    letter.claimed_at = None
    letter.error = error[:500]
    wait = wait_after(letter.attempts)
    if wait is None:
        letter.failed_at = now
        letter.context = {}
    else:
        letter.due_at = now + wait
    session.flush()


def forget(session: Session, *, now: datetime) -> int:
    """Forget to whom letters went that are done with for 90 days; how many there were. For the nightly job.

    What must not be written twice (``once_key``) stays, without an address.
    """
    ended = sa.func.coalesce(Letter.sent_at, Letter.expired_at, Letter.failed_at) < now - KEPT
    gone = session.execute(sa.delete(Letter).where(ended, Letter.once_key.is_(None)))
    blank = session.execute(
        sa.update(Letter).where(ended, Letter.email != "").values(email="", account_id=None, error="")
    )
    return int(gone.rowcount) + int(blank.rowcount)  # type: ignore[attr-defined]

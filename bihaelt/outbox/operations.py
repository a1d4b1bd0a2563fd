"""Putting letters into the outbox, in the same transaction as the act they tell of."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.outbox.models import Letter


def enqueue(
    session: Session,
    *,
    kind: str,
    email: str | None,
    language: str,
    now: datetime,
    account_id: int | None = None,
    once_key: str | None = None,
    **context: Any,
) -> Letter | None:
    """Add a letter of ``kind`` (templates/letters/<kind>.txt) to be delivered after the commit.

    ``context`` holds plain JSON values for the template; ``language`` is a Babel id. Without an address
    (an erased account) nothing is written. ``once_key`` makes a second letter of the same key impossible.
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
    )
    session.add(letter)
    return letter

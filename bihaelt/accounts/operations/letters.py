"""Codes and links that go out by letter, and how many letters strangers may cause."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain import Purpose
from bihaelt.accounts.domain.secrets import LASTS, DeadLink, hash_of, new_token
from bihaelt.accounts.domain.senders import LETTERS, LETTERS_WITHIN, mailbox_key
from bihaelt.accounts.models import Account, Code, LetterSlot
from bihaelt.outbox.operations import enqueue


def take_slot(session: Session, *, email: str, now: datetime) -> bool:
    """Whether one more letter may go to this mailbox because somebody typed its address (3 in 6 hours)."""
    mailbox = mailbox_key(email)
    query = sa.select(LetterSlot).where(LetterSlot.mailbox == mailbox).with_for_update()
    held = {row.slot: row for row in session.scalars(query)}
    for slot in range(LETTERS):
        row = held.get(slot)
        if row is None:
            # Whoever was faster has just written to this mailbox: one letter is enough.
            return add_slot(session, mailbox, slot, now)
        if row.taken_at <= now - LETTERS_WITHIN:
            row.taken_at = now
            session.flush()
            return True
    return False


def add_slot(session: Session, mailbox: str, slot: int, now: datetime) -> bool:
    """Whether the slot could be added; another request may have been faster."""
    try:
        with session.begin_nested():
            session.add(LetterSlot(mailbox=mailbox, slot=slot, taken_at=now))
    except IntegrityError:
        return False
    return True


def write_to(
    session: Session, account: Account, kind: str, now: datetime, *, expires_at: datetime | None = None, **context: Any
) -> None:
    """A letter to a person about the own account; ``expires_at`` is the end of the code or link in it."""
    enqueue(
        session,
        kind=kind,
        email=account.email,
        language=account.language,
        account_id=account.id,
        now=now,
        expires_at=expires_at,
        name=account.display_name,
        **context,
    )


def issue_link(
    session: Session, *, account: Account, purpose: Purpose, now: datetime, new_email: str | None = None
) -> str:
    """A fresh link; all earlier ones of its purpose are dead from now on."""
    void(session, account_id=account.id, purposes=[purpose], now=now)
    token = new_token()
    session.add(
        Code(
            account_id=account.id,
            purpose=purpose,
            code_hash=hash_of(token),
            new_email=new_email,
            created_at=now,
            ends_at=now + LASTS[purpose],
        )
    )
    session.flush()
    return token


def use_link(session: Session, *, token: str, purpose: Purpose, now: datetime) -> tuple[Code, Account]:
    """The living link and its account; DeadLink otherwise. The caller marks it used."""
    code = queries.link(session, token, purpose, now)
    account = queries.account(session, code.account_id) if code else None
    if code is None or account is None:
        raise DeadLink
    return code, account


def void(session: Session, *, account_id: int, purposes: list[Purpose], now: datetime) -> None:
    """Codes and links of these purposes are good for nothing any more."""
    session.execute(
        sa.update(Code)
        .where(Code.account_id == account_id, Code.purpose.in_(purposes), Code.used_at.is_(None))
        .values(used_at=now)
    )

"""Tying a person whom the citizens' desk has seen to their account."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.outbox.operations import enqueue
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.binding import bound_verification
from bihaelt.votes.domain.electorates import REVOKED
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Verification
from bihaelt.votes.operations.codes import BadCode
from bihaelt.votes.operations.roll import NOT_NEEDED, RUNNING


def bind(
    session: Session, *, ring: KeyRing, account: Account, code: str, today: date, by: Voice, now: datetime
) -> Verification:
    """The desk's code, typed in by somebody with an account; ``today`` is the day on the town hall's clock.

    Raises BadCode, or DomainError for a verified account.
    """
    number = bound_verification(ring.roll(), code, today)
    row = _locked(session, Verification.id == number) if number is not None else None
    if row is None or row.account_id is not None:
        raise BadCode
    if row.revoked_at is not None:
        raise DomainError(REVOKED, field="code")
    before = _locked(session, Verification.account_id == account.id)
    if before is not None:
        if not _is_over(session, before):
            raise DomainError(NOT_NEEDED, field="code")
        before.account_id = None  # the letter of an earlier vote, of no use any more
        session.flush()
    row.account_id = account.id
    record(session, act="verification.verified", subject=row, by=by, now=now, public=False)
    enqueue(
        session, kind="verification_done", email=account.email, language=account.language, account_id=account.id,
        now=now, name=account.display_name, level=row.level.value,
    )  # fmt: skip
    session.flush()
    return row


def _locked(session: Session, condition: sa.ColumnElement[bool]) -> Verification | None:
    return session.scalar(sa.select(Verification).where(condition).with_for_update(key_share=True))


def _is_over(session: Session, row: Verification) -> bool:
    return row.ballot_id is not None and session.get_one(Ballot, row.ballot_id).state not in RUNNING

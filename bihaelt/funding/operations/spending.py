"""A grant from its notice to the end: drawing money, the proof of use, and how it is settled."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.funding.operations.applying import NO_AMOUNT, following, locked, note
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError


def draw(session: Session, *, funding: Funding, cents: int, by: Voice, now: datetime) -> None:
    """So much was drawn from the programme, altogether until today; a wrong figure is replaced by typing the right one.

    Raises DomainError above what was granted.
    """
    locked(session, funding)
    state = following(funding, FundingState.DRAWN)
    if cents <= 0:
        raise DomainError(NO_AMOUNT, field="amount")
    if funding.granted_cents is None or cents > funding.granted_cents:
        raise DomainError(N_("This is more than was granted."), field="amount")
    old, funding.drawn_cents, funding.state = funding.drawn_cents, cents, state
    note(session, funding, by=by, now=now, old=old, new=cents)


def await_proof(session: Session, *, funding: Funding, due_on: date | None, by: Voice, now: datetime) -> None:
    """The grant has ended, or the proof was sent back: the proof of use is due, on a new day if one is given."""
    locked(session, funding)
    state = following(funding, FundingState.PROOF_DUE)
    funding.state, funding.proof_submitted_on = state, None
    funding.proof_due_on = due_on or funding.proof_due_on
    note(session, funding, by=by, now=now, old=funding.counted)


def submit_proof(session: Session, *, funding: Funding, on: date, by: Voice, now: datetime) -> None:
    """The proof of use (Verwendungsnachweis) was sent."""
    locked(session, funding)
    state = following(funding, FundingState.PROOF_SUBMITTED)
    funding.state, funding.proof_submitted_on = state, on
    note(session, funding, by=by, now=now, old=funding.counted)


def settle(session: Session, *, funding: Funding, on: date, by: Voice, now: datetime) -> None:
    """The programme has accepted the proof of use."""
    locked(session, funding)
    state = following(funding, FundingState.SETTLED)
    funding.state, funding.closed_on = state, on
    note(session, funding, by=by, now=now, old=funding.counted)


def reclaim(session: Session, *, funding: Funding, cents: int, on: date, reason: str, by: Voice, now: datetime) -> None:
    """The programme wants money back; what it reclaims does not count as its share any more.

    Raises DomainError without a reason, and above what was drawn.
    """
    locked(session, funding)
    state = following(funding, FundingState.RECLAIMED)
    if cents <= 0:
        raise DomainError(NO_AMOUNT, field="amount")
    if cents > funding.drawn_cents:
        raise DomainError(N_("This is more than was drawn."), field="amount")
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    old = funding.counted
    funding.state, funding.reclaimed_cents = state, cents
    funding.closed_on, funding.reason = on, reason.strip()
    note(session, funding, by=by, now=now, old=old, reason=reason)

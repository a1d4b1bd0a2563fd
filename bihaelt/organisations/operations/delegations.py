"""Who speaks for an organisation: invited by its administrators, accepted by the person, ended again."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.organisations.domain import (
    ALREADY_SPEAKS,
    INVITATION_TRANSITIONS,
    INVITED_FOR,
    LAST_ADMIN,
    LETTERS_PER_ADDRESS,
    LETTERS_WITHIN,
    SEATS_TAKEN,
    InvitationState,
    OrganisationState,
    last_admin_leaves,
)
from bihaelt.organisations.models import Delegation, Invitation, Organisation
from bihaelt.organisations.queries import (
    account_by_email,
    invitation_letters,
    permanent_admins,
    speaks_for,
    voting_seats_from,
)
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError


@dataclass(frozen=True, slots=True)
class Part:
    """What a delegate is: a public title, the term (the end exclusive), and the rights."""

    title: str
    starts_on: date
    ends_on: date | None = None
    may_vote: bool = True
    is_admin: bool = False


def invite(
    session: Session, *, organisation: Organisation, email: str, part: Part, language: str, nonce: str | None,
    by: Voice, now: datetime, today: date,
) -> Invitation:  # fmt: skip
    """Ask an address to speak for the organisation; it gets a letter whether it has an account or not.

    ``language`` is that of the letter for an address without an account. A second submit of the same form returns the
    first invitation. Raises DomainError when seats are lacking, the term is wrong, or the address was asked already.
    """
    query = sa.select(Invitation).where(Invitation.nonce == nonce)
    known: Invitation | None = session.scalar(query) if nonce else None
    if known is not None:
        return known
    _lock(session, organisation)
    _check_verified(organisation)
    _check_term(part, today)
    email = email.strip().lower()
    _clear_expired(session, organisation, email, now)
    account = account_by_email(session, email)
    if account is not None and speaks_for(session, organisation.id, account.id, today):
        raise DomainError(ALREADY_SPEAKS, field="email")
    if part.may_vote:
        _check_seats(session, organisation, part.starts_on, now, None)
    if invitation_letters(session, email, now - LETTERS_WITHIN) >= LETTERS_PER_ADDRESS:
        raise DomainError(N_("This address has had several letters today. Please try again later."), field="email")
    invitation = Invitation(
        organisation_id=organisation.id, email=email, title=part.title, is_admin=part.is_admin,
        may_vote=part.may_vote, starts_on=part.starts_on, ends_on=part.ends_on, state=InvitationState.OPEN,
        invited_by_id=by.actor_id, created_at=now, ends_at=now + INVITED_FOR, nonce=nonce,
    )  # fmt: skip
    session.add(invitation)
    record(
        session, act="organisation.invited", subject=organisation, by=by, now=now, public=False, public_title=part.title
    )
    enqueue(
        session, kind="organisation_invitation", email=email, language=account.language if account else language,
        account_id=account.id if account else None, now=now, expires_at=invitation.ends_at,
        organisation=organisation.name, title=part.title, last_day=(today + INVITED_FOR).isoformat(),
    )  # fmt: skip
    session.flush()
    return invitation


def withdraw_invitation(session: Session, *, invitation: Invitation, by: Voice, now: datetime) -> None:
    if invitation.state is InvitationState.WITHDRAWN:
        return
    _answer(invitation, InvitationState.WITHDRAWN, None)
    _journal(session, "organisation.invitation_withdrawn", invitation, by, now, public=False)


def decline(session: Session, *, invitation: Invitation, by: Voice, now: datetime) -> None:
    if invitation.state is InvitationState.DECLINED:
        return
    _answer(invitation, InvitationState.DECLINED, by.actor_id)
    _journal(session, "organisation.invitation_declined", invitation, by, now, public=False)


def accept(
    session: Session, *, invitation: Invitation, account_id: int, by: Voice, now: datetime, today: date
) -> Delegation | None:
    """The person speaks for the organisation from now on (or from the agreed day on).

    Accepting twice is no error and returns None. Raises Conflict when the invitation has run out, or the seats have
    been taken meanwhile.
    """
    organisation = session.get_one(Organisation, invitation.organisation_id)
    _lock(session, organisation)
    session.refresh(invitation)
    if invitation.state is InvitationState.ACCEPTED:
        return None
    if invitation.state is InvitationState.OPEN and invitation.ends_at <= now:
        raise Conflict(N_("This invitation has run out. Please ask the organisation for a new one."))
    _check_verified(organisation)
    if speaks_for(session, organisation.id, account_id, today):
        raise Conflict(N_("You already speak for this organisation."))
    starts_on = max(today, invitation.starts_on)
    if invitation.may_vote:
        _check_seats(session, organisation, starts_on, now, invitation)
    if invitation.ends_on is not None and invitation.ends_on <= starts_on:
        raise Conflict(N_("This invitation has run out. Please ask the organisation for a new one."))
    _answer(invitation, InvitationState.ACCEPTED, account_id)
    delegation = Delegation(
        organisation_id=organisation.id, account_id=account_id, title=invitation.title, is_admin=invitation.is_admin,
        may_vote=invitation.may_vote, starts_on=starts_on, ends_on=invitation.ends_on,
        appointed_by_id=invitation.invited_by_id,
    )  # fmt: skip
    session.add(delegation)
    _journal(session, "organisation.delegate_appointed", invitation, by, now, public=True)
    return delegation


def change_delegation(
    session: Session, *, delegation: Delegation, part: Part, by: Voice, now: datetime, today: date
) -> None:
    """A delegate's title, end of term and rights; the beginning stays as it is. Raises DomainError like ``invite``."""
    organisation = session.get_one(Organisation, delegation.organisation_id)
    _lock(session, organisation)
    session.refresh(delegation)
    _check_running(delegation, today)
    if part.ends_on is not None and part.ends_on <= max(today, delegation.starts_on):
        raise DomainError(N_("The term must end after today, or be ended at once."), field="last_day")
    if part.may_vote and not delegation.may_vote:
        _check_seats(session, organisation, max(today, delegation.starts_on), now, None)
    _check_admins(session, delegation, today, stays=part.is_admin and part.ends_on is None)
    delegation.title, delegation.ends_on = part.title, part.ends_on
    delegation.may_vote, delegation.is_admin = part.may_vote, part.is_admin
    record(session, act="organisation.delegate_changed", subject=organisation, by=by, now=now, public_title=part.title)
    session.flush()


def end_delegation(session: Session, *, delegation: Delegation, by: Voice, now: datetime, today: date) -> None:
    """From now on the person does not speak for the organisation; ending twice is no error. The person gets a letter.

    Raises DomainError for the last administrator.
    """
    organisation = session.get_one(Organisation, delegation.organisation_id)
    _lock(session, organisation)
    session.refresh(delegation)
    if delegation.ends_on is not None and delegation.ends_on <= max(today, delegation.starts_on):
        return
    _check_admins(session, delegation, today, stays=False)
    delegation.ends_on = max(today, delegation.starts_on)
    record(
        session, act="organisation.delegation_ended", subject=organisation, by=by, now=now,
        public_title=delegation.title,
    )  # fmt: skip
    account = session.get_one(Account, delegation.account_id)
    if account.id != by.actor_id:
        enqueue(
            session, kind="organisation_delegation_ended", email=account.email, language=account.language,
            account_id=account.id, now=now, name=account.display_name, organisation=organisation.name,
            organisation_id=organisation.id, title=delegation.title,
        )  # fmt: skip
    session.flush()


def _lock(session: Session, organisation: Organisation) -> None:
    """Let no other appointment come between (PostgreSQL; SQLite has one writer)."""
    session.refresh(organisation, with_for_update=True)


def _check_verified(organisation: Organisation) -> None:
    if organisation.state is not OrganisationState.VERIFIED:
        raise Conflict(N_("Nobody can speak for this organisation: it is not verified, or suspended."))


def _check_term(part: Part, today: date) -> None:
    if part.starts_on < today:
        raise DomainError(N_("The term cannot begin in the past."), field="starts_on")
    if part.ends_on is not None and part.ends_on <= part.starts_on:
        raise DomainError(N_("The end must not lie before the beginning."), field="last_day")


def _check_running(delegation: Delegation, today: date) -> None:
    if delegation.ends_on is not None and delegation.ends_on <= today:
        raise Conflict(N_("This delegation has ended."))


def _check_seats(
    session: Session, organisation: Organisation, day: date, now: datetime, without: Invitation | None
) -> None:
    taken = voting_seats_from(session, organisation.id, day, now, without=without.id if without else 0)
    if taken >= organisation.seats:
        raise DomainError(SEATS_TAKEN, field="may_vote", seats=organisation.seats)


def _check_admins(session: Session, delegation: Delegation, today: date, *, stays: bool) -> None:
    was = delegation.is_admin and delegation.ends_on is None
    if last_admin_leaves(permanent_admins(session, delegation.organisation_id, today), was=was, stays=stays):
        raise DomainError(LAST_ADMIN)


def _clear_expired(session: Session, organisation: Organisation, email: str, now: datetime) -> None:
    """An invitation that ran out makes room for a new one; one that is open stands in its way."""
    known = session.scalar(
        sa.select(Invitation).where(Invitation.organisation_id == organisation.id, Invitation.email == email)
    )
    if known is None:
        return
    if known.ends_at > now:
        raise DomainError(N_("This address has already been invited."), field="email")
    _answer(known, InvitationState.WITHDRAWN, None)
    session.flush()


def _answer(invitation: Invitation, state: InvitationState, account_id: int | None) -> None:
    invitation.state = step(INVITATION_TRANSITIONS, invitation.state, state)
    invitation.answered_by_id = account_id
    invitation.email = None


def _journal(session: Session, act: str, invitation: Invitation, by: Voice, now: datetime, *, public: bool) -> None:
    organisation = session.get_one(Organisation, invitation.organisation_id)
    record(session, act=act, subject=organisation, by=by, now=now, public=public, public_title=invitation.title)
    session.flush()

"""From an address to an account."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain import TRANSITIONS, UNCONFIRMED_DAYS, AccountState, Purpose
from bihaelt.accounts.domain.names import BadName, check_name, skeleton
from bihaelt.accounts.domain.passwords import check_password, hash_password, verify
from bihaelt.accounts.domain.secrets import LASTS, DeadLink
from bihaelt.accounts.domain.senders import LETTERS_WITHIN, tidy_email
from bihaelt.accounts.models import Account, Code, LetterSlot, SignIn
from bihaelt.accounts.operations.letters import issue_link, take_slot, use_link, void, write_to
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError

TAKEN = N_("This name is taken, or looks like one that is. Please choose another.")


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password: str | None,
    language: str,
    city: str,
    reserved: Iterable[str],
    now: datetime,
) -> None:
    """A new account that waits for its address to be confirmed, or a letter to the owner of a known address.

    From outside both look alike: the answer is nothing, and what takes time (the password's hash) is done for both.
    ``reserved`` are names nobody may carry, besides the city's. Raises BadName or WeakPassword.
    """
    name = check_name(name, [*reserved, city])
    key = skeleton(name)
    email = tidy_email(email)
    if password:
        check_password(password, [name, email.partition("@")[0], city])
    password_hash = hash_password(password) if password else None
    known = queries.account_by_email(session, email)
    waiting = known if known is not None and known.state is AccountState.UNCONFIRMED else None
    if queries.name_is_taken(session, key, but_for=waiting.id if waiting else None):
        raise BadName(TAKEN)
    if not take_slot(session, email=email, now=now):
        return
    if known is not None and waiting is None:
        write_to(session, known, "account_exists", now)
        return
    account = waiting or Account(email=email, state=AccountState.UNCONFIRMED, created_at=now)
    account.display_name, account.name_key, account.password_hash = name, key, password_hash
    account.language, account.consented_at = language, now
    save(session, account)
    if waiting is None:
        record(session, act="account.registered", subject=account, by=Voice(account.id), now=now, public=False)
    send_confirmation(session, account=account, now=now)


def save(session: Session, account: Account) -> None:
    """Add or change an account; of two people who take a name or an address at the same moment one is refused."""
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise Conflict(TAKEN) from None


def send_confirmation(session: Session, *, account: Account, now: datetime) -> None:
    token = issue_link(session, account=account, purpose=Purpose.CONFIRM, now=now)
    write_to(session, account, "account_confirm", now, expires_at=now + LASTS[Purpose.CONFIRM], token=token)


def confirm(session: Session, *, token: str, password: str | None, now: datetime) -> Account:
    """The address is right: the account is active from now on.

    Whoever registered may have typed a stranger's address and a password of their own. So the password must be
    given once more; ``None`` confirms without it, and forgets it. Raises DeadLink or a DomainError at ``password``.
    """
    code, account = use_link(session, token=token, purpose=Purpose.CONFIRM, now=now)
    if account.state is not AccountState.UNCONFIRMED:
        raise DeadLink
    if password is None:
        account.password_hash = None
    elif not verify(account.password_hash, password):
        raise DomainError(N_("This password is not the one from your registration."), field="password")
    code.used_at = now
    account.state = step(TRANSITIONS, account.state, AccountState.ACTIVE)
    account.confirmed_at = now
    void(session, account_id=account.id, purposes=[Purpose.CONFIRM], now=now)
    record(session, act="account.confirmed", subject=account, by=Voice(account.id), now=now, public=False)
    session.flush()
    return account


def purge_unconfirmed(session: Session, *, now: datetime) -> int:
    """Remove accounts whose address nobody confirmed within 14 days; the number removed."""
    old = now - timedelta(days=UNCONFIRMED_DAYS)
    gone = session.scalars(
        sa.delete(Account)
        .where(Account.state == AccountState.UNCONFIRMED, Account.created_at < old)
        .returning(Account.id)
    ).all()
    return len(gone)


def purge_expired(session: Session, *, now: datetime) -> None:
    """Remove ended sessions, codes and letter slots; they hold traces of people and serve no purpose."""
    session.execute(sa.delete(SignIn).where(SignIn.ends_at <= now))
    session.execute(sa.delete(Code).where(Code.ends_at <= now))
    session.execute(sa.delete(LetterSlot).where(LetterSlot.taken_at <= now - LETTERS_WITHIN))

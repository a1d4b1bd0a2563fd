"""Signing in by password or by a code in a letter, and the sessions that come of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain import AccountState, Purpose
from bihaelt.accounts.domain.passwords import hash_password, outdated, verify
from bihaelt.accounts.domain.secrets import CODE_TRIES, LASTS, hash_of, hash_of_code, new_code, new_token, typed_digits
from bihaelt.accounts.models import Account, Code, SignIn
from bihaelt.accounts.operations.letters import take_slot, void, write_to
from bihaelt.accounts.operations.registration import send_confirmation
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError


class NotSignedIn(DomainError):
    """The sign-in is refused; ``wrong`` says that the password was not right (and the try counts)."""

    def __init__(self, reason: str, *, wrong: bool = False) -> None:
        super().__init__(reason)
        self.wrong = wrong


def check_password(session: Session, *, email: str, password: str) -> Account:
    """The active account that address and password belong to.

    Raises NotSignedIn, with the same words and after the same time for an unknown address and a wrong password.
    What else is wrong with an account is told to those alone who know its password.
    """
    account = queries.account_by_email(session, email)
    if not verify(account.password_hash if account else None, password) or account is None:
        raise NotSignedIn(N_("E-mail address or password is not right."), wrong=True)
    if account.state is AccountState.UNCONFIRMED:
        raise NotSignedIn(N_("Please confirm your address first, by the link in our letter."))
    if account.state is not AccountState.ACTIVE:
        raise NotSignedIn(N_("This account is blocked."))
    if account.password_hash and outdated(account.password_hash):
        account.password_hash = hash_password(password)
        session.flush()
    return account


def ask_for_code(session: Session, *, email: str, now: datetime) -> None:
    """A letter with a code to sign in, or with a new link to those who have not confirmed yet; else nothing."""
    account = queries.account_by_email(session, email)
    if not take_slot(session, email=email, now=now) or account is None:
        return
    if account.state is AccountState.UNCONFIRMED:
        send_confirmation(session, account=account, now=now)
    elif account.state is AccountState.ACTIVE:
        code = new_code()
        row = Code(
            account_id=account.id,
            purpose=Purpose.SIGN_IN,
            code_hash=hash_of_code(account.id, code),
            created_at=now,
            ends_at=now + LASTS[Purpose.SIGN_IN],
        )
        session.add(row)
        session.flush()
        write_to(session, account, "account_code", now, expires_at=row.ends_at, code=code)


def check_code(session: Session, *, email: str, code: str, now: datetime) -> Account | None:
    """The active account whose letter held ``code``, or None; each try counts, and five end the code."""
    account = queries.account_by_email(session, email)
    if account is None or account.state is not AccountState.ACTIVE:
        return None
    living = session.scalars(
        sa.select(Code)
        .where(
            Code.account_id == account.id,
            Code.purpose == Purpose.SIGN_IN,
            Code.used_at.is_(None),
            Code.ends_at > now,
            Code.tries < CODE_TRIES,
        )
        .with_for_update()
    ).all()
    given = hash_of_code(account.id, typed_digits(code))
    if any(row.code_hash == given for row in living):
        void(session, account_id=account.id, purposes=[Purpose.SIGN_IN], now=now)
        session.flush()
        return account
    for row in living:
        row.tries += 1
    session.flush()
    return None


def start_session(
    session: Session, *, account: Account, device: str, lasts: timedelta, second_factor: bool, now: datetime
) -> str:
    """A new session; the token for the cookie. Nothing but its hash is stored."""
    token = new_token()
    session.add(
        SignIn(
            account_id=account.id,
            token_hash=hash_of(token),
            created_at=now,
            seen_at=now,
            fresh_at=now,
            ends_at=now + lasts,
            second_factor_at=now if second_factor else None,
            device=device,
        )
    )
    session.flush()
    return token


def prove(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """The person of a session has just proved anew who they are."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(fresh_at=now))


def end_session(session: Session, *, sign_in_id: int) -> None:
    session.execute(sa.delete(SignIn).where(SignIn.id == sign_in_id))


def end_other_sessions(session: Session, *, account_id: int, keep: int | None) -> None:
    """End all sessions of a person, but for the one of this request (None: all)."""
    query = sa.delete(SignIn).where(SignIn.account_id == account_id)
    session.execute(query if keep is None else query.where(SignIn.id != keep))

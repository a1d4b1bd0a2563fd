"""Changing what one signs in with: password and address."""

from datetime import datetime

from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain import AccountState, Purpose
from bihaelt.accounts.domain.passwords import check_password, hash_password
from bihaelt.accounts.domain.secrets import LASTS, DeadLink
from bihaelt.accounts.domain.senders import masked, tidy_email
from bihaelt.accounts.models import Account
from bihaelt.accounts.operations.letters import issue_link, take_slot, use_link, void, write_to
from bihaelt.accounts.operations.registration import save, send_confirmation
from bihaelt.accounts.operations.signing_in import end_other_sessions
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.outbox.operations import enqueue

WAYS_IN = [Purpose.SIGN_IN, Purpose.RESET, Purpose.CHANGE_EMAIL]


def set_password(
    session: Session, *, account: Account, password: str, city: str, keep: int | None, now: datetime
) -> None:
    check_password(password, [account.display_name, (account.email or "").partition("@")[0], city])
    account.password_hash = hash_password(password)
    void(session, account_id=account.id, purposes=WAYS_IN, now=now)
    end_other_sessions(session, account_id=account.id, keep=keep)
    record(session, act="account.password_changed", subject=account, by=Voice(account.id), now=now, public=False)
    write_to(session, account, "account_password", now)
    session.flush()


def change_password(
    session: Session, *, account: Account, password: str, city: str, sign_in_id: int, now: datetime
) -> None:
    """A new password; all other sessions end. Raises WeakPassword."""
    set_password(session, account=account, password=password, city=city, keep=sign_in_id, now=now)


def ask_for_reset(session: Session, *, email: str, now: datetime) -> None:
    """A letter with a link to a new password; the link before it is dead. Unknown addresses get nothing."""
    account = queries.account_by_email(session, email)
    if not take_slot(session, email=email, now=now) or account is None:
        return
    if account.state is AccountState.UNCONFIRMED:
        send_confirmation(session, account=account, now=now)
    elif account.state is AccountState.ACTIVE:
        token = issue_link(session, account=account, purpose=Purpose.RESET, now=now)
        write_to(session, account, "account_reset", now, expires_at=now + LASTS[Purpose.RESET], token=token)


def reset_password(session: Session, *, token: str, password: str, city: str, now: datetime) -> Account:
    """A new password by a letter's link; every session ends. Raises DeadLink or WeakPassword."""
    code, account = use_link(session, token=token, purpose=Purpose.RESET, now=now)
    if account.state is not AccountState.ACTIVE:
        raise DeadLink
    set_password(session, account=account, password=password, city=city, keep=None, now=now)
    code.used_at = now
    session.flush()
    return account


def change_email(session: Session, *, account: Account, email: str, now: datetime) -> None:
    """A letter with a link to the new address; nothing changes before the link is used.

    An address that has an account gets a letter that says so, and the answer is the same.
    """
    email = tidy_email(email)
    if email == account.email or not take_slot(session, email=email, now=now):
        return
    known = queries.account_by_email(session, email)
    if known is not None:
        write_to(session, known, "account_exists", now)
        return
    token = issue_link(session, account=account, purpose=Purpose.CHANGE_EMAIL, now=now, new_email=email)
    enqueue(
        session,
        kind="account_email_new",
        email=email,
        language=account.language,
        now=now,
        expires_at=now + LASTS[Purpose.CHANGE_EMAIL],
        name=account.display_name,
        token=token,
    )


def confirm_email(session: Session, *, token: str, now: datetime) -> Account:
    """The new address is the account's from now on; the old one is told, and can undo it for a week."""
    code, account = use_link(session, token=token, purpose=Purpose.CHANGE_EMAIL, now=now)
    old = account.email
    if account.state is not AccountState.ACTIVE or not code.new_email or not old:
        raise DeadLink
    if queries.account_by_email(session, code.new_email) is not None:
        raise DeadLink
    code.used_at = now
    account.email = code.new_email
    save(session, account)
    void(session, account_id=account.id, purposes=WAYS_IN, now=now)
    undo = issue_link(session, account=account, purpose=Purpose.UNDO_EMAIL, now=now, new_email=old)
    enqueue(
        session,
        kind="account_email_old",
        email=old,
        language=account.language,
        now=now,
        name=account.display_name,
        masked=masked(account.email),
        token=undo,
    )
    record(session, act="account.email_changed", subject=account, by=Voice(account.id), now=now, public=False)
    session.flush()
    return account


def undo_email(session: Session, *, token: str, now: datetime) -> Account:
    """The old address comes back. Whoever changed it is locked out: no session and no password survives."""
    code, account = use_link(session, token=token, purpose=Purpose.UNDO_EMAIL, now=now)
    if account.state not in (AccountState.ACTIVE, AccountState.BLOCKED) or not code.new_email:
        raise DeadLink
    if queries.account_by_email(session, code.new_email) is not None:
        raise DeadLink
    code.used_at = now
    account.email, account.password_hash = code.new_email, None
    save(session, account)
    void(session, account_id=account.id, purposes=[*WAYS_IN, Purpose.UNDO_EMAIL], now=now)
    end_other_sessions(session, account_id=account.id, keep=None)
    record(session, act="account.email_changed", subject=account, by=Voice(account.id), now=now, public=False)
    session.flush()
    return account

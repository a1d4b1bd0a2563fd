"""Reading accounts, their sessions and roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session

from bihaelt.accounts.domain import AccountState, Purpose, Role
from bihaelt.accounts.domain.secrets import hash_of
from bihaelt.accounts.domain.senders import tidy_email
from bihaelt.accounts.models import Account, Code, Grant, RecoveryCode, SignIn
from bihaelt.paging import Cursor, Page, page_of

SEARCH_MOST = 100


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in the administrators' list, with the roles it holds today."""

    id: int
    name: str
    email: str
    state: AccountState
    created_at: datetime
    roles: tuple[Role, ...]


def account(session: Session, account_id: int) -> Account | None:
    return session.get(Account, account_id)


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of an address, however its letters are cased."""
    return session.scalars(sa.select(Account).where(Account.email == tidy_email(email))).first()


def name_is_taken(session: Session, name_key: str, *, but_for: int | None) -> bool:
    """Whether another account than ``but_for`` has a name of the same look."""
    holder = session.scalar(sa.select(Account.id).where(Account.name_key == name_key))
    return holder is not None and holder != but_for


class Term(Protocol):
    """A table of terms: each runs from ``starts_on`` until before ``ends_on`` (open end: None)."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


def running_on(terms: type[Term], today: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a role or a delegation is held on ``today``."""
    return sa.and_(terms.starts_on <= today, sa.or_(terms.ends_on.is_(None), terms.ends_on > today))


def is_staff(session: Session, account_id: int, today: date) -> bool:
    """Whether the account holds any role today."""
    query = sa.select(Grant.id).where(Grant.account_id == account_id, running_on(Grant, today)).limit(1)
    return session.scalar(query) is not None


def link(session: Session, token: str, purpose: Purpose, now: datetime) -> Code | None:
    """The living code behind a letter's link."""
    return session.scalars(
        sa.select(Code).where(
            Code.code_hash == hash_of(token), Code.purpose == purpose, Code.used_at.is_(None), Code.ends_at > now
        )
    ).first()


def sign_ins(session: Session, account_id: int, now: datetime) -> Sequence[SignIn]:
    """The running sessions of a person, the newest first. One statement."""
    return session.scalars(
        sa.select(SignIn).where(SignIn.account_id == account_id, SignIn.ends_at > now).order_by(SignIn.id.desc())
    ).all()


def sign_in(session: Session, account_id: int, sign_in_id: int) -> SignIn | None:
    """One session, if it is this person's."""
    query = sa.select(SignIn).where(SignIn.id == sign_in_id, SignIn.account_id == account_id)
    return session.scalars(query).first()


def unused_recovery_codes(session: Session, account_id: int) -> int:
    query = sa.select(RecoveryCode.id).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(query).all())


def grants(session: Session, account_id: int) -> Sequence[Grant]:
    """All roles that a person was ever given, the newest first. One statement."""
    return session.scalars(sa.select(Grant).where(Grant.account_id == account_id).order_by(Grant.id.desc())).all()


def grant(session: Session, account_id: int, grant_id: int) -> Grant | None:
    return session.scalars(sa.select(Grant).where(Grant.id == grant_id, Grant.account_id == account_id)).first()


def rows(
    session: Session,
    *,
    search: str = "",
    role: Role | None = None,
    today: date,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[AccountRow]:
    """Accounts whose name or address holds ``search``, the newest first. Two statements."""
    back = cursor is not None and cursor.back
    query = sa.select(Account.id, Account.display_name, Account.email, Account.state, Account.created_at).where(
        Account.state != AccountState.DELETED
    )
    if search:
        text = search[:SEARCH_MOST]
        query = query.where(
            sa.or_(
                Account.display_name.icontains(text, autoescape=True), Account.email.icontains(text, autoescape=True)
            )
        )
    if role is not None:
        query = query.where(
            Account.id.in_(sa.select(Grant.account_id).where(Grant.role == role, running_on(Grant, today)))
        )
    if cursor is not None:
        query = query.where(Account.id > cursor.keys[0] if back else Account.id < cursor.keys[0])
    found = session.execute(query.order_by(Account.id if back else Account.id.desc()).limit(size + 1)).all()
    held = roles_of(session, [row.id for row in found], today)
    people = [
        AccountRow(row.id, row.display_name, row.email, row.state, row.created_at, tuple(held.get(row.id, ())))
        for row in found
    ]
    return page_of(people, size=size, cursor=cursor, keys=lambda person: (person.id,))


def roles_of(session: Session, ids: Sequence[int], today: date) -> dict[int, list[Role]]:
    """The roles that people hold today, by account. One statement."""
    query = sa.select(Grant.account_id, Grant.role).where(Grant.account_id.in_(ids), running_on(Grant, today))
    held: dict[int, list[Role]] = {}
    for account_id, role in session.execute(query.order_by(Grant.id)).all():
        if role not in held.setdefault(account_id, []):
            held[account_id].append(role)
    return held

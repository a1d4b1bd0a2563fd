"""Reading organisations and who speaks for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.accounts.models import Account
from bihaelt.accounts.queries import running_on
from bihaelt.organisations.domain import InvitationState, Kind, OrganisationState, sort_key
from bihaelt.organisations.models import Delegation, Invitation, Office, Organisation
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor, Page, page_of

Umbrella = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who speaks for an organisation: publicly only the title. ``ends_on`` is the first day without a seat.

    ``person`` is the display name, for the organisation's own administrators.
    """

    delegation_id: int
    account_id: int
    title: str
    is_admin: bool
    may_vote: bool
    starts_on: date
    ends_on: date | None
    person: str = ""

    @property
    def last_day(self) -> date | None:
        return self.ends_on - timedelta(days=1) if self.ends_on else None


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list, with its umbrella and, if it is one, its verified members."""

    id: int
    name: str
    kind: Kind
    state: OrganisationState
    umbrella: Member | None
    members: Sequence[Member]
    due_on: date | None
    requested_at: datetime


def names(session: Session, ids: Iterable[int | None]) -> Mapping[int, str]:
    """What organisations are called, by id. One statement, none without ids."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))).all()
    return {row.id: row.name for row in rows}


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """One organisation with its umbrella. One statement."""
    return session.scalar(
        sa.select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(sa.orm.joinedload(Organisation.umbrella))
    )


def rows(
    session: Session, *, kind: Kind | None = None, words: str = "", cursor: str | None = None, size: int = 20
) -> Page[OrganisationRow]:
    """One page of verified organisations by name. Two statements."""
    at = Cursor.decode(cursor, (str, int))
    query = _select().where(Organisation.state == OrganisationState.VERIFIED)
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if words:
        query = query.where(Organisation.sort_key.contains(sort_key(words), autoescape=True))
    return _page(session, query, (Organisation.sort_key, Organisation.id), at, size)


def queue(
    session: Session, state: OrganisationState, *, words: str = "", cursor: str | None = None, size: int = 50
) -> Page[OrganisationRow]:
    """The office's desk: organisations in ``state``, the oldest request first. Two statements."""
    query = _select().where(Organisation.state == state)
    if words:
        query = query.where(Organisation.sort_key.contains(sort_key(words), autoescape=True))
    return _page(session, query, (Organisation.id,), Cursor.decode(cursor, (int,)), size)


def _select() -> Any:
    query: Any = sa.select(
        Organisation.id, Organisation.name, Organisation.sort_key, Organisation.kind, Organisation.state,
        Organisation.due_on, Organisation.requested_at, Umbrella.id.label("umbrella_id"),
        Umbrella.name.label("umbrella"),
    )  # fmt: skip
    return query.outerjoin(Umbrella, Umbrella.id == Organisation.umbrella_id)


def _page(session: Session, query: Any, keys: tuple[Any, ...], at: Cursor | None, size: int) -> Page[OrganisationRow]:
    back = at is not None and at.back
    if at is not None:
        here = sa.tuple_(*keys)
        there = sa.tuple_(*(sa.literal(value, key.type) for value, key in zip(at.keys, keys, strict=True)))
        query = query.where(here < there if back else here > there)
    found = session.execute(query.order_by(*(key.desc() if back else key for key in keys)).limit(size + 1)).all()
    page = page_of(found, size=size, cursor=at, keys=lambda row: tuple(getattr(row, key.key) for key in keys))
    below = members(session, [row.id for row in page.rows])
    shown = [
        OrganisationRow(
            row.id, row.name, row.kind, row.state, Member(row.umbrella_id, row.umbrella) if row.umbrella_id else None,
            below.get(row.id, []), row.due_on, row.requested_at,
        )
        for row in page.rows
    ]  # fmt: skip
    return Page(shown, newer=page.newer, older=page.older)


def members(session: Session, umbrella_ids: Sequence[int]) -> Mapping[int, Sequence[Member]]:
    """The verified members of umbrellas, by name. One statement."""
    found: dict[int, list[Member]] = {}
    for row in session.execute(
        sa.select(Organisation.umbrella_id, Organisation.id, Organisation.name)
        .where(Organisation.umbrella_id.in_(umbrella_ids), Organisation.state == OrganisationState.VERIFIED)
        .order_by(Organisation.sort_key, Organisation.id)
    ):
        found.setdefault(row.umbrella_id, []).append(Member(row.id, row.name))
    return found


def choices(session: Session, *, without: int | None = None) -> Sequence[tuple[int, str]]:
    """The verified organisations to choose an umbrella from. One statement."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.state == OrganisationState.VERIFIED)
    if without is not None:
        query = query.where(Organisation.id != without)
    return [(row.id, row.name) for row in session.execute(query.order_by(Organisation.sort_key))]


def umbrellas(session: Session) -> Mapping[int, int | None]:
    """The umbrella of each organisation that has one. One statement."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.umbrella_id).where(Organisation.umbrella_id.is_not(None))
    ).all()
    return {row.id: row.umbrella_id for row in rows}


def _not_over(today: date) -> sa.ColumnElement[bool]:
    """Runs on ``today`` or will run later; an empty term (ended on its first day) is over."""
    return sa.or_(
        Delegation.ends_on.is_(None), sa.and_(Delegation.ends_on > today, Delegation.ends_on > Delegation.starts_on)
    )


def delegates(session: Session, organisation_id: int, today: date) -> Sequence[Delegate]:
    """Who speaks for an organisation on ``today``, in the order of their appointment, without names. One statement."""
    return _delegates(
        session, running_on(Delegation, today), Delegation.organisation_id == organisation_id, named=False
    )


def delegates_to_come(session: Session, organisation_id: int, today: date) -> Sequence[Delegate]:
    """Who speaks for an organisation now or later, with names, for its administrators. One statement."""
    return _delegates(session, _not_over(today), Delegation.organisation_id == organisation_id, named=True)


def voting_delegates(session: Session, organisation_id: int, today: date) -> Sequence[Delegate]:
    """Those of the delegates who vote for the organisation on ``today``. One statement."""
    return [delegate for delegate in delegates(session, organisation_id, today) if delegate.may_vote]


def _delegates(session: Session, *conditions: sa.ColumnElement[bool], named: bool) -> Sequence[Delegate]:
    rows = session.execute(
        sa.select(Delegation, Account.display_name)
        .join(Account, Account.id == Delegation.account_id)
        .where(*conditions)
        .order_by(Delegation.id)
    ).all()
    return [
        Delegate(
            row.id, row.account_id, row.title, row.is_admin, row.may_vote, row.starts_on, row.ends_on,
            person if named else "",
        )
        for row, person in rows
    ]  # fmt: skip


def delegation(session: Session, organisation_id: int, delegation_id: int) -> Delegation | None:
    """A delegation of this very organisation."""
    found = session.get(Delegation, delegation_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def speaks_for(session: Session, organisation_id: int, account_id: int, today: date) -> bool:
    """Whether a person speaks for an organisation now, or will later."""
    query = sa.select(Delegation.id).where(
        Delegation.organisation_id == organisation_id, Delegation.account_id == account_id, _not_over(today)
    )
    return session.scalar(query.limit(1)) is not None


def admin_accounts(session: Session, organisation_id: int, today: date) -> list[Account]:
    """The accounts of those who administer an organisation on ``today``. One statement."""
    return list(
        session.scalars(
            sa.select(Account)
            .join(Delegation, Delegation.account_id == Account.id)
            .where(Delegation.organisation_id == organisation_id, Delegation.is_admin, running_on(Delegation, today))
            .order_by(Account.id)
        )
    )


def permanent_admins(session: Session, organisation_id: int, today: date) -> int:
    """How many administer an organisation on ``today`` without an end of their term."""
    query = sa.select(sa.func.count()).where(
        Delegation.organisation_id == organisation_id, Delegation.is_admin, Delegation.ends_on.is_(None),
        Delegation.starts_on <= today,
    )  # fmt: skip
    return session.scalar(query) or 0


def voting_seats_from(session: Session, organisation_id: int, day: date, now: datetime, *, without: int = 0) -> int:
    """How many voting seats are taken or promised from ``day`` on; ``without`` is an invitation that does not count."""
    taken = sa.select(sa.func.count()).where(
        Delegation.organisation_id == organisation_id, Delegation.may_vote, _not_over(day)
    )
    promised = sa.select(sa.func.count()).where(
        Invitation.organisation_id == organisation_id, Invitation.may_vote, Invitation.id != without,
        Invitation.state == InvitationState.OPEN, Invitation.ends_at > now,
    )  # fmt: skip
    return (session.scalar(taken) or 0) + (session.scalar(promised) or 0)


def account_by_email(session: Session, email: str) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.email == email))


def invitation_letters(session: Session, email: str, since: datetime) -> int:
    """How many invitations went to an address since then."""
    query = sa.select(sa.func.count()).where(
        Letter.email == email, Letter.kind == "organisation_invitation", Letter.created_at > since
    )
    return session.scalar(query) or 0


def invitation(session: Session, invitation_id: int) -> Invitation | None:
    return session.get(Invitation, invitation_id)


def open_invitations(session: Session, organisation_id: int, now: datetime) -> Sequence[Invitation]:
    """Invitations of an organisation that nobody answered yet, the newest first. One statement."""
    return session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id, Invitation.state == InvitationState.OPEN,
            Invitation.ends_at > now,
        )
        .order_by(Invitation.id.desc())
    ).all()  # fmt: skip


def invitations_to(session: Session, email: str, now: datetime) -> Sequence[Invitation]:
    """Open invitations to an address, with their organisations. One statement."""
    return session.scalars(
        sa.select(Invitation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .options(sa.orm.contains_eager(Invitation.organisation))
        .where(
            Invitation.email == email.lower(), Invitation.ends_at > now,
            Organisation.state == OrganisationState.VERIFIED,
        )
        .order_by(Invitation.id)
    ).all()  # fmt: skip


def seats_of(session: Session, account_id: int, today: date) -> Sequence[tuple[Delegation, Organisation]]:
    """For whom a person speaks now or later. One statement."""
    found = session.execute(
        sa.select(Delegation, Organisation)
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .where(Delegation.account_id == account_id, _not_over(today))
        .order_by(Organisation.sort_key, Delegation.id)
    ).all()
    return [(seat, organisation) for seat, organisation in found]


def requests_of(session: Session, account_id: int) -> Sequence[Organisation]:
    """The organisations that a person asked to have verified, and that are not. One statement."""
    return session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.requested_by_id == account_id,
            Organisation.state.in_([OrganisationState.REQUESTED, OrganisationState.REFUSED]),
        )
        .order_by(Organisation.id)
    ).all()


def requester(session: Session, organisation: Organisation) -> Account | None:
    """Who asked to have the organisation verified, for the office."""
    return session.get(Account, organisation.requested_by_id) if organisation.requested_by_id else None


def offices(session: Session) -> Sequence[Office]:
    """All offices of the city in their order, the ended ones too. One statement."""
    return session.scalars(sa.select(Office).order_by(Office.position, Office.number, Office.id)).all()

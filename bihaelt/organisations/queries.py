"""Reading organisations and who speaks for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.organisations.models import Delegation, Organisation


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who speaks for an organisation: publicly only the title. ``ends_on`` is the first day without a seat."""

    delegation_id: int
    account_id: int
    title: str
    is_admin: bool
    may_vote: bool
    starts_on: date
    ends_on: date | None


def names(session: Session, ids: Iterable[int | None]) -> Mapping[int, str]:
    """What organisations are called, by id. One statement, none without ids."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))).all()
    return {row.id: row.name for row in rows}


def delegates(session: Session, organisation_id: int, today: date) -> Sequence[Delegate]:
    """Who speaks for an organisation on ``today``, in the order of their appointment. One statement."""
    rows = session.scalars(
        sa.select(Delegation)
        .where(
            Delegation.organisation_id == organisation_id,
            Delegation.starts_on <= today,
            sa.or_(Delegation.ends_on.is_(None), Delegation.ends_on > today),
        )
        .order_by(Delegation.id)
    ).all()
    return [
        Delegate(row.id, row.account_id, row.title, row.is_admin, row.may_vote, row.starts_on, row.ends_on)
        for row in rows
    ]


def voting_delegates(session: Session, organisation_id: int, today: date) -> Sequence[Delegate]:
    """Those of the delegates who vote for the organisation on ``today``. One statement."""
    return [delegate for delegate in delegates(session, organisation_id, today) if delegate.may_vote]

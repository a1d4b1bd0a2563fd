"""What passing days bring about: proofs that become due, and letters before and after deadlines. For the nightly job."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.queries import running_on
from bihaelt.funding.domain import REMIND_BEFORE, Due, FundingState
from bihaelt.funding.models import Funding, Programme
from bihaelt.funding.operations.spending import await_proof
from bihaelt.funding.queries import due_until
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.journal.domain import SYSTEM
from bihaelt.marks import label_of
from bihaelt.measures.models import Measure
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.texts.queries import shown
from bihaelt.workdays import day_of

LOOK_AHEAD = timedelta(days=max(days for each in REMIND_BEFORE.values() for days in each))


def tend(session: Session, *, now: datetime) -> None:
    """Grants whose time has ended wait for their proof of use; deadlines that come near, or have passed, send letters."""
    today = day_of(now, CITY_ZONE)
    ended = session.scalars(
        sa.select(Funding)
        .where(Funding.state.in_((FundingState.GRANTED, FundingState.DRAWN)), Funding.ends_on < today)
        .order_by(Funding.measure_id, Funding.id)
    ).all()
    for funding in ended:
        await_proof(session, funding=funding, due_on=None, by=SYSTEM, now=now)
    for due, select in due_until(today + LOOK_AHEAD).items():
        for row in sorted(session.execute(select).all(), key=lambda found: (found.measure_id, found.id)):
            _remind(session, due, row, today, now)
    session.flush()


def stage(due: Due, day: date, today: date) -> int | None:
    """Which letter a deadline has come to: the days before it, 0 once it has passed; None while it is far away."""
    left = (day - today).days
    reached = [before for before in REMIND_BEFORE[due] if (left < 0 if before == 0 else 0 <= left <= before)]
    return min(reached, default=None)


def _remind(session: Session, due: Due, row: Any, today: date, now: datetime) -> None:
    reached = stage(due, row.day, today)
    if reached is None:
        return
    measure = session.get_one(Measure, row.measure_id)
    programme = session.get(Programme, row.programme_id) if row.programme_id else None
    for reader in readers(session, measure, today):
        once = f"funding:{due.value}:{row.id}:{row.day}:{reached}:{reader.id}"
        if session.scalar(sa.select(Letter.id).where(Letter.once_key == once)) is not None:
            continue
        chain = BY_BABEL.get(reader.language, DEFAULT).chain
        enqueue(
            session, kind="funding_deadline", email=reader.email, language=reader.language, account_id=reader.id,
            now=now, once_key=once, name=reader.display_name, measure_id=measure.id, number=measure.number,
            title=shown(session, [measure.text_id], chain)[measure.text_id].title, due=due.value,
            due_words=label_of(due), day=row.day.isoformat(), programme=programme.name if programme else "",
            overdue=row.day < today,
        )  # fmt: skip


def readers(session: Session, measure: Measure, today: date) -> Sequence[Account]:
    """Who is told: the editors of the responsible office; where there are none, whoever owns the plan."""
    office = _holding(session, Grant.role == Role.OFFICE_EDITOR, Grant.office_id == measure.office_id, today=today)
    return office or _holding(session, Grant.role == Role.PLAN_OWNER, today=today)


def _holding(session: Session, *conditions: sa.ColumnElement[bool], today: date) -> Sequence[Account]:
    held = sa.select(Grant.account_id).where(running_on(Grant, today), *conditions)
    return session.scalars(
        sa.select(Account).where(Account.id.in_(held), Account.state == AccountState.ACTIVE).order_by(Account.id)
    ).all()

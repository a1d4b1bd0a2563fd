"""What is not public: a person's own proposals, and the moderators' queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.organisations.models import Organisation
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import Outcome, ReturnReason, State
from bihaelt.proposals.models import Proposal, Question
from bihaelt.proposals.queries.listing import titles
from bihaelt.texts.domain import Shown

SOME_DAY = date(9999, 12, 31)  # for what has no due date: it comes last


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A proposal in any state, for those who work on it. ``title.body`` holds an excerpt."""

    id: int
    title: Shown
    author: str | None
    organisation: str | None
    organisation_id: int | None
    title_of_author: str
    state: State
    outcome: Outcome | None
    return_reason: ReturnReason | None
    return_words: str
    created_at: datetime
    submitted_at: datetime | None
    published_at: datetime | None
    due_on: date | None
    answer_by: date | None
    supports_people: int
    supports_organisations: int
    comments: int


def own(
    session: Session, chain: Sequence[str], *, account_id: int, organisation_ids: Collection[int],
    cursor: str | None = None, size: int = 20,
) -> Page[WorkRow]:  # fmt: skip
    """All proposals of a person and of the organisations they speak for, newest first. Two statements."""
    at = Cursor.decode(cursor, (int,))
    back = at is not None and at.back
    mine = sa.and_(Proposal.author_id == account_id, Proposal.organisation_id.is_(None))
    query = _select().where(sa.or_(mine, Proposal.organisation_id.in_(organisation_ids)))
    if at is not None:
        query = query.where(Proposal.id > at.keys[0] if back else Proposal.id < at.keys[0])
    query = query.order_by(Proposal.id if back else Proposal.id.desc()).limit(size + 1)
    page = page_of(session.execute(query).all(), size=size, cursor=at, keys=lambda row: (row.id,))
    return Page(_dress(session, page.rows, chain), newer=page.newer, older=page.older)


def queue(session: Session, chain: Sequence[str], *, cursor: str | None = None, size: int = 50) -> Page[WorkRow]:
    """What waits for the formal check, the earliest due date first. Two statements."""
    return _by_day(session, chain, State.SUBMITTED, Proposal.due_on, cursor, size)


def waiting(session: Session, chain: Sequence[str], *, cursor: str | None = None, size: int = 50) -> Page[WorkRow]:
    """What waits for its author's answer, the earliest last day first. Two statements."""
    return _by_day(session, chain, State.NEEDS_INFO, Proposal.answer_by, cursor, size)


def _by_day(
    session: Session, chain: Sequence[str], state: State, day: Any, cursor: str | None, size: int
) -> Page[WorkRow]:
    at = _day_cursor(cursor)
    back = at is not None and at.back
    key = sa.func.coalesce(day, sa.literal(SOME_DAY, sa.Date))
    query = _select().where(Proposal.state == state)
    if at is not None:
        there = sa.tuple_(sa.literal(date.fromisoformat(str(at.keys[0])), sa.Date), sa.literal(at.keys[1]))
        here = sa.tuple_(key, Proposal.id)
        query = query.where(here < there if back else here > there)
    order = (key.desc(), Proposal.id.desc()) if back else (key, Proposal.id)
    found = session.execute(query.order_by(*order).limit(size + 1)).all()
    name = day.key
    page = page_of(found, size=size, cursor=at, keys=lambda row: ((getattr(row, name) or SOME_DAY).isoformat(), row.id))
    return Page(_dress(session, page.rows, chain), newer=page.newer, older=page.older)


def _day_cursor(text: str | None) -> Cursor | None:
    found = Cursor.decode(text, (str, int))
    try:
        return found if found and date.fromisoformat(str(found.keys[0])) else None
    except ValueError:
        return None


def next_in_queue(session: Session, after: Proposal | None = None) -> int | None:
    """The id of the proposal to check next: the one after ``after`` in the queue, else the first. One statement."""
    day = sa.func.coalesce(Proposal.due_on, sa.literal(SOME_DAY, sa.Date))
    query = sa.select(Proposal.id).where(Proposal.state == State.SUBMITTED).limit(1)
    if after is not None:
        due = after.due_on or SOME_DAY
        later = sa.or_(day > due, sa.and_(day == due, Proposal.id > after.id))
        query = query.where(Proposal.id != after.id).order_by(sa.case((later, 0), else_=1))
    return session.scalar(query.order_by(day, Proposal.id))


def desk_count(session: Session, now: datetime) -> int:
    """How many proposals wait for the formal check. One statement."""
    query = sa.select(sa.func.count()).select_from(Proposal).where(Proposal.state == State.SUBMITTED)
    return session.scalar(query) or 0


def unanswered(session: Session, today: date) -> Sequence[Proposal]:
    """Proposals whose author's last day to answer has passed. One statement."""
    return session.scalars(
        sa.select(Proposal)
        .where(Proposal.state == State.NEEDS_INFO, Proposal.answer_by < today)
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    ).all()


def questions(session: Session, proposal_id: int) -> Sequence[Question]:
    """Questions to the author with their answers, oldest first. One statement."""
    return session.scalars(sa.select(Question).where(Question.proposal_id == proposal_id).order_by(Question.id)).all()


def _select() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.organisation_id, Proposal.title_of_author, Proposal.state,
            Proposal.outcome, Proposal.return_reason, Proposal.return_words, Proposal.created_at,
            Proposal.submitted_at, Proposal.published_at, Proposal.due_on, Proposal.answer_by,
            Proposal.supports_people, Proposal.supports_organisations, Proposal.comments,
            Account.display_name.label("author"), Organisation.name.label("organisation"),
        )
        .outerjoin(Account, Account.id == Proposal.author_id)
        .outerjoin(Organisation, Organisation.id == Proposal.organisation_id)
    )  # fmt: skip


def _dress(session: Session, found: Sequence[Any], chain: Sequence[str]) -> list[WorkRow]:
    words = titles(session, {row.text_id for row in found}, chain)
    made = []
    for row in found:
        values = dict(row._mapping)
        made.append(WorkRow(title=words[values.pop("text_id")], **values))
    return made

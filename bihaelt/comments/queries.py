"""Reading a discussion. A hidden comment's words are never read for a page: only ``Comment.text_id`` leads to them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.models import Comment, StanceCount, Statement
from bihaelt.organisations.models import Organisation
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

THREADS = 20
ANSWERS = 5
ANSWERS_OF_ONE = 30


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as everybody may see it: ``words`` is None unless it is visible, ``ground`` is set when it is hidden.

    ``author_name`` is None for a deleted profile and for a comment that is not visible.
    """

    id: int
    parent_id: int | None
    author_id: int | None
    author_name: str | None
    organisation_id: int | None
    organisation_name: str | None
    title: str
    text_id: int
    words: Shown | None
    stance: Stance
    state: CommentState
    ground: Ground | None
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its first answers, oldest first; ``more`` says that there are further ones."""

    comment: CommentRow
    answers: Sequence[CommentRow]
    more: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An organisation's official statement. ``versions_from`` is when it was last changed, None if never."""

    id: int
    organisation_id: int
    organisation_name: str
    title: str
    text_id: int
    words: Shown
    stance: Stance
    created_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Discussion:
    """One page of threads (newest first), all official statements, and how many visible comments each stance has."""

    threads: Sequence[Thread]
    statements: Sequence[StatementRow]
    by_stance: Mapping[Stance, int]
    newer: str | None = None
    older: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What an organisation said on a proposal: officially, or as a comment of its delegate. ``title`` is the proposal's."""

    official: bool
    proposal_id: int
    title: Shown
    words: Shown
    stance: Stance
    created_at: datetime


# Built once, and asked with values: putting a statement together costs as much as to run it.
COMMENTS = (
    sa.select(
        Comment.id, Comment.parent_id, Comment.author_id, Account.display_name, Account.state.label("account_state"),
        Comment.organisation_id, Organisation.name.label("organisation_name"), Comment.title_of_author,
        Comment.text_id, Comment.stance, Comment.state, Comment.hidden_for, Comment.created_at, Comment.edited_at,
    )
    .outerjoin(Account, Account.id == Comment.author_id)
    .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
)  # fmt: skip
ANSWER = aliased(Comment)
# A withdrawn comment stays as a place as long as somebody's answer hangs on it.
FIRST_LEVEL = COMMENTS.where(
    Comment.proposal_id == sa.bindparam("proposal"),
    Comment.parent_id.is_(None),
    sa.or_(
        Comment.state != CommentState.WITHDRAWN,
        sa.select(ANSWER.id).where(ANSWER.parent_id == Comment.id, ANSWER.state != CommentState.WITHDRAWN).exists(),
    ),
).limit(sa.bindparam("most", type_=sa.Integer))
NEWEST_DOWN = FIRST_LEVEL.order_by(Comment.id.desc())
OLDER_UP = FIRST_LEVEL.order_by(Comment.id)
NUMBERED = (
    sa.select(
        Comment.id,
        sa.func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.id).label("place"),
    )
    .where(Comment.parent_id.in_(sa.bindparam("parents", expanding=True)), Comment.state != CommentState.WITHDRAWN)
    .subquery()
)
FIRST_ANSWERS = (
    COMMENTS.join(NUMBERED, NUMBERED.c.id == Comment.id).where(NUMBERED.c.place <= ANSWERS + 1).order_by(Comment.id)
)
# Official statements, and how many comments each stance has: one statement for both.
BESIDE: sa.CompoundSelect[*tuple[Any, ...]] = sa.union_all(
    sa.select(
        Statement.id, Statement.organisation_id, Organisation.name.label("organisation_name"),
        Statement.title_of_author.label("title"), Statement.text_id, Statement.stance, Statement.created_at,
        Statement.changed_at, sa.cast(sa.null(), sa.Integer).label("visible"),
    )
    .join(Organisation, Organisation.id == Statement.organisation_id)
    .where(Statement.proposal_id == sa.bindparam("proposal")),
    sa.select(
        *(sa.cast(sa.null(), column.type) for column in (Statement.id, Statement.organisation_id, Organisation.name)),
        *(sa.cast(sa.null(), column.type) for column in (Statement.title_of_author, Statement.text_id)),
        StanceCount.stance,
        *(sa.cast(sa.null(), column.type) for column in (Statement.created_at, Statement.changed_at)),
        StanceCount.visible,
    ).where(StanceCount.proposal_id == sa.bindparam("proposal")),
).order_by("organisation_name")  # fmt: skip
STANCES = sa.select(StanceCount.stance, StanceCount.visible).where(StanceCount.proposal_id == sa.bindparam("proposal"))


def said_for(session: Session, organisation_id: int, chain: Sequence[str], size: int = 10) -> Sequence[Said]:
    """The newest statements and visible comments of an organisation on public proposals. Two statements."""
    both = sa.union_all(
        _said_in(Statement, sa.true(), organisation_id),
        _said_in(Comment, sa.false(), organisation_id).where(Comment.state == CommentState.VISIBLE),
    ).subquery()
    found = session.execute(sa.select(both).order_by(both.c.created_at.desc(), both.c.text_id.desc()).limit(size)).all()
    words = shown(session, [text_id for row in found for text_id in (row.text_id, row.title_id)], chain)
    return [
        Said(bool(row.official), row.proposal_id, words[row.title_id], words[row.text_id], row.stance, row.created_at)
        for row in found
    ]


def _said_in(kind: type[Comment] | type[Statement], official: Any, organisation_id: int) -> sa.Select[Any]:
    query: sa.Select[Any] = (
        sa.select(
            official.label("official"), kind.proposal_id, kind.text_id, Proposal.text_id.label("title_id"),
            kind.stance, kind.created_at,
        )
        .join(Proposal, Proposal.id == kind.proposal_id)
        .where(kind.organisation_id == organisation_id, Proposal.state.in_(PUBLIC))
    )  # fmt: skip
    return query


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    """A public proposal with its conference. One statement."""
    return session.scalar(
        sa.select(Proposal)
        .options(joinedload(Proposal.conference))
        .where(Proposal.id == proposal_id, Proposal.state.in_(PUBLIC))
    )


def comment(session: Session, comment_id: int) -> Comment | None:
    """A comment on a public proposal, with the proposal and its conference. One statement."""
    return session.scalar(
        sa.select(Comment)
        .options(joinedload(Comment.proposal).joinedload(Proposal.conference))
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(Comment.id == comment_id, Proposal.state.in_(PUBLIC))
    )


def statement_of(session: Session, proposal_id: int, organisation_id: int) -> Statement | None:
    return session.scalar(
        sa.select(Statement).where(Statement.proposal_id == proposal_id, Statement.organisation_id == organisation_id)
    )


def discussion(
    session: Session, proposal_id: int, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = THREADS
) -> Discussion:
    """What was said about a proposal, in the languages of ``chain``. Four statements, however much was said."""
    page = _first_level(session, proposal_id, cursor, size)
    answers = _answers(session, [row.id for row in page.rows])
    beside = columns(session, BESIDE, {"proposal": proposal_id}).all()
    statements = [row for row in beside if row.visible is None]
    words = shown(session, _readable([*page.rows, *answers]) | {row.text_id for row in statements}, chain)
    return Discussion(
        threads=[_thread(row, answers, words) for row in page.rows],
        statements=[
            StatementRow(
                row.id, row.organisation_id, row.organisation_name, row.title, row.text_id, words[row.text_id],
                row.stance, row.created_at, row.changed_at,
            )
            for row in statements
        ],
        by_stance=_every_stance(row for row in beside if row.visible is not None),
        newer=page.newer,
        older=page.older,
    )  # fmt: skip


def thread(
    session: Session, comment_id: int, chain: Sequence[str], *, cursor: Cursor | None = None
) -> Page[CommentRow]:
    """A comment of the first level, then its answers, oldest first, one page of them. Two statements.

    The first row is always the comment itself.
    """
    query = COMMENTS.where(
        sa.or_(
            Comment.id == comment_id,
            sa.and_(
                Comment.parent_id == comment_id,
                Comment.state != CommentState.WITHDRAWN,
                *_beyond(cursor, oldest_first=True),
            ),
        )
    )
    order = Comment.id.desc() if cursor is not None and cursor.back else Comment.id
    found = session.execute(query.order_by(Comment.parent_id.is_not(None), order).limit(ANSWERS_OF_ONE + 2)).all()
    page = page_of(found[1:], size=ANSWERS_OF_ONE, cursor=cursor, keys=lambda row: (row.id,))
    rows = [found[0], *page.rows]
    words = shown(session, _readable(rows), chain)
    return Page([_row(row, words) for row in rows], page.newer, page.older)


def by_stance(session: Session, proposal_id: int) -> Mapping[Stance, int]:
    """The maintained numbers of visible comments, every stance named. One statement."""
    return _every_stance(columns(session, STANCES, {"proposal": proposal_id}))


def _every_stance(rows: Iterable[Any]) -> Mapping[Stance, int]:
    found = {row.stance: row.visible for row in rows}
    return {stance: found.get(stance, 0) for stance in Stance}


def miscounted(session: Session) -> Mapping[int, Mapping[Stance, int]]:
    """The true numbers by stance of all proposals with a wrong counter. Three statements, for the nightly check."""
    rows = session.execute(
        sa.select(Comment.proposal_id, Comment.stance, sa.func.count())
        .where(Comment.state == CommentState.VISIBLE)
        .group_by(Comment.proposal_id, Comment.stance)
    )
    real: dict[int, dict[Stance, int]] = {}
    for proposal_id, stance, number in rows:
        real.setdefault(proposal_id, {})[stance] = number
    held: dict[int, dict[Stance, int]] = {}
    for count in session.scalars(sa.select(StanceCount).where(StanceCount.visible != 0)):
        held.setdefault(count.proposal_id, {})[count.stance] = count.visible
    totals = {row.id: row.comments for row in session.execute(sa.select(Proposal.id, Proposal.comments))}
    return {
        proposal_id: real.get(proposal_id, {})
        for proposal_id, total in totals.items()
        if real.get(proposal_id, {}) != held.get(proposal_id, {}) or sum(real.get(proposal_id, {}).values()) != total
    }


def _beyond(cursor: Cursor | None, *, oldest_first: bool) -> Sequence[sa.ColumnElement[bool]]:
    if cursor is None:
        return ()
    key = cursor.keys[0]
    return (Comment.id > key,) if cursor.back != oldest_first else (Comment.id < key,)


def _first_level(session: Session, proposal_id: int, cursor: Cursor | None, size: int) -> Page[Any]:
    """One page of comments of the first level, newest first."""
    back = cursor is not None and cursor.back
    query = OLDER_UP if back else NEWEST_DOWN
    if cursor is not None:
        query = query.where(*_beyond(cursor, oldest_first=False))
    found = columns(session, query, {"proposal": proposal_id, "most": size + 1}).all()
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))


def _answers(session: Session, comment_ids: Collection[int]) -> Sequence[Any]:
    """The first answers of each comment, one more than is shown."""
    if not comment_ids:
        return []
    return columns(session, FIRST_ANSWERS, {"parents": sorted(comment_ids)}).all()


def _readable(rows: Sequence[Any]) -> set[int]:
    return {row.text_id for row in rows if row.state is CommentState.VISIBLE}


def _row(row: Any, words: Mapping[int, Shown]) -> CommentRow:
    visible = row.state is CommentState.VISIBLE
    named = visible and row.account_state is not AccountState.DELETED
    return CommentRow(
        id=row.id,
        parent_id=row.parent_id,
        author_id=row.author_id,
        author_name=row.display_name if named and row.organisation_id is None else None,
        organisation_id=row.organisation_id if visible else None,
        organisation_name=row.organisation_name if visible else None,
        title=row.title_of_author if visible else "",
        text_id=row.text_id,
        words=words[row.text_id] if visible else None,
        stance=row.stance,
        state=row.state,
        ground=row.hidden_for,
        created_at=row.created_at,
        edited_at=row.edited_at,
    )


def _thread(row: Any, answers: Sequence[Any], words: Mapping[int, Shown]) -> Thread:
    mine = [answer for answer in answers if answer.parent_id == row.id]
    return Thread(_row(row, words), [_row(answer, words) for answer in mine[:ANSWERS]], more=len(mine) > ANSWERS)

"""Reading reports, hidings and appeals: the desks, what an author is shown, and the public log without names and texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.comments.models import Comment
from bihaelt.journal.domain import act_label
from bihaelt.journal.models import JournalEntry
from bihaelt.moderation.domain import LOGGED, AppealState, Ground, ReportState, due_at
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

SIZE = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that waits for a moderator: ``first`` is its oldest open report, ``grounds`` those of all open ones."""

    comment_id: int
    first: int
    since: datetime
    due: datetime
    grounds: Sequence[Ground]
    words: Shown
    proposal: Shown


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal that waits for another moderator than ``moderator_id``; ``dismissal``: a reporter appealed."""

    id: int
    created_at: datetime
    moderator_id: int | None
    dismissal: bool
    ground: Ground
    proposal: Shown


@dataclass(frozen=True, slots=True)
class Mine:
    """A hiding of one's own comment, with the appeal against it if there is one."""

    hiding_id: int
    ground: Ground
    created_at: datetime
    ended_at: datetime | None
    appeal: AppealState | None
    words: Shown
    proposal: Shown


@dataclass(frozen=True, slots=True)
class Reported:
    """An own report, with the appeal against its dismissal if there is one."""

    report_id: int
    ground: Ground
    created_at: datetime
    state: ReportState
    appeal: AppealState | None
    proposal: Shown


@dataclass(frozen=True, slots=True)
class LogRow:
    """An act of moderation as the public sees it; ``act`` is a msgid."""

    id: int
    at: datetime
    act: str
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class Month:
    """How often comments were hidden in a calendar month (UTC), by ground."""

    year: int
    month: int
    by_ground: Mapping[Ground, int]


def comment(session: Session, comment_id: int) -> Comment | None:
    """A comment with its proposal, whatever state they are in: for moderators. One statement."""
    return session.scalar(
        sa.select(Comment)
        .options(joinedload(Comment.proposal).joinedload(Proposal.conference))
        .where(Comment.id == comment_id)
    )


def hiding(session: Session, hiding_id: int) -> Hiding | None:
    return session.scalar(
        sa.select(Hiding).options(joinedload(Hiding.comment).joinedload(Comment.proposal)).where(Hiding.id == hiding_id)
    )


def report(session: Session, report_id: int) -> Report | None:
    return session.scalar(
        sa.select(Report).options(joinedload(Report.comment).joinedload(Comment.proposal)).where(Report.id == report_id)
    )


def appeal(session: Session, appeal_id: int) -> Appeal | None:
    return session.scalar(
        sa.select(Appeal)
        .options(
            joinedload(Appeal.hiding).joinedload(Hiding.comment).joinedload(Comment.proposal),
            joinedload(Appeal.report).joinedload(Report.comment).joinedload(Comment.proposal),
        )
        .where(Appeal.id == appeal_id)
    )


def appeal_against(session: Session, first: Hiding | Report) -> Appeal | None:
    """The appeal against a hiding or the dismissal of a report. One statement."""
    column = Appeal.hiding_id if isinstance(first, Hiding) else Appeal.report_id
    return session.scalar(sa.select(Appeal).where(column == first.id))


def desk_count(session: Session, _now: datetime) -> int:
    """How many comments wait for a moderator. One statement."""
    waiting = sa.select(sa.func.count(sa.distinct(Report.comment_id))).where(Report.state == ReportState.OPEN)
    return session.scalars(waiting).one()


def appeals_count(session: Session, _now: datetime) -> int:
    """How many appeals wait. One statement."""
    return session.scalar(sa.select(sa.func.count()).where(Appeal.state == AppealState.OPEN)) or 0


def queue(session: Session, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = SIZE) -> Page[Case]:
    """Comments with open reports, the longest waiting first. Three statements."""
    first = sa.func.min(Report.id)
    back = cursor is not None and cursor.back
    query = sa.select(Report.comment_id, first.label("first")).where(Report.state == ReportState.OPEN)
    query = query.group_by(Report.comment_id)
    if cursor is not None:
        query = query.having(first < cursor.keys[0] if back else first > cursor.keys[0])
    found = session.execute(query.order_by(first.desc() if back else first).limit(size + 1)).all()
    page: Page[Any] = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.first,))
    reports = session.execute(
        sa.select(
            Report.comment_id, Report.ground, Report.created_at, Comment.text_id, Proposal.text_id.label("title_id")
        )
        .join(Comment, Comment.id == Report.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(Report.state == ReportState.OPEN, Report.comment_id.in_([row.comment_id for row in page.rows]))
        .order_by(Report.id)
    ).all()
    words = shown(session, {number for row in reports for number in (row.text_id, row.title_id)}, chain)
    return Page([_case(row, reports, words) for row in page.rows], page.newer, page.older)


def _case(row: Any, reports: Sequence[Any], words: Mapping[int, Shown]) -> Case:
    mine = [report for report in reports if report.comment_id == row.comment_id]
    return Case(
        comment_id=row.comment_id,
        first=row.first,
        since=mine[0].created_at,
        due=min(due_at(report.ground, report.created_at) for report in mine),
        grounds=list(dict.fromkeys(report.ground for report in mine)),
        words=words[mine[0].text_id],
        proposal=words[mine[0].title_id],
    )


def reports_on(session: Session, comment_id: int) -> Sequence[Report]:
    """All reports on a comment, the newest first, at most a hundred. One statement."""
    return session.scalars(
        sa.select(Report).where(Report.comment_id == comment_id).order_by(Report.id.desc()).limit(100)
    ).all()


def hidings_of(session: Session, comment_id: int) -> Sequence[Hiding]:
    """How often a comment was hidden, and why, the newest first. One statement."""
    return session.scalars(sa.select(Hiding).where(Hiding.comment_id == comment_id).order_by(Hiding.id.desc())).all()


def appeals(
    session: Session, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = SIZE
) -> Page[AppealRow]:
    """Open appeals, the longest waiting first. Two statements."""
    back = cursor is not None and cursor.back
    query = (
        sa.select(
            Appeal.id, Appeal.created_at, Appeal.report_id,
            sa.func.coalesce(Hiding.moderator_id, Report.decided_by_id).label("moderator_id"),
            sa.func.coalesce(Hiding.ground, Report.ground).label("ground"), Proposal.text_id,
        )
        .outerjoin(Hiding, Hiding.id == Appeal.hiding_id)
        .outerjoin(Report, Report.id == Appeal.report_id)
        .join(Comment, Comment.id == sa.func.coalesce(Hiding.comment_id, Report.comment_id))
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(Appeal.state == AppealState.OPEN)
    )  # fmt: skip
    if cursor is not None:
        query = query.where(Appeal.id < cursor.keys[0] if back else Appeal.id > cursor.keys[0])
    found = session.execute(query.order_by(Appeal.id.desc() if back else Appeal.id).limit(size + 1)).all()
    page: Page[Any] = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))
    words = shown(session, [row.text_id for row in page.rows], chain)
    rows = [
        AppealRow(
            row.id, row.created_at, row.moderator_id, row.report_id is not None, row.ground, words[row.text_id]
        )
        for row in page.rows
    ]  # fmt: skip
    return Page(rows, page.newer, page.older)


def mine(
    session: Session, account_id: int, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = SIZE
) -> Page[Mine]:
    """What was hidden of a person's comments, the newest first. Two statements."""
    back = cursor is not None and cursor.back
    query = (
        sa.select(
            Hiding.id, Hiding.ground, Hiding.created_at, Hiding.ended_at, Appeal.state.label("appeal"),
            Comment.text_id, Proposal.text_id.label("title_id"),
        )
        .join(Comment, Comment.id == Hiding.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .outerjoin(Appeal, Appeal.hiding_id == Hiding.id)
        .where(Comment.author_id == account_id)
    )  # fmt: skip
    if cursor is not None:
        query = query.where(Hiding.id > cursor.keys[0] if back else Hiding.id < cursor.keys[0])
    found = session.execute(query.order_by(Hiding.id if back else Hiding.id.desc()).limit(size + 1)).all()
    page: Page[Any] = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))
    words = shown(session, {number for row in page.rows for number in (row.text_id, row.title_id)}, chain)
    rows = [
        Mine(row.id, row.ground, row.created_at, row.ended_at, row.appeal, words[row.text_id], words[row.title_id])
        for row in page.rows
    ]
    return Page(rows, page.newer, page.older)


def reported_by(
    session: Session, account_id: int, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = SIZE
) -> Page[Reported]:
    """What a person reported and what became of it, the newest first. Two statements."""
    back = cursor is not None and cursor.back
    query = (
        sa.select(
            Report.id, Report.ground, Report.created_at, Report.state, Appeal.state.label("appeal"), Proposal.text_id
        )
        .join(Comment, Comment.id == Report.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .outerjoin(Appeal, Appeal.report_id == Report.id)
        .where(Report.reporter_id == account_id)
    )
    if cursor is not None:
        query = query.where(Report.id > cursor.keys[0] if back else Report.id < cursor.keys[0])
    found = session.execute(query.order_by(Report.id if back else Report.id.desc()).limit(size + 1)).all()
    page: Page[Any] = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))
    words = shown(session, [row.text_id for row in page.rows], chain)
    rows = [
        Reported(row.id, row.ground, row.created_at, row.state, row.appeal, words[row.text_id]) for row in page.rows
    ]
    return Page(rows, page.newer, page.older)


def log(session: Session, *, cursor: Cursor | None = None, size: int = 50) -> Page[LogRow]:
    """Acts of moderation, the newest first: what and on which ground; no names, no texts, no objects. One statement."""
    back = cursor is not None and cursor.back
    query = sa.select(JournalEntry.id, JournalEntry.at, JournalEntry.act, JournalEntry.details).where(
        JournalEntry.public, JournalEntry.act.in_(LOGGED)
    )
    if cursor is not None:
        query = query.where(JournalEntry.id > cursor.keys[0] if back else JournalEntry.id < cursor.keys[0])
    found = session.execute(query.order_by(JournalEntry.id if back else JournalEntry.id.desc()).limit(size + 1)).all()
    page: Page[Any] = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))
    rows = [LogRow(row.id, row.at, act_label(row.act), _ground(row.details)) for row in page.rows]
    return Page(rows, page.newer, page.older)


def _ground(details: Mapping[str, Any]) -> Ground | None:
    value = details.get("ground")
    return Ground(value) if value else None


def months(session: Session, since: datetime) -> Sequence[Month]:
    """How often comments were hidden, by month and ground, the newest month first. One statement."""
    year, month = sa.extract("year", Hiding.created_at), sa.extract("month", Hiding.created_at)
    rows = session.execute(
        sa.select(year.label("year"), month.label("month"), Hiding.ground, sa.func.count().label("number"))
        .where(Hiding.created_at >= since)
        .group_by(year, month, Hiding.ground)
    )
    found: dict[tuple[int, int], dict[Ground, int]] = {}
    for row in rows:
        found.setdefault((int(row.year), int(row.month)), {})[row.ground] = row.number
    return [
        Month(key[0], key[1], {ground: found[key][ground] for ground in Ground if ground in found[key]})
        for key in sorted(found, reverse=True)
    ]

"""Reporting, hiding and restoring comments, and appeals: whoever is concerned is told, with reasons (DSA Art. 16-20)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment
from bihaelt.comments.operations import conceal_comment, reveal_comment
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_, label_of
from bihaelt.moderation.domain import (
    APPEAL_TRANSITIONS,
    MOST_ANONYMOUS,
    REPORT_TRANSITIONS,
    AppealState,
    Ground,
    ReportState,
    another_decides,
    appeal_until,
)
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version
from bihaelt.verdicts import Conflict, DomainError

NOT_VISIBLE = N_("This comment is not visible any more.")


def report_comment(
    session: Session, *, comment: Comment, ground: Ground, body: str, language: str, now: datetime,
    by: Voice | None = None, email: str | None = None, nonce: str | None = None,
) -> Report:  # fmt: skip
    """Somebody (``by``; None for a visitor) asks to look at a comment; ``email`` is where a visitor wants the answer.

    A second open report of the same person, or of the same form, is the first one again. Raises Conflict when the
    comment is not visible, DomainError when too many visitors' reports wait already.
    """
    if comment.state is not CommentState.VISIBLE:
        raise Conflict(NOT_VISIBLE)
    reporter_id = by.actor_id if by else None
    known = _reported_before(session, comment, reporter_id, nonce)
    if known is not None:
        return known
    if reporter_id is None:
        _refuse_flood(session, comment)
    made = Report(
        comment_id=comment.id,
        reporter_id=reporter_id,
        email=email if reporter_id is None else None,
        language=language,
        ground=ground,
        body=body,
        state=ReportState.OPEN,
        created_at=now,
        nonce=nonce,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        known = _reported_before(session, comment, reporter_id, nonce)
        if known is None:
            raise
        return known
    # The record keeps that there was a report, not whose.
    record(session, act="comment.reported", subject=comment, by=Voice(None), now=now, public=False, ground=ground.value)
    _acknowledge(session, made, now)
    session.flush()
    return made


def hide_comment(
    session: Session, *, comment: Comment, ground: Ground, reason: str, by: Voice, now: datetime
) -> Hiding:
    """Take a comment out of sight; decides all open reports on it, tells the author why, and how to appeal.

    Raises Conflict when it is not visible, DomainError for one's own comment.
    """
    _refuse_own(comment, by)
    conceal_comment(session, comment=comment, ground=ground)
    hiding = Hiding(comment_id=comment.id, moderator_id=by.actor_id, ground=ground, reason=reason, created_at=now)
    session.add(hiding)
    session.flush()
    record(session, act="comment.hidden", subject=comment, by=by, now=now, ground=ground.value)
    _tell(
        session, comment.author_id, "moderation_hidden", now, comment, hiding_id=hiding.id,
        ground=label_of(ground), reason=reason, until=appeal_until(now).date().isoformat(),
    )  # fmt: skip
    _decide_reports(session, comment, ReportState.UPHELD, "", by, now)
    session.flush()
    return hiding


def dismiss_reports(session: Session, *, comment: Comment, answer: str, by: Voice, now: datetime) -> int:
    """The comment stays: all open reports on it are dismissed and their senders told. Returns how many there were."""
    _refuse_own(comment, by)
    decided = _decide_reports(session, comment, ReportState.DISMISSED, answer, by, now)
    if not decided:
        raise Conflict(N_("There is no open report any more."))
    record(
        session, act="comment.reports_dismissed", subject=comment, by=by, now=now, ground=decided[0].ground.value,
        number=len(decided),
    )  # fmt: skip
    session.flush()
    return len(decided)


def restore_comment(session: Session, *, comment: Comment, reason: str, by: Voice, now: datetime) -> Hiding:
    """Show a hidden comment again and tell the author. Raises Conflict when it is not hidden, or an appeal waits."""
    hiding: Hiding | None = session.scalar(
        sa.select(Hiding).where(Hiding.comment_id == comment.id, Hiding.ended_at.is_(None))
    )
    if hiding is None:
        raise Conflict(N_("This comment is not hidden."))
    appeal = session.scalar(sa.select(Appeal).where(Appeal.hiding_id == hiding.id))
    if appeal is not None and appeal.state is AppealState.OPEN:
        raise Conflict(N_("The author has appealed. Please decide the appeal instead."))
    _end_hiding(session, hiding, comment, reason, now)
    record(session, act="comment.restored", subject=comment, by=by, now=now, ground=hiding.ground.value)
    _tell(session, comment.author_id, "moderation_restored", now, comment, reason=reason)
    session.flush()
    return hiding


def appeal_hiding(session: Session, *, hiding: Hiding, body: str, by: Voice, now: datetime) -> Appeal:
    """The author asks for a second look, once per hiding. Raises DomainError when it is too late or not theirs."""
    if hiding.comment.author_id != by.actor_id:
        raise DomainError(N_("Only the author can appeal."))
    if now >= appeal_until(hiding.created_at):
        raise DomainError(N_("An appeal was possible for six months."))
    if hiding.ended_at is not None:
        raise Conflict(N_("This comment is not hidden."))
    made = Appeal(hiding_id=hiding.id, appellant_id=by.actor_id, body=body, state=AppealState.OPEN, created_at=now)
    return _add_appeal(session, made, hiding, by, now)


def appeal_dismissal(session: Session, *, report: Report, body: str, by: Voice, now: datetime) -> Appeal:
    """The reporter asks for a second look, once per report. Raises DomainError when it is too late or not theirs."""
    if report.reporter_id is None or report.reporter_id != by.actor_id:
        raise DomainError(N_("Only the person who reported can appeal."))
    if report.state is not ReportState.DISMISSED or report.decided_at is None:
        raise Conflict(N_("This report was not dismissed."))
    if now >= appeal_until(report.decided_at):
        raise DomainError(N_("An appeal was possible for six months."))
    if report.comment.state is not CommentState.VISIBLE:
        raise Conflict(NOT_VISIBLE)
    made = Appeal(report_id=report.id, appellant_id=by.actor_id, body=body, state=AppealState.OPEN, created_at=now)
    # As with the report itself, the record does not say who made it.
    return _add_appeal(session, made, report, Voice(None), now)


def decide_appeal(session: Session, *, appeal: Appeal, granted: bool, answer: str, by: Voice, now: datetime) -> Appeal:
    """Another moderator decides: a granted appeal shows the comment again, or hides it if a reporter appealed.

    The appellant and the first moderator are told; the author of a comment that is hidden now gets the reasons and may
    appeal in turn. Raises DomainError for the moderator whose decision or appeal it is, Conflict when it is decided.
    """
    first, comment = appeal.against, appeal.against.comment
    verdict = another_decides(appeal.moderator_id, appeal.appellant_id, by.actor_id)
    if not verdict:
        raise DomainError(verdict.reason)
    _refuse_own(comment, by)
    appeal.state = step(APPEAL_TRANSITIONS, appeal.state, AppealState.GRANTED if granted else AppealState.REFUSED)
    appeal.decided_at, appeal.decided_by_id, appeal.answer = now, by.actor_id, answer
    act = "comment.appeal_granted" if granted else "comment.appeal_refused"
    record(session, act=act, subject=comment, by=by, now=now, ground=first.ground.value)
    if isinstance(first, Hiding):
        if granted:
            _end_hiding(session, first, comment, answer, now)
        reader, kind = comment.author_id, "moderation_appeal"
    else:
        if granted and comment.state is CommentState.VISIBLE:
            hide_comment(session, comment=comment, ground=first.ground, reason=answer, by=by, now=now)
        reader, kind = first.reporter_id, "moderation_report_appeal"
    visible = comment.state is CommentState.VISIBLE
    for account_id, letter in ((reader, kind), (appeal.moderator_id, "moderation_second_look")):
        _tell(
            session, account_id, letter, now, comment, granted=granted, answer=answer, visible=visible,
            report_id=appeal.report_id,
        )  # fmt: skip
    session.flush()
    return appeal


def _add_appeal(session: Session, made: Appeal, first: Hiding | Report, by: Voice, now: datetime) -> Appeal:
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        raise Conflict(N_("You have appealed already.")) from None
    record(
        session, act="comment.appealed", subject=first.comment, by=by, now=now, public=False, ground=first.ground.value
    )
    session.flush()
    return made


def _end_hiding(session: Session, hiding: Hiding, comment: Comment, reason: str, now: datetime) -> None:
    hiding.ended_at, hiding.end_reason = now, reason
    if comment.state is CommentState.HIDDEN:  # the author may have withdrawn it meanwhile
        reveal_comment(session, comment=comment)


def _refuse_own(comment: Comment, by: Voice) -> None:
    if comment.author_id is not None and comment.author_id == by.actor_id:
        raise DomainError(N_("This is your own comment. Somebody else has to decide."))


def _reported_before(session: Session, comment: Comment, reporter_id: int | None, nonce: str | None) -> Report | None:
    same_form = Report.nonce == nonce if nonce else sa.false()
    same_person = (
        sa.and_(Report.comment_id == comment.id, Report.reporter_id == reporter_id, Report.state == ReportState.OPEN)
        if reporter_id is not None
        else sa.false()
    )
    return session.scalar(sa.select(Report).where(sa.or_(same_form, same_person)).limit(1))


def _refuse_flood(session: Session, comment: Comment) -> None:
    waiting = session.scalars(
        sa.select(Report.id)
        .where(Report.comment_id == comment.id, Report.state == ReportState.OPEN, Report.reporter_id.is_(None))
        .limit(MOST_ANONYMOUS)
    ).all()
    if len(waiting) >= MOST_ANONYMOUS:
        raise DomainError(N_("This comment has been reported already. A moderator is looking at it."))


def _decide_reports(
    session: Session, comment: Comment, state: ReportState, answer: str, by: Voice, now: datetime
) -> Sequence[Report]:
    reports = session.scalars(
        sa.select(Report).where(Report.comment_id == comment.id, Report.state == ReportState.OPEN).order_by(Report.id)
    ).all()
    for report in reports:
        report.state = step(REPORT_TRANSITIONS, report.state, state)
        report.decided_at, report.decided_by_id, report.answer = now, by.actor_id, answer
        hidden = state is ReportState.UPHELD
        if report.reporter_id is not None:
            _tell(
                session, report.reporter_id, "moderation_decided", now, comment, comment_id=comment.id, hidden=hidden,
                answer=answer, report_id=report.id, until=appeal_until(now).date().isoformat(),
            )  # fmt: skip
        else:
            enqueue(
                session, kind="moderation_decided", email=report.email, language=report.language, now=now,
                once_key=f"report decided {report.id}", title=_title(session, comment), comment_id=comment.id,
                hidden=hidden, answer=answer,
            )  # fmt: skip
    return reports


def _acknowledge(session: Session, report: Report, now: datetime) -> None:
    """A receipt; to an address that a visitor typed at most one a day, so that nobody can flood a foreign letter box."""
    if report.reporter_id is not None:
        _tell(session, report.reporter_id, "moderation_receipt", now, report.comment)
        return
    if not report.email:
        return
    address = hashlib.sha256(report.email.casefold().encode()).hexdigest()[:32]
    key = f"report receipt {address} {now.date().isoformat()}"
    if session.scalar(sa.select(Letter.id).where(Letter.once_key == key)) is not None:
        return
    enqueue(
        session, kind="moderation_receipt", email=report.email, language=report.language, now=now, once_key=key,
        title=_title(session, report.comment),
    )  # fmt: skip


def _tell(session: Session, account_id: int | None, kind: str, now: datetime, comment: Comment, **context: Any) -> None:
    account = session.get(Account, account_id) if account_id is not None else None
    if account is not None:
        enqueue(
            session, kind=kind, email=account.email, language=account.language, account_id=account.id, now=now,
            name=account.display_name, title=_title(session, comment), **context,
        )  # fmt: skip


def _title(session: Session, comment: Comment) -> str:
    """The title of the proposal that was commented on, as it was written, cut for a letter."""
    text = session.get_one(Text, comment.proposal.text_id)
    version = current_version(session, text.id, text.source_language)
    return version.title[:120] if version else ""

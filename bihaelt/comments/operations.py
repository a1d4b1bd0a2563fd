"""Writing, changing and withdrawing comments; official statements; and the counters that go with them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.comments import queries
from bihaelt.comments.domain import (
    AT_ONCE,
    MOST_AT_ONCE,
    TRANSITIONS,
    CommentState,
    Ground,
    Stance,
    changeable,
    discussable,
)
from bihaelt.comments.models import Comment, StanceCount, Statement
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.proposals.models import Proposal
from bihaelt.states import step
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, write
from bihaelt.verdicts import Conflict, DomainError, Verdict


def write_comment(
    session: Session,
    *,
    proposal: Proposal,
    body: str,
    stance: Stance,
    language: str,
    by: Voice,
    now: datetime,
    parent: Comment | None = None,
    nonce: str | None = None,
) -> Comment:
    """A new comment on ``proposal``, or an answer to ``parent``, written in ``language`` (a Babel id).

    The same form sent twice (``nonce``) makes one comment. Raises DomainError when the discussion is over, the writer
    is too fast or the parent cannot be answered; Conflict when a sent form comes back with other words.
    """
    _insist(discussable(proposal.state, proposal.conference, now))
    known = _sent_before(session, nonce, body)
    if known is not None:
        return known
    if parent is not None:
        _refuse_answer(proposal, parent)
    _refuse_flood(session, by, now)
    try:
        with session.begin_nested():
            made = _add_comment(session, proposal, body, stance, language, by, now, parent, nonce)
    except IntegrityError:
        known = _sent_before(session, nonce, body)
        if known is None:
            raise
        return known
    _count(session, made, 1)
    record(
        session, act="comment.published", subject=made, by=by, now=now, public=by.organisation_id is not None,
        proposal=proposal.id,
    )  # fmt: skip
    session.flush()
    return made


def _add_comment(
    session: Session, proposal: Proposal, body: str, stance: Stance, language: str, by: Voice, now: datetime,
    parent: Comment | None, nonce: str | None,
) -> Comment:  # fmt: skip
    text = write(session, language=language, words=Words(body=body), now=now, author_id=by.actor_id)
    made = Comment(
        proposal_id=proposal.id,
        parent_id=parent.id if parent else None,
        author_id=by.actor_id,
        organisation_id=by.organisation_id,
        title_of_author=by.title,
        text_id=text.id,
        stance=stance,
        state=CommentState.VISIBLE,
        created_at=now,
        nonce=nonce,
    )
    session.add(made)
    session.flush()
    return made


def edit_comment(session: Session, *, comment: Comment, body: str, stance: Stance, by: Voice, now: datetime) -> Comment:
    """New words or another stance, within the time for it; the old words stay in the history of the text.

    Raises DomainError when the time is over, the comment is not visible or the discussion has ended.
    """
    _insist(changeable(comment.state, comment.created_at, now))
    _insist(discussable(comment.proposal.state, comment.proposal.conference, now))
    text = session.get_one(Text, comment.text_id)
    old = current_version(session, text.id, text.source_language)
    new = rewrite(session, text=text, words=Words(body=body), now=now, author_id=by.actor_id)
    if new is old and comment.stance is stance:
        return comment
    if comment.stance is not stance:
        _count_stance(session, comment.proposal_id, comment.stance, -1)
        _count_stance(session, comment.proposal_id, stance, 1)
        comment.stance = stance
    comment.edited_at = now
    record(session, act="comment.edited", subject=comment, by=by, now=now, public=False)
    session.flush()
    return comment


def withdraw_comment(session: Session, *, comment: Comment, by: Voice, now: datetime) -> None:
    """Its author takes a comment back, whenever they like. Raises Conflict when it is withdrawn already."""
    old = comment.state
    comment.state = step(TRANSITIONS, old, CommentState.WITHDRAWN)
    comment.hidden_for = None
    if old is CommentState.VISIBLE:
        _count(session, comment, -1)
    record(session, act="comment.withdrawn", subject=comment, by=by, now=now, public=False)
    session.flush()


def conceal_comment(session: Session, *, comment: Comment, ground: Ground) -> None:
    """Moderation takes a comment out of sight (its operation records why). Raises Conflict if it is not visible."""
    comment.state = step(TRANSITIONS, comment.state, CommentState.HIDDEN)
    comment.hidden_for = ground
    _count(session, comment, -1)
    session.flush()


def reveal_comment(session: Session, *, comment: Comment) -> None:
    """Moderation brings a hidden comment back. Raises Conflict if it is not hidden."""
    comment.state = step(TRANSITIONS, comment.state, CommentState.VISIBLE)
    comment.hidden_for = None
    _count(session, comment, 1)
    session.flush()


def publish_statement(
    session: Session, *, proposal: Proposal, body: str, stance: Stance, language: str, by: Voice, now: datetime
) -> Statement:
    """The official statement of the organisation that ``by`` speaks for: written once, then followed by versions.

    Raises DomainError for a private voice or when the discussion is over.
    """
    _insist(discussable(proposal.state, proposal.conference, now))
    if by.organisation_id is None:
        raise DomainError(N_("Only organisations publish official statements."))
    found = queries.statement_of(session, proposal.id, by.organisation_id)
    if found is None:
        return _add_statement(session, proposal, body, stance, language, by, now)
    text = session.get_one(Text, found.text_id)
    old = current_version(session, text.id, text.source_language)
    new = rewrite(session, text=text, words=Words(body=body), now=now, author_id=by.actor_id)
    if new is not old or found.stance is not stance:
        found.stance, found.changed_at = stance, now
        found.author_id, found.title_of_author = by.actor_id, by.title
        record(session, act="proposal.statement_changed", subject=proposal, by=by, now=now)
    session.flush()
    return found


def _add_statement(
    session: Session, proposal: Proposal, body: str, stance: Stance, language: str, by: Voice, now: datetime
) -> Statement:
    text = write(session, language=language, words=Words(body=body), now=now, author_id=by.actor_id)
    made = Statement(
        proposal_id=proposal.id,
        organisation_id=by.organisation_id,
        author_id=by.actor_id,
        title_of_author=by.title,
        text_id=text.id,
        stance=stance,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        raise Conflict(N_("Your organisation has just published a statement. Please look at it again.")) from None
    record(session, act="proposal.statement_published", subject=proposal, by=by, now=now)
    session.flush()
    return made


def recount(session: Session) -> Mapping[int, int]:
    """Put right every counter that differs from its rows; returns the true number of comments of those proposals."""
    wrong = queries.miscounted(session)
    for proposal_id, stances in wrong.items():
        session.get_one(Proposal, proposal_id).comments = sum(stances.values())
        session.execute(sa.delete(StanceCount).where(StanceCount.proposal_id == proposal_id))
        session.add_all(
            StanceCount(proposal_id=proposal_id, stance=stance, visible=number) for stance, number in stances.items()
        )
    session.flush()
    return {proposal_id: sum(stances.values()) for proposal_id, stances in wrong.items()}


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)


def _sent_before(session: Session, nonce: str | None, body: str) -> Comment | None:
    if nonce is None:
        return None
    found: Comment | None = session.scalar(sa.select(Comment).where(Comment.nonce == nonce))
    if found is None:
        return None
    text = session.get_one(Text, found.text_id)
    version = current_version(session, text.id, text.source_language)
    if version is not None and version.body != body:
        raise Conflict(N_("This form was sent already. Please reload the page to write something new."))
    return found


def _refuse_answer(proposal: Proposal, parent: Comment) -> None:
    if parent.proposal_id != proposal.id or parent.parent_id is not None:
        raise DomainError(N_("Answers belong to a comment of the same discussion."))
    if parent.state is not CommentState.VISIBLE:
        raise DomainError(N_("This comment is not visible any more."))


def _refuse_flood(session: Session, by: Voice, now: datetime) -> None:
    recent = session.scalars(
        sa.select(Comment.id)
        .where(Comment.author_id == by.actor_id, Comment.created_at > now - AT_ONCE)
        .limit(MOST_AT_ONCE)
    ).all()
    if len(recent) >= MOST_AT_ONCE:
        raise DomainError(N_("You have written a lot in a short time. Please wait a few minutes."))


def _count(session: Session, comment: Comment, change: int) -> None:
    session.execute(
        sa.update(Proposal).where(Proposal.id == comment.proposal_id).values(comments=Proposal.comments + change),
        execution_options={"synchronize_session": False},
    )
    session.expire(comment.proposal, ["comments"])
    _count_stance(session, comment.proposal_id, comment.stance, change)


def _count_stance(session: Session, proposal_id: int, stance: Stance, change: int) -> None:
    table = StanceCount.__table__
    if change < 0:
        session.execute(
            sa.update(StanceCount)
            .where(StanceCount.proposal_id == proposal_id, StanceCount.stance == stance)
            .values(visible=StanceCount.visible + change),
            execution_options={"synchronize_session": False},
        )
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(table)
        .values(proposal_id=proposal_id, stance=stance, visible=change)
        .on_conflict_do_update(index_elements=["proposal_id", "stance"], set_={"visible": table.c.visible + change})
    )

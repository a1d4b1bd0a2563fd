"""Erasing an account: the one act that reaches across the whole story."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.accounts.operations import keep_an_admin
from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment
from bihaelt.comments.operations import recount
from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.conferences.models import Conference
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.moderation.models import Report
from bihaelt.organisations.models import Delegation, Invitation
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.pages.models import Feedback
from bihaelt.privacy.domain import RULES, Contributions, Erasing
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import TextVersion
from bihaelt.verdicts import DomainError
from bihaelt.votes.models import Support

COUNTING = (Phase.COLLECTING, Phase.SCREENING)
UNDECIDED = (State.SUBMITTED, State.NEEDS_INFO, State.RETURNED, State.PUBLISHED)


def erase(session: Session, *, account: Account, contributions: Contributions, by: Voice, now: datetime) -> None:
    """Erase ``account``: address, name, secrets, sessions, roles and seats go at once, and cannot come back.

    Contributions stay without a name or, with REMOVE, comments and undecided proposals lose their words; a decided
    proposal stays, because the city's answer belongs to it. Running supports are taken back, past ones stay counted
    without a name. Raises DomainError for the last administrator, and for the last administrator of an organisation.
    """
    refuse_last_admin(session, account, now.date())
    address = account.email
    if contributions is Contributions.REMOVE:
        remove_words(session, account.id, now)
    remove_drafts(session, account.id)
    take_back_supports(session, account.id, now)
    for (name, column), rule in RULES.items():
        table = db.metadata.tables[name]
        mine = table.c[column] == account.id
        if rule.erasing is Erasing.DELETE:
            session.execute(sa.delete(table).where(mine))
        else:
            session.execute(sa.update(table).where(mine).values({column: None}))
    forget_address(session, account, address)
    language = account.language
    account.email = account.name_key = account.password_hash = account.totp_secret = None
    account.display_name, account.language, account.state = "", "de", AccountState.DELETED
    record(session, act="account.erased", subject=account, by=by, now=now, public=False)
    enqueue(session, kind="account_erased", email=address, language=language, now=now)
    session.flush()
    session.expire_all()


def refuse_last_admin(session: Session, account: Account, today: date) -> None:
    keep_an_admin(session, but_for=account.id, today=today)
    own = session.scalars(
        sa.select(Delegation.organisation_id).where(Delegation.account_id == account.id, Delegation.is_admin)
    ).all()
    shared = session.scalars(
        sa.select(Delegation.organisation_id).where(
            Delegation.organisation_id.in_(own), Delegation.is_admin, Delegation.account_id != account.id
        )
    ).all()
    if set(own) - set(shared):
        raise DomainError(N_("You are the last administrator of your organisation. Please appoint another one first."))


def remove_words(session: Session, account_id: int, now: datetime) -> None:
    """Comments and undecided proposals that the person wrote for themselves lose their words in every version."""
    comments = session.scalars(
        sa.select(Comment).where(Comment.author_id == account_id, Comment.organisation_id.is_(None))
    ).all()
    for comment in comments:
        comment.state, comment.hidden_for = CommentState.WITHDRAWN, None
    proposals = session.scalars(
        sa.select(Proposal).where(
            Proposal.author_id == account_id, Proposal.organisation_id.is_(None), Proposal.state.in_(UNDECIDED)
        )
    ).all()
    for proposal in proposals:
        proposal.state = State.WITHDRAWN
    empty(session, [comment.text_id for comment in comments] + [proposal.text_id for proposal in proposals])
    recount(session)


def remove_drafts(session: Session, account_id: int) -> None:
    """Nobody else has ever seen a draft, and it cannot be opened without its author: its words go."""
    drafts = session.scalars(
        sa.select(Proposal).where(
            Proposal.author_id == account_id, Proposal.state == State.DRAFT, Proposal.organisation_id.is_(None)
        )
    ).all()
    for proposal in drafts:
        proposal.state = State.WITHDRAWN
    empty(session, [proposal.text_id for proposal in drafts])


def empty(session: Session, text_ids: list[int]) -> None:
    session.flush()
    session.execute(
        sa.update(TextVersion).where(TextVersion.text_id.in_(text_ids)).values(title="", body="", extra={}, reason="")
    )


def take_back_supports(session: Session, account_id: int, now: datetime) -> None:
    """Supports of conferences that still collect are withdrawn; what a closed phase has counted stays counted."""
    running = [c.id for c in session.scalars(sa.select(Conference)) if phase_at(c, now) in COUNTING]
    mine = (Support.account_id == account_id, Support.organisation_id.is_(None), Support.conference_id.in_(running))
    supported = session.scalars(sa.select(Support.proposal_id).where(*mine)).all()
    session.execute(sa.delete(Support).where(*mine))
    session.execute(
        sa.update(Proposal).where(Proposal.id.in_(supported)).values(supports_people=Proposal.supports_people - 1)
    )


def forget_address(session: Session, account: Account, address: str | None) -> None:
    """Letters that wait are not sent any more; no letter, report or feedback keeps the address."""
    waiting = sa.and_(Letter.account_id == account.id, Letter.sent_at.is_(None), Letter.failed_at.is_(None))
    session.execute(sa.delete(Letter).where(waiting))
    session.execute(
        sa.update(Letter)
        .where(sa.or_(Letter.account_id == account.id, Letter.email == address))
        .values(email="", account_id=None, context={}, error="")
    )
    session.execute(sa.delete(Invitation).where(Invitation.email == address))
    session.execute(sa.update(Report).where(Report.email == address).values(email=None))
    session.execute(sa.update(Feedback).where(Feedback.email == address).values(email=""))

"""Proposals, their topics, questions back, co-authors, and their rounds through the conferences."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.domain import Outcome, ReturnReason, Round, State
from bihaelt.texts.models import Text
from bihaelt.topics.models import Cluster, District, Field, TargetGroup


class Proposal(db.Model):
    """A proposal. ``text_id``: title, body, extra ``need`` and ``gender``. ``cost_cents`` is a rough guess or None.

    ``due_on`` is the last day for the formal check; while a question is open the clock stands still and
    ``answer_by`` is the author's last day. The counters are maintained by the operations that change them,
    one per electorate, and never added up. ``return_words`` is what the moderator wrote when returning it.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("(state = 'decided') = (outcome IS NOT NULL)", name="decided"),
        sa.CheckConstraint(
            "(merged_into_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'merged')", name="merged"
        ),
        sa.CheckConstraint("state <> 'returned' OR return_reason IS NOT NULL", name="returned"),
        sa.CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted"),
        sa.CheckConstraint(
            "state NOT IN ('published', 'decided', 'closed') OR published_at IS NOT NULL", name="published"
        ),
        sa.CheckConstraint("cost_cents IS NULL OR cost_cents >= 0", name="cost"),
        sa.CheckConstraint("supports_people >= 0 AND supports_organisations >= 0 AND comments >= 0", name="counters"),
        sa.Index("ix_proposal_list", "published_at", "id"),
        sa.Index("ix_proposal_conference", "conference_id", "published_at", "id"),
        sa.Index("ix_proposal_cluster", "cluster_id", "published_at", "id"),
        sa.Index("ix_proposal_supported", "supports_people", "id"),
        sa.Index("ix_proposal_discussed", "comments", "id"),
        sa.Index("ix_proposal_queue", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    title_of_author: Mapped[str] = mapped_column(sa.String(120), default="")
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id))
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Cluster.id))
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey(District.id), index=True)
    cost_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    state: Mapped[State] = mapped_column(closed_set(State, "state"))
    outcome: Mapped[Outcome | None] = mapped_column(closed_set(Outcome, "outcome"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    return_reason: Mapped[ReturnReason | None] = mapped_column(closed_set(ReturnReason, "return_reason"))
    return_words: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    supports_people: Mapped[int] = mapped_column(default=0)
    supports_organisations: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    demo_key: Mapped[str | None] = mapped_column(sa.String(20))
    author: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    conference: Mapped[Conference] = relationship()


class ProposalField(db.Model):
    __tablename__ = "proposal_field"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey(Field.id), primary_key=True, index=True)


class ProposalTargetGroup(db.Model):
    __tablename__ = "proposal_target_group"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"), primary_key=True)
    target_group_id: Mapped[int] = mapped_column(sa.ForeignKey(TargetGroup.id), primary_key=True, index=True)


class Question(db.Model):
    """A moderator's question back to the author, in plain text, and the day it was answered."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CoAuthor(db.Model):
    """Author of a proposal that was merged into this one: named there from now on."""

    __tablename__ = "co_author"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "from_proposal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    from_proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    account: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class ProposalRound(db.Model):
    """A proposal's passage through one conference: same identity, one row per conference (R48).

    The supports of a round stay with their conference; their counts are kept here when the proposal moves on.
    """

    __tablename__ = "proposal_round"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "conference_id"),
        sa.CheckConstraint("result <> 'closed' OR reason <> ''", name="reason"),
        sa.Index("ix_proposal_round_conference", "conference_id", "result"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id))
    result: Mapped[Round] = mapped_column(closed_set(Round, "result"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    supports_people: Mapped[int] = mapped_column(default=0)
    supports_organisations: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]

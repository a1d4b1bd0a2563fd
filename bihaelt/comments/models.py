"""Comments in threads of two levels, and official statements of organisations."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text


class Comment(db.Model):
    """``text_id``: body only. An answer (``parent_id``) answers a comment of the first level.

    ``hidden_for`` is the ground for which moderation hides it, as everybody may know it.
    """

    __tablename__ = "comment"
    __table_args__ = (
        sa.Index("ix_comment_thread", "proposal_id", "parent_id", "id"),
        sa.Index("ix_comment_author_recent", "author_id", "created_at"),
        sa.Index("ix_comment_period", "created_at", "state", "organisation_id"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
        sa.CheckConstraint("(state = 'hidden') = (hidden_for IS NOT NULL)", name="hidden"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    title_of_author: Mapped[str] = mapped_column(sa.String(120), default="")
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    stance: Mapped[Stance] = mapped_column(closed_set(Stance, "stance"))
    state: Mapped[CommentState] = mapped_column(closed_set(CommentState, "state"))
    hidden_for: Mapped[Ground | None] = mapped_column(closed_set(Ground, "hidden_for"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    proposal: Mapped[Proposal] = relationship()
    author: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class StanceCount(db.Model):
    """How many visible comments a proposal has of each stance: maintained with every change of a comment."""

    __tablename__ = "stance_count"
    __table_args__ = (sa.CheckConstraint("visible >= 0", name="visible"),)

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"), primary_key=True)
    stance: Mapped[Stance] = mapped_column(closed_set(Stance, "stance"), primary_key=True)
    visible: Mapped[int]


class Statement(db.Model):
    """An organisation's official statement on a proposal: one each, its text versioned (R8)."""

    __tablename__ = "statement"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    title_of_author: Mapped[str] = mapped_column(sa.String(120))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    stance: Mapped[Stance] = mapped_column(closed_set(Stance, "stance"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    proposal: Mapped[Proposal] = relationship()
    organisation: Mapped[Organisation] = relationship()

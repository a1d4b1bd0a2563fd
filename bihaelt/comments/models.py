"""Comments in threads of two levels, and official statements of organisations."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.comments.domain import CommentState, Stance
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text


class Comment(db.Model):
    """``text_id``: body only. An answer (``parent_id``) answers a comment of the first level."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.Index("ix_comment_thread", "proposal_id", "parent_id", "id"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    title_of_author: Mapped[str] = mapped_column(sa.String(120), default="")
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    stance: Mapped[Stance] = mapped_column(closed_set(Stance, "stance"))
    state: Mapped[CommentState] = mapped_column(closed_set(CommentState, "state"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    proposal: Mapped[Proposal] = relationship()
    author: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


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

"""Texts with their versions in every language."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import closed_set, db
from bihaelt.texts.domain import Status


class Text(db.Model):
    """One text, written in ``source_language`` (a Babel id)."""

    __tablename__ = "text"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_language: Mapped[str] = mapped_column(sa.String(20))


class TextVersion(db.Model):
    """What a text said in one language from ``created_at`` on; never changed, only followed by the next number.

    ``made_from_id`` is the version of the original that a translation was made from: when that is no longer the
    current original, the translation is out of date. ``author_id`` is an account's id.
    """

    __tablename__ = "text_version"
    __table_args__ = (
        sa.UniqueConstraint("text_id", "language", "number"),
        sa.Index(
            "ix_text_version_current",
            "text_id",
            "language",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        sa.CheckConstraint("(status = 'original') = (made_from_id IS NULL)", name="origin"),
        sa.CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id, ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.Text, default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    extra: Mapped[dict[str, Any]]
    status: Mapped[Status] = mapped_column(closed_set(Status, "status"))
    made_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("text_version.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    is_current: Mapped[bool]
    created_at: Mapped[datetime]

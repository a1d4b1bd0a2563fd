"""Letters that wait until their transaction is safe."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import db


class Letter(db.Model):
    """One letter to one reader. ``context`` (may hold a code or link) is emptied once it has been delivered.

    ``claimed_at`` is set, and committed, before a letter goes out, and cleared when it could not be sent: a letter
    that stays claimed may or may not have left, so nobody sends it a second time by itself.

    ``expires_at`` is when the code or link in it dies: from then on it is not sent, and ``expired_at`` says so.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("once_key"),
        sa.Index("ix_letter_waiting", "sent_at", "failed_at", "expired_at", "due_at"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    email: Mapped[str] = mapped_column(sa.String(254))
    account_id: Mapped[int | None] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(sa.String(20))
    context: Mapped[dict[str, Any]]
    once_key: Mapped[str | None] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")

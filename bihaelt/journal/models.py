"""The public record. Rows are only ever added: the database itself refuses a change or a removal."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import db


class JournalEntry(db.Model):
    """``actor_id`` carries no foreign key on purpose: the entry outlives an erased account, and holds no name."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_journal_entry_public", "public", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    actor_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(sa.String(30))
    organisation_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    details: Mapped[dict[str, Any]]
    public: Mapped[bool]

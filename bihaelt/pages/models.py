"""The city's own pages (imprint, privacy …) and what people report about barriers."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import closed_set, db
from bihaelt.pages.domain import FeedbackKind
from bihaelt.texts.models import Text


class CityPage(db.Model):
    """A page with the city's own text: ``name`` is imprint, privacy, accessibility, rules or about."""

    __tablename__ = "city_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)


class Feedback(db.Model):
    """Somebody reports a barrier or a fault, with or without an address; answered within a month (BITV).

    ``page`` is the address it is about, ``number`` the receipt, ``due_on`` the last day for an answer.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
        sa.Index("ix_feedback_queue", "answered_at", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    kind: Mapped[FeedbackKind] = mapped_column(closed_set(FeedbackKind, "kind"))
    page: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    language: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)

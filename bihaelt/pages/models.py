"""The city's own pages (imprint, privacy …) and what people report about barriers."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import db
from bihaelt.texts.models import Text


class CityPage(db.Model):
    """A page with the city's own text: ``name`` is imprint, privacy, accessibility, rules or about."""

    __tablename__ = "city_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)


class Feedback(db.Model):
    """Somebody reports a barrier or a fault, with or without an address; answered within a month (BITV)."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    page: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    language: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

"""The log of requests for interpreters: counts only, nothing about any person (R87)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.interpreting.domain import Mode, Occasion, Outcome, Place
from bihaelt.organisations.models import Office, Organisation


class InterpreterRequest(db.Model):
    """``count`` requests that are alike in everything: day, language (ISO 639), occasion, place, mode and outcome.

    ``office_id`` or ``organisation_id`` says who counted (both None: the plan's owner). ``nonce`` is the form's own number.
    """

    __tablename__ = "interpreter_request"
    __table_args__ = (
        sa.CheckConstraint("count BETWEEN 1 AND 500", name="count"),
        sa.CheckConstraint("office_id IS NULL OR organisation_id IS NULL", name="counted_by"),
        sa.Index("ix_interpreter_request_day", "day", "language"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    language: Mapped[str] = mapped_column(sa.String(8))
    occasion: Mapped[Occasion] = mapped_column(closed_set(Occasion, "occasion"))
    place: Mapped[Place] = mapped_column(closed_set(Place, "place"))
    mode: Mapped[Mode] = mapped_column(closed_set(Mode, "mode"))
    outcome: Mapped[Outcome] = mapped_column(closed_set(Outcome, "outcome"))
    count: Mapped[int]
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    nonce: Mapped[str] = mapped_column(sa.String(40), unique=True)
    created_at: Mapped[datetime]

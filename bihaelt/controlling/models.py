"""Reporting rounds, and what the responsible offices report on their measures in each of them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.controlling.domain import ReportState
from bihaelt.extensions import closed_set, db
from bihaelt.measures.domain import Light
from bihaelt.measures.models import Measure
from bihaelt.texts.models import Text


class ReportingRound(db.Model):
    """A half-year such as "2026-H1" on which the offices report until ``due_on`` (inclusive); closed, it stays as it is."""

    __tablename__ = "reporting_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(10), unique=True)
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class StatusReport(db.Model):
    """What the responsible office owes, and then reports, on a measure for a round.

    ``text_id``: body = how it goes, extra ``next``, ``risk``, ``counter``. The lights stand as the rules proposed them
    (``…_proposed``) and as they were chosen; where both differ, ``…_reason`` says why. ``forecast_cents`` is what the
    measure will have cost by the end of the period's year. ``asked`` is the question with which the plan's owner gave the report back.
    """

    __tablename__ = "status_report"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "period"),
        sa.Index("ix_status_report_round", "period", "state"),
        sa.CheckConstraint("state = 'due' OR (text_id IS NOT NULL AND submitted_at IS NOT NULL)", name="submitted"),
        sa.CheckConstraint("state IN ('due', 'submitted') OR checked_at IS NOT NULL", name="checked"),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        sa.CheckConstraint("forecast_cents >= 0", name="forecast"),
        *(
            sa.CheckConstraint(f"{light} = {light}_proposed OR {light}_reason <> ''", name=f"{light}_reason")
            for light in ("time", "cost", "goal")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(sa.String(10), sa.ForeignKey(ReportingRound.period))
    state: Mapped[ReportState] = mapped_column(closed_set(ReportState, "state"), default=ReportState.DUE)
    time: Mapped[Light] = mapped_column(closed_set(Light, "time"), default=Light.GREY)
    cost: Mapped[Light] = mapped_column(closed_set(Light, "cost"), default=Light.GREY)
    goal: Mapped[Light] = mapped_column(closed_set(Light, "goal"), default=Light.GREY)
    time_proposed: Mapped[Light] = mapped_column(closed_set(Light, "time_proposed"), default=Light.GREY)
    cost_proposed: Mapped[Light] = mapped_column(closed_set(Light, "cost_proposed"), default=Light.GREY)
    goal_proposed: Mapped[Light] = mapped_column(closed_set(Light, "goal_proposed"), default=Light.GREY)
    time_reason: Mapped[str] = mapped_column(sa.Text, default="")
    cost_reason: Mapped[str] = mapped_column(sa.Text, default="")
    goal_reason: Mapped[str] = mapped_column(sa.Text, default="")
    forecast_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    text_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    asked: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    published_at: Mapped[datetime | None]
    measure: Mapped[Measure] = relationship()
    round: Mapped[ReportingRound] = relationship()

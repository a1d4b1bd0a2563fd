"""What the responsible offices report on their measures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.extensions import closed_set, db
from bihaelt.measures.domain import Light
from bihaelt.measures.models import Measure
from bihaelt.texts.models import Text


class StatusReport(db.Model):
    """What the responsible office reports for a half-year such as "2026-H1". ``text_id``: body, extra ``next``."""

    __tablename__ = "status_report"
    __table_args__ = (sa.UniqueConstraint("measure_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(sa.String(10))
    time: Mapped[Light] = mapped_column(closed_set(Light, "time"))
    cost: Mapped[Light] = mapped_column(closed_set(Light, "cost"))
    goal: Mapped[Light] = mapped_column(closed_set(Light, "goal"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    published_at: Mapped[datetime]
    measure: Mapped[Measure] = relationship()

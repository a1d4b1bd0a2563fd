"""The regular services that a measure was checked against (Regelversorgung, R26, R41–R43)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.extensions import closed_set, db
from bihaelt.measures.domain import ServiceUse
from bihaelt.measures.models.sheet import Measure
from bihaelt.organisations.models import Office, RegularService


class MeasureService(db.Model):
    """A measure was checked against a regular service: with which outcome, by which office, on which day.

    ``note`` says in words how the two fit together. On ``review_on`` the check is due again; ``reminded_on`` is the
    day on which the responsible office was written to about that day, None: not yet.
    """

    __tablename__ = "measure_service"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "service_id"),
        sa.CheckConstraint("review_on > checked_on", name="review"),
        sa.Index("ix_measure_service_review", "review_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(sa.ForeignKey(RegularService.id), index=True)
    use: Mapped[ServiceUse] = mapped_column(closed_set(ServiceUse, "use"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id))
    review_on: Mapped[date]
    reminded_on: Mapped[date | None]
    service: Mapped[RegularService] = relationship()
    checked_by: Mapped[Office | None] = relationship()

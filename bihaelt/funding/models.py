"""Funding programmes, and what they give to measures."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.extensions import closed_set, db
from bihaelt.funding.domain import FundingState, Level
from bihaelt.measures.models import Measure
from bihaelt.topics.models import Cluster


class Programme(db.Model):
    """A funding programme (R40); its name is a proper name. The years are inclusive, the own share in percent."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    level: Mapped[Level] = mapped_column(closed_set(Level, "level"))
    first_year: Mapped[int]
    last_year: Mapped[int]
    own_share: Mapped[int]
    deadline: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")


class ProgrammePurpose(db.Model):
    __tablename__ = "programme_purpose"

    programme_id: Mapped[int] = mapped_column(sa.ForeignKey(Programme.id, ondelete="CASCADE"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), primary_key=True, index=True)


class Funding(db.Model):
    """What a programme pays, or may pay, for a measure, in cents."""

    __tablename__ = "funding"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "programme_id"),
        sa.CheckConstraint("cents >= 0", name="cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey(Programme.id), index=True)
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[FundingState] = mapped_column(closed_set(FundingState, "state"))
    programme: Mapped[Programme] = relationship()

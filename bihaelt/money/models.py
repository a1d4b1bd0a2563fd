"""The money of the plan: budgets per cluster and year."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.extensions import db
from bihaelt.topics.models import Cluster


class ClusterBudget(db.Model):
    """What the council gave a cluster for a year, in cents (R36)."""

    __tablename__ = "cluster_budget"
    __table_args__ = (
        sa.UniqueConstraint("cluster_id", "year"),
        sa.CheckConstraint("cents >= 0", name="cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id))
    year: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)

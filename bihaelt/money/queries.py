"""Reading the money of the plan: clusters and years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category
from bihaelt.measures.models import Measure
from bihaelt.money.models import ClusterBudget
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster


@dataclass(frozen=True, slots=True)
class ClusterBar:
    """The money of a cluster in a year, in cents. Planned, committed and spent count the measures in A and B that
    begin in that year, each with its whole amount; ideas in C are not counted.
    """

    cluster_id: int
    position: int
    name: Shown
    budget: int
    planned: int
    committed: int
    spent: int

    @property
    def free(self) -> int:
        """What is left of the budget; below zero when more is planned."""
        return self.budget - self.planned


def cluster_bars(session: Session, chain: Sequence[str], year: int) -> Sequence[ClusterBar]:
    """The bars of all clusters for a year, in the order of the plan. Two statements."""
    rows = sums(session, year)
    words = shown(session, [row.text_id for row in rows], chain)
    return [bar_of(row, words) for row in rows]


def sums(session: Session, year: int) -> Sequence[Any]:
    money = (
        sa.select(
            Measure.cluster_id,
            sa.func.sum(Measure.planned_cents).label("planned"),
            sa.func.sum(Measure.committed_cents).label("committed"),
            sa.func.sum(Measure.spent_cents).label("spent"),
        )
        .where(
            Measure.category.in_((Category.A, Category.B)),
            Measure.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(Measure.cluster_id)
        .subquery()
    )
    return session.execute(
        sa.select(
            Cluster.id, Cluster.position, Cluster.text_id, ClusterBudget.cents.label("budget"), money.c.planned,
            money.c.committed, money.c.spent,
        )
        .outerjoin(ClusterBudget, sa.and_(ClusterBudget.cluster_id == Cluster.id, ClusterBudget.year == year))
        .outerjoin(money, money.c.cluster_id == Cluster.id)
        .where(sa.or_(Cluster.active, ClusterBudget.cents > 0, money.c.planned > 0))
        .order_by(Cluster.position, Cluster.id)
    ).all()  # fmt: skip


def bar_of(row: Any, words: Mapping[int, Shown]) -> ClusterBar:
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    return ClusterBar(
        row.id, row.position, words[row.text_id], int(row.budget or 0), int(row.planned or 0),
        int(row.committed or 0), int(row.spent or 0),
    )  # fmt: skip


def budget(session: Session, cluster_id: int, year: int) -> int | None:
    return session.scalar(
        sa.select(ClusterBudget.cents).where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
    )

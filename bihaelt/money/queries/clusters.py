"""Reading the money of the clusters: bars, years and budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.money.domain import BudgetState, MoneyKind
from bihaelt.money.models import ClusterBudget, MoneyAccount
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster

A = MoneyAccount
GIVEN = A.allocated + A.transfers_in - A.transfers_out + A.carried
USED = A.actual + A.bound - A.settled


@dataclass(frozen=True, slots=True)
class ClusterBar:
    """The money of a cluster in a year, in cents.

    ``budget``: what the council gave, with what came from other clusters and from last year; ``planned``: what measures
    have of it; ``committed``: what of that is bound by contracts or spent; ``spent``: what is paid.
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
        """What is left of the budget; below zero when measures have more."""
        return self.budget - self.planned


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A cluster's budget as it was set; ``id`` None where there is none yet."""

    id: int | None
    cluster_id: int
    name: Shown
    cents: int
    state: BudgetState | None
    kind: MoneyKind | None
    product_group: str


def cluster_bars(session: Session, chain: Sequence[str], year: int) -> Sequence[ClusterBar]:
    """The bars of all clusters for a year, in the order of the plan. Two statements."""
    rows = sums(session, year)
    words = shown(session, [row.text_id for row in rows], chain)
    return [bar_of(row, words) for row in rows]


def sums(session: Session, year: int) -> Sequence[Any]:
    """One row for each cluster: its budget and the sums of its accounts in a year. One statement."""
    return columns(session, SUMS, {"year": year}).all()


def _sums() -> sa.Select[*tuple[Any, ...]]:
    year: sa.BindParameter[int] = sa.bindparam("year")
    money = (
        sa.select(
            A.cluster_id,
            sa.func.sum(A.transfers_in - A.transfers_out + A.carried).label("more"),
            sa.func.sum(GIVEN).label("planned"),
            sa.func.sum(USED).label("committed"),
            sa.func.sum(A.actual).label("spent"),
        )
        .where(A.year == year)
        .group_by(A.cluster_id)
        .subquery()
    )
    return (
        sa.select(
            Cluster.id, Cluster.position, Cluster.text_id,
            (sa.func.coalesce(ClusterBudget.cents, 0) + sa.func.coalesce(money.c.more, 0)).label("budget"),
            money.c.planned, money.c.committed, money.c.spent,
        )
        .outerjoin(ClusterBudget, sa.and_(ClusterBudget.cluster_id == Cluster.id, ClusterBudget.year == year))
        .outerjoin(money, money.c.cluster_id == Cluster.id)
        .where(sa.or_(Cluster.active, ClusterBudget.cents > 0, money.c.planned > 0))
        .order_by(Cluster.position, Cluster.id)
    )  # fmt: skip


SUMS = _sums()  # built once: putting it together costs more than to ask it


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


def budget_row(session: Session, budget_id: int) -> ClusterBudget | None:
    return session.get(ClusterBudget, budget_id)


def budget_rows(session: Session, chain: Sequence[str], year: int) -> Sequence[BudgetRow]:
    """The budgets of a year as the council set them, with all active clusters. Two statements."""
    rows = session.execute(
        sa.select(Cluster.id, Cluster.text_id, ClusterBudget)
        .outerjoin(ClusterBudget, sa.and_(ClusterBudget.cluster_id == Cluster.id, ClusterBudget.year == year))
        .where(sa.or_(Cluster.active, ClusterBudget.id.is_not(None)))
        .order_by(Cluster.position, Cluster.id)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [_budget_row(row, words[row.text_id]) for row in rows]


def _budget_row(row: Any, name: Shown) -> BudgetRow:
    found: ClusterBudget | None = row.ClusterBudget
    if found is None:
        return BudgetRow(None, row.id, name, 0, None, None, "")
    return BudgetRow(found.id, row.id, name, found.cents, found.state, found.kind, found.product_group)


def years(session: Session) -> Sequence[int]:
    """The years that have a budget, the latest first. One statement."""
    return session.scalars(sa.select(ClusterBudget.year).distinct().order_by(ClusterBudget.year.desc())).all()

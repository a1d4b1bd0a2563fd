"""Reading the action plan: the money of each cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import MeasureState
from bihaelt.measures.models import Measure
from bihaelt.plan.models import ClusterBudget
from bihaelt.topics.queries import Topic, clusters


@dataclass(frozen=True, slots=True)
class ClusterBar:
    """The money of one cluster in a year, in cents; ``free_cents`` is below zero when more is planned than there is."""

    cluster: Topic
    budget_cents: int
    planned_cents: int
    committed_cents: int
    spent_cents: int
    free_cents: int


def cluster_bars(session: Session, chain: Sequence[str], year: int) -> Sequence[ClusterBar]:
    """Each active cluster with its budget of ``year`` and what its measures of that year take. Four statements."""
    budgets = {
        row.cluster_id: row.cents
        for row in session.execute(
            sa.select(ClusterBudget.cluster_id, ClusterBudget.cents).where(ClusterBudget.year == year)
        )
    }
    first, last = sa.extract("year", Measure.starts_on), sa.extract("year", Measure.ends_on)
    sums = {
        row.cluster_id: row
        for row in session.execute(
            sa.select(
                Measure.cluster_id,
                sa.func.sum(Measure.planned_cents).label("planned"),
                sa.func.sum(Measure.committed_cents).label("committed"),
                sa.func.sum(Measure.spent_cents).label("spent"),
            )
            .where(
                Measure.state.not_in((MeasureState.ENDED,)),
                sa.or_(Measure.starts_on.is_(None), first <= year),
                sa.or_(Measure.ends_on.is_(None), last >= year),
            )
            .group_by(Measure.cluster_id)
        )
    }
    bars = []
    for topic in clusters(session, chain):
        budget, row = budgets.get(topic.id, 0), sums.get(topic.id)
        planned, committed, spent = (int(row.planned), int(row.committed), int(row.spent)) if row else (0, 0, 0)
        bars.append(ClusterBar(topic, budget, planned, committed, spent, budget - planned))
    return bars

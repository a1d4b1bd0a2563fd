"""Setting budgets."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.money import queries
from bihaelt.money.domain import FIRST_YEAR, LAST_YEAR
from bihaelt.money.models import ClusterBudget
from bihaelt.topics.models import Cluster
from bihaelt.verdicts import Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")


def set_budget(
    session: Session, *, cluster_id: int, year: int, cents: int, reason: str, by: Voice, now: datetime
) -> ClusterBudget:
    """What the council gave a cluster for a year; raises DomainError below what is committed already, or without a reason."""
    cluster = session.get(Cluster, cluster_id)
    if cluster is None:
        raise DomainError(N_("Choose a cluster."), field="cluster")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError(N_("Enter a year."), field="year")
    if cents < 0:
        raise DomainError(N_("Enter an amount of money."), field="amount")
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    bars = {bar.cluster_id: bar for bar in queries.cluster_bars(session, ("de",), year)}
    if cluster_id in bars and cents < bars[cluster_id].committed:
        raise DomainError(N_("More than this is already committed in this cluster."), field="amount")
    row = session.scalar(
        sa.select(ClusterBudget)
        .where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
        .with_for_update()
    )
    old = row.cents if row else 0
    if row is None:
        row = ClusterBudget(cluster_id=cluster_id, year=year, cents=cents)
        session.add(row)
    row.cents = cents
    _flush(session)
    record(
        session, act="budget.set", subject=row, by=by, now=now, reason=reason, cluster=cluster.position,
        year=str(year), old_cents=old, new_cents=cents,
    )  # fmt: skip
    session.flush()
    return row


def _flush(session: Session) -> None:
    """Two people may enter the same row at once: the second is told so."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(MEANWHILE) from None

"""Setting budgets, releasing and freezing them; pools and thresholds."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.money import queries
from bihaelt.money.domain import (
    BUDGET_STEPS,
    FIRST_YEAR,
    LAST_YEAR,
    PRODUCT_GROUP,
    BudgetState,
    MoneyKind,
    PoolKind,
    Thresholds,
)
from bihaelt.money.models import ClusterBudget, MoneySetting, Pool
from bihaelt.states import step
from bihaelt.topics.models import Cluster
from bihaelt.verdicts import Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")


def set_budget(
    session: Session, *, cluster_id: int, year: int, cents: int, reason: str, by: Voice, now: datetime,
    product_group: str = "", kind: MoneyKind = MoneyKind.CONSUMPTIVE,
) -> ClusterBudget:  # fmt: skip
    """What the council gave a cluster for a year; a new one is planned until the treasury releases it.

    Its measures cover each other from then on (one mutual pool for each cluster). Raises DomainError below what is
    committed already, without a reason, and for a product group that is not written like 05.01.02.
    """
    cluster = session.get(Cluster, cluster_id)
    if cluster is None:
        raise DomainError(N_("Choose a cluster."), field="cluster")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError(N_("Enter a year."), field="year")
    if cents < 0:
        raise DomainError(N_("Enter an amount of money."), field="amount")
    if product_group and not PRODUCT_GROUP.fullmatch(product_group):
        raise DomainError(N_("Write the product group like 05.01.02."), field="product_group")
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    row = session.scalar(
        sa.select(ClusterBudget)
        .where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
        .with_for_update()
    )
    facts = queries.budget_facts(session, cluster_id, year)
    if cents + facts.moved + facts.carried < facts.used:
        raise DomainError(N_("More than this is already committed in this cluster."), field="amount")
    if row is not None and row.state is BudgetState.CLOSED:
        raise DomainError(N_("The budget of %(year)s is closed."), field="year", year=year)
    old = row.cents if row else 0
    if row is None:
        row = ClusterBudget(cluster_id=cluster_id, year=year, cents=cents, state=BudgetState.PLANNED, kind=kind)
        session.add(row)
        ensure_pool(session, cluster_id, year)
    row.cents, row.product_group, row.kind = cents, product_group or row.product_group or "", kind
    _flush(session)
    record(
        session, act="budget.set", subject=row, by=by, now=now, reason=reason, cluster=cluster.position,
        year=str(year), old_cents=old, new_cents=cents,
    )  # fmt: skip
    session.flush()
    return row


def ensure_pool(session: Session, cluster_id: int, year: int) -> None:
    """The measures of a cluster cover each other, unless somebody has ended that."""
    known = sa.select(Pool.id).where(Pool.from_cluster_id == cluster_id, Pool.to_cluster_id == cluster_id)
    if session.scalar(known.limit(1)) is None:
        session.add(
            Pool(kind=PoolKind.MUTUAL, from_cluster_id=cluster_id, to_cluster_id=cluster_id, first_year=year, note="")
        )


def set_budget_state(
    session: Session, *, budget: ClusterBudget, state: BudgetState, reason: str, by: Voice, now: datetime
) -> None:
    """Release a budget, freeze it (B10), lift the freeze, or close it. Raises Conflict for a step that is not possible."""
    session.refresh(budget, with_for_update=True)
    old = budget.state
    new = step(BUDGET_STEPS, old, state)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    budget.state = new
    session.flush()
    cluster = session.get_one(Cluster, budget.cluster_id)
    record(
        session, act="budget.state", subject=budget, by=by, now=now, reason=reason, cluster=cluster.position,
        year=str(budget.year), old_budget_state=old.value, budget_state=new.value,
    )  # fmt: skip
    session.flush()


def set_thresholds(session: Session, *, thresholds: Thresholds, reason: str, by: Voice, now: datetime) -> None:
    """From which amounts the treasury and the council decide as well."""
    if thresholds.treasury_if_over < 0:
        raise DomainError(N_("Enter an amount of money."), field="treasury")
    if thresholds.council_if_over < thresholds.treasury_if_over:
        raise DomainError(N_("The council's threshold is not below the treasury's."), field="council")
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    row = session.get(MoneySetting, 1, with_for_update=True)
    if row is None:
        row = MoneySetting(id=1)
        session.add(row)
    row.treasury_if_over, row.council_if_over = thresholds.treasury_if_over, thresholds.council_if_over
    _flush(session)
    record(
        session, act="money.thresholds", subject=row, by=by, now=now, reason=reason,
        treasury_if_over=thresholds.treasury_if_over, council_if_over=thresholds.council_if_over,
    )  # fmt: skip
    session.flush()


def set_pool(
    session: Session, *, from_cluster_id: int, to_cluster_id: int, first_year: int, note: str, by: Voice, now: datetime
) -> Pool:
    """Money of one cluster may cover another from a year on; of one and the same: its measures cover each other.

    Raises DomainError where it runs already, or would make a one-way pool go both ways.
    """
    if not FIRST_YEAR <= first_year <= LAST_YEAR:
        raise DomainError(N_("Enter a year."), field="first_year")
    if not note.strip():
        raise DomainError(N_("Say why."), field="note")
    for other in queries.pools(session):
        pair = {other.from_cluster_id, other.to_cluster_id}
        if other.last_year is None and pair == {from_cluster_id, to_cluster_id}:
            raise DomainError(N_("There is a pool of these clusters already. End it first."), field="to_cluster")
    kind = PoolKind.MUTUAL if from_cluster_id == to_cluster_id else PoolKind.ONE_WAY
    pool = Pool(
        kind=kind, from_cluster_id=from_cluster_id, to_cluster_id=to_cluster_id, first_year=first_year, note=note
    )
    session.add(pool)
    _flush(session)
    record(session, act="pool.set", subject=pool, by=by, now=now, reason=note, year=str(first_year))
    session.flush()
    return pool


def end_pool(session: Session, *, pool: Pool, last_year: int, reason: str, by: Voice, now: datetime) -> None:
    """From the year after ``last_year`` on, the clusters cover each other no more."""
    session.refresh(pool, with_for_update=True)
    if pool.last_year is not None:
        raise Conflict(MEANWHILE)
    if not pool.first_year <= last_year <= LAST_YEAR:
        raise DomainError(N_("Enter a year."), field="last_year")
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    pool.last_year = last_year
    session.flush()
    record(session, act="pool.ended", subject=pool, by=by, now=now, reason=reason, year=str(last_year))
    session.flush()


def _flush(session: Session) -> None:
    """Two people may enter the same row at once: the second is told so."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(MEANWHILE) from None

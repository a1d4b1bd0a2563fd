"""The one way on which money is booked: lock the cluster's budget, then the accounts by id; judge; write; keep the sums.

SQLite has one writer at a time, PostgreSQL the row locks: on both, the facts that the rules judge cannot change any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BookingKind
from bihaelt.money.domain.ledger import effect
from bihaelt.money.domain.rules import Finding, first_no
from bihaelt.money.models import Booking, ClusterBudget, MoneyAccount
from bihaelt.verdicts import DomainError


class Refused(DomainError):
    """A rule of the money says no; ``rule`` is its number."""

    def __init__(self, finding: Finding, *, field: str = "") -> None:
        super().__init__(finding.verdict.reason, field=field, **finding.verdict.values)
        self.rule = finding.rule


@dataclass(frozen=True, slots=True)
class Line:
    """What is common to the bookings of one act. ``funding_id`` None: the city's own money."""

    on: date
    by: Voice
    now: datetime
    funding_id: int | None = None
    commitment_id: int | None = None
    transfer_id: int | None = None
    part_of_id: int | None = None
    reference: str = ""
    reason: str = ""
    import_key: str | None = None


def judge(findings: Iterable[Finding], *, field: str = "") -> None:
    """Raises Refused with the first rule that says no."""
    found = first_no(findings)
    if found is not None:
        raise Refused(found, field=field)


def locked(session: Session, measures: Iterable[Measure], year: int) -> Mapping[int, MoneyAccount]:
    """The accounts of measures in a year, locked with the budgets that pay, by measure; those that miss are made.

    Raises DomainError where a cluster has no budget for the year.
    """
    wanted = {measure.id: measure for measure in measures}
    known = session.execute(
        sa.select(MoneyAccount.measure_id, MoneyAccount.cluster_id).where(
            MoneyAccount.measure_id.in_(wanted), MoneyAccount.year == year
        )
    ).all()
    clusters = {measure.id: measure.cluster_id for measure in wanted.values()} | {
        row.measure_id: row.cluster_id for row in known
    }
    budgets = session.scalars(
        sa.select(ClusterBudget)
        .where(ClusterBudget.cluster_id.in_(set(clusters.values())), ClusterBudget.year == year)
        .order_by(ClusterBudget.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    by_cluster = {budget.cluster_id: budget for budget in budgets}
    if len(by_cluster) < len(set(clusters.values())):
        raise DomainError(N_("There is no budget for %(year)s yet."), field="year", year=year)
    found = session.scalars(
        sa.select(MoneyAccount)
        .where(MoneyAccount.measure_id.in_(wanted), MoneyAccount.year == year)
        .order_by(MoneyAccount.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    accounts = {account.measure_id: account for account in found}
    for measure_id in sorted(wanted.keys() - accounts.keys()):
        budget = by_cluster[clusters[measure_id]]
        accounts[measure_id] = new_account(measure_id, budget)
        session.add(accounts[measure_id])
    session.flush()
    return accounts


def new_account(measure_id: int, budget: ClusterBudget) -> MoneyAccount:
    """An account without money; it holds the kind of money that its cluster's budget holds."""
    return MoneyAccount(
        measure_id=measure_id, cluster_id=budget.cluster_id, year=budget.year, kind=budget.kind, allocated=0,
        transfers_in=0, transfers_out=0, carried=0, bound=0, settled=0, actual=0, own_free=0,
    )  # fmt: skip


def write(
    session: Session,
    account: MoneyAccount,
    kind: BookingKind,
    cents: int,
    line: Line,
    *,
    counter_of: Booking | None = None,
) -> Booking:
    """Add a booking and bring the sums of its account and its measure along. The account is locked."""
    booking = Booking(
        account_id=account.id, kind=kind, cents=cents, on=line.on, at=line.now, by_id=line.by.actor_id,
        funding_id=line.funding_id, commitment_id=line.commitment_id, transfer_id=line.transfer_id,
        part_of_id=line.part_of_id, counter_of_id=counter_of.id if counter_of else None, reference=line.reference,
        reason=line.reason, import_key=line.import_key,
    )  # fmt: skip
    session.add(booking)
    grown = effect(kind, cents, own=line.funding_id is None, counter=counter_of is not None)
    for name, more in grown.items():
        setattr(account, name, getattr(account, name) + more)
    spent = grown.get("actual", 0)
    used = spent + grown.get("bound", 0) - grown.get("settled", 0)
    session.flush()
    if used or spent:
        session.execute(
            sa.update(Measure)
            .where(Measure.id == account.measure_id)
            .values(committed_cents=Measure.committed_cents + used, spent_cents=Measure.spent_cents + spent)
            .execution_options(synchronize_session=False)
        )
        session.expire(account.measure, ["committed_cents", "spent_cents"])
    return booking

"""The facts that the rules judge, read from the database; booking reads them under its locks, the what-if page without."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding import queries as funding
from bihaelt.funding.domain import HELD, Level, Terms
from bihaelt.funding.models import Funding
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BookingKind, BudgetState, MoneyKind, PoolKind, Thresholds
from bihaelt.money.domain.facts import Allocating, Budget, GrantFacts, Moving, Relation, Spending
from bihaelt.money.models import Booking, ClusterBudget, Commitment, MoneyAccount, MoneySetting, Pool
from bihaelt.money.queries.accounts import given, sums_of
from bihaelt.money.queries.clusters import USED

A = MoneyAccount
USES: Mapping[BookingKind, int] = {BookingKind.COMMITMENT: 1, BookingKind.SETTLEMENT: -1, BookingKind.ACTUAL: 1}


def account_of(session: Session, measure_id: int, year: int) -> MoneyAccount | None:
    return session.scalar(sa.select(A).where(A.measure_id == measure_id, A.year == year))


def budget_of(session: Session, cluster_id: int, year: int) -> ClusterBudget | None:
    return session.scalar(
        sa.select(ClusterBudget).where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
    )


def budget_facts(session: Session, cluster_id: int, year: int) -> Budget:
    """A cluster in a year; closed where it has no budget. Two statements."""
    row = budget_of(session, cluster_id, year)
    found = session.execute(
        sa.select(
            sa.func.sum(A.allocated), sa.func.sum(USED), sa.func.sum(A.transfers_in - A.transfers_out), sa.func.sum(A.carried)
        ).where(A.cluster_id == cluster_id, A.year == year)
    ).one()  # fmt: skip
    allocated, used, moved, carried = (int(value or 0) for value in found)
    return Budget(
        year=year, cents=row.cents if row else 0, allocated=allocated, used=used, moved=moved, carried=carried,
        state=row.state if row else BudgetState.PLANNED,
    )  # fmt: skip


def grant_facts(session: Session, row: Funding, measure: Measure) -> GrantFacts:
    """A grant with what was booked on it. Three statements."""
    signs = sa.case(USES, value=Booking.kind, else_=0)
    used = session.scalar(sa.select(sa.func.sum(Booking.cents * signs)).where(Booking.funding_id == row.id))
    terms = funding.terms(session, row.programme)
    named = measure if row.measure_id == measure.id else session.get_one(Measure, row.measure_id)
    return _grant(row, named.number, terms, measure.cluster_id, int(used or 0))


def _grant(row: Funding, named: str, terms: Terms, cluster_id: int, used: int) -> GrantFacts:
    begins, ends = row.starts_on, row.ends_on
    return GrantFacts(
        name=row.programme.name, measure=named, cents=row.counted, used=used,
        first_year=begins.year if begins else row.first_year, last_year=ends.year if ends else row.last_year,
        held=row.state in HELD, fits_purpose=not terms.cluster_ids or cluster_id in terms.cluster_ids,
        own_share=row.own_share, reference=row.reference,
    )  # fmt: skip


def grant(session: Session, measure_id: int, funding_id: int) -> Funding | None:
    """A grant of a measure by its number."""
    return session.scalar(sa.select(Funding).where(Funding.id == funding_id, Funding.measure_id == measure_id))


def grants_of(session: Session, measure: Measure) -> Sequence[GrantFacts]:
    """The grants of a measure by name and notice, as far as a transfer's reason tells of them. One statement."""
    rows = [row for row in funding.fundings(session, measure.id) if row.state in HELD and row.level is not Level.CITY]
    return [GrantFacts(row.name, measure.number, row.cents, reference=row.reference) for row in rows]


def others_movable(session: Session, account: MoneyAccount | None, cluster_id: int, year: int) -> int:
    """What the other measures of a cluster could give, in cents. One statement."""
    left = A.allocated + A.transfers_in - A.transfers_out + A.carried - USED
    least = sa.case((left < A.own_free, left), else_=A.own_free)
    found = session.scalar(
        sa.select(sa.func.sum(sa.case((least > 0, least), else_=0))).where(
            A.cluster_id == cluster_id, A.year == year, A.id != (account.id if account else 0)
        )
    )
    return int(found or 0)


def relation(session: Session, from_cluster: int, to_cluster: int, year: int) -> Relation:
    """How two clusters' money covers each other in a year. One statement."""
    rows = session.execute(
        sa.select(Pool.kind, Pool.from_cluster_id).where(
            sa.or_(
                sa.and_(Pool.from_cluster_id == from_cluster, Pool.to_cluster_id == to_cluster),
                sa.and_(Pool.from_cluster_id == to_cluster, Pool.to_cluster_id == from_cluster),
            ),
            Pool.first_year <= year,
            sa.or_(Pool.last_year.is_(None), Pool.last_year >= year),
        )
    ).all()
    if any(row.kind is PoolKind.MUTUAL for row in rows):
        return Relation.MUTUAL
    if any(row.from_cluster_id == from_cluster for row in rows):
        return Relation.ONE_WAY
    return Relation.WRONG_WAY if rows else Relation.ACROSS


def thresholds(session: Session) -> Thresholds:
    row = session.get(MoneySetting, 1)
    return Thresholds(row.treasury_if_over, row.council_if_over) if row else Thresholds()


def spending_facts(
    session: Session, *, measure: Measure, year: int, cents: int, grant: Funding | None, today: date,
    account: MoneyAccount | None, settles: int = 0, contract: str = "", ve: str = "", legal_duty: bool = False,
    override: str = "", seen: int | None = None,
) -> Spending:  # fmt: skip
    """Everything that the rules want to know about a commitment or an expense."""
    cluster_id = account.cluster_id if account else measure.cluster_id
    sums, budget = sums_of(account), budget_facts(session, cluster_id, year)
    short = cents - settles > min(sums.available, sums.own_free)
    return Spending(
        cents=cents, measure=measure.number, category=measure.category, sums=sums, budget=budget, year=year, today=today,
        grant=grant_facts(session, grant, measure) if grant else None, check=funding.check_state(session, measure.id),
        override=override, legal_duty=legal_duty, ve=ve, settles=settles, seen_available=seen,
        others_movable=others_movable(session, account, cluster_id, year) if short else 0,
        mutual=relation(session, cluster_id, cluster_id, year) is Relation.MUTUAL if short else True,
        paid_by_other=_payer(session, measure.id, contract, grant) if grant and contract else "",
    )  # fmt: skip


def _payer(session: Session, measure_id: int, contract: str, grant: Funding) -> str:
    """The programme that pays for the same contract already, if another one does."""
    row = session.scalar(
        sa.select(Funding)
        .join(Commitment, Commitment.funding_id == Funding.id)
        .where(
            Commitment.measure_id == measure_id, Commitment.contract == contract,
            Funding.programme_id != grant.programme_id,
        )
        .limit(1)
    )  # fmt: skip
    return row.programme.name if row else ""


def moving_facts(
    session: Session, *, source: Measure, target: Measure, year: int, cents: int, grant: Funding | None = None,
    accounts: Mapping[int, MoneyAccount] | None = None, seen: int | None = None,
) -> Moving:  # fmt: skip
    """Everything that the rules want to know about a transfer."""
    known = accounts or {}
    ours = known.get(source.id) or account_of(session, source.id, year)
    theirs = known.get(target.id) or account_of(session, target.id, year)
    from_cluster = ours.cluster_id if ours else source.cluster_id
    to_cluster = theirs.cluster_id if theirs else target.cluster_id
    budgets = [budget_of(session, cluster_id, year) for cluster_id in (from_cluster, to_cluster)]
    states = [budget.state if budget else BudgetState.PLANNED for budget in budgets]
    source_kind, target_kind = _kind(ours, budgets[0]), _kind(theirs, budgets[1])
    return Moving(
        cents=cents, source=source.number, target=target.number, sums=sums_of(ours),
        relation=relation(session, from_cluster, to_cluster, year), source_kind=source_kind,
        target_kind=target_kind,
        source_state=states[0], target_state=states[1], grants=grants_of(session, source),
        grant=grant_facts(session, grant, source) if grant else None, seen_available=seen,
    )  # fmt: skip


def _kind(account: MoneyAccount | None, budget: ClusterBudget | None) -> MoneyKind:
    """The kind of an account's money; before its first booking that of the budget that will pay."""
    if account is not None:
        return account.kind
    return budget.kind if budget else MoneyKind.CONSUMPTIVE


def allocating_facts(
    session: Session, *, measure: Measure, year: int, cents: int, grant: Funding | None, account: MoneyAccount | None
) -> Allocating:
    """Everything that the rules want to know about an allocation."""
    cluster_id = account.cluster_id if account else measure.cluster_id
    granted = session.scalar(
        sa.select(sa.func.sum(Booking.cents))
        .join(A, A.id == Booking.account_id)
        .where(A.measure_id == measure.id, Booking.kind == BookingKind.ALLOCATION, Booking.funding_id.is_not(None))
    )
    everything, grants = given(session, measure.id), int(granted or 0)
    return Allocating(
        cents=cents, measure=measure.number, budget=budget_facts(session, cluster_id, year), planned=measure.planned_cents,
        given=everything, grant=grant_facts(session, grant, measure) if grant else None, own_given=everything - grants,
        granted_given=grants,
    )  # fmt: skip

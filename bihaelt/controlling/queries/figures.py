"""The statements of the controlling report, put together once: that costs more than to run them.

All of them know ``values_of(period)``: the half-year, its year, its first and last day and moment, and how far ahead
deadlines are named.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment, Statement
from bihaelt.controlling.domain import ReportState, days_of, overall, year_of
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding, Programme
from bihaelt.measures.models import Measure, MeasureField, Move
from bihaelt.money.domain import RequestKind, TransferState
from bihaelt.money.models import ClusterBudget, MoneyAccount, Transfer
from bihaelt.proposals.domain import CITY_ZONE, PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.reading import columns
from bihaelt.topics.models import Cluster, Field
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support

AHEAD = timedelta(days=184)  # how far beyond the period deadlines are named
# A proof that is still to come; what was submitted is with the giver of the money.
PROOF_OPEN = (FundingState.GRANTED, FundingState.DRAWN, FundingState.PROOF_DUE)
PERIOD: sa.BindParameter[str] = sa.bindparam("period")
YEAR: sa.BindParameter[int] = sa.bindparam("year")

ROUND = sa.select(ReportingRound.due_on, ReportingRound.closed_at).where(ReportingRound.period == PERIOD)
FIELDS = (
    sa.select(Field.id, Field.text_id, Field.position, sa.func.count().label("expected"))
    .join(MeasureField, MeasureField.field_id == Field.id)
    .join(StatusReport, StatusReport.measure_id == MeasureField.measure_id)
    .where(StatusReport.period == PERIOD)
    .group_by(Field.id, Field.text_id, Field.position)
    .order_by(Field.position, Field.id)
)


def values_of(period: str) -> dict[str, Any]:
    first, last = days_of(period)
    return {
        "period": period, "year": year_of(period), "first": first, "ahead": last + AHEAD,
        "begins": datetime.combine(first, time(), CITY_ZONE),
        "is_over": datetime.combine(last + timedelta(days=1), time(), CITY_ZONE),
    }  # fmt: skip


def asked(session: Session, query: Any, period: str) -> Sequence[Any]:
    return columns(session, query, values_of(period)).all()


def _within(column: Any) -> sa.ColumnElement[bool]:
    """From the moment when the first day begins until the last one is over, in the city."""
    return sa.and_(column >= sa.bindparam("begins"), column < sa.bindparam("is_over"))


def _clusters() -> sa.Select[*tuple[Any, ...]]:
    """The clusters with their budget and the sums of their measures: what these have in the year, and will have cost."""
    has = MoneyAccount.allocated + MoneyAccount.transfers_in - MoneyAccount.transfers_out + MoneyAccount.carried
    cluster = sa.func.coalesce(MoneyAccount.cluster_id, Measure.cluster_id)
    money = (
        sa.select(
            cluster.label("cluster_id"),
            sa.func.sum(MoneyAccount.allocated).label("allocated"),
            sa.func.sum(MoneyAccount.bound).label("committed"),
            sa.func.sum(MoneyAccount.actual).label("actual"),
            sa.func.sum(has - MoneyAccount.actual - (MoneyAccount.bound - MoneyAccount.settled)).label("available"),
            sa.func.sum(sa.func.coalesce(StatusReport.forecast_cents, has)).label("forecast"),
        )
        .select_from(Measure)
        .outerjoin(MoneyAccount, sa.and_(MoneyAccount.measure_id == Measure.id, MoneyAccount.year == YEAR))
        .outerjoin(
            StatusReport,
            sa.and_(
                StatusReport.measure_id == Measure.id, StatusReport.period == PERIOD,
                StatusReport.state == ReportState.PUBLISHED,
            ),
        )
        .where(sa.or_(MoneyAccount.id.is_not(None), StatusReport.id.is_not(None)))
        .group_by(cluster)
        .subquery()
    )  # fmt: skip
    return (
        sa.select(
            Cluster.id, Cluster.position, Cluster.text_id, ClusterBudget.cents.label("budget"), money.c.allocated,
            money.c.committed, money.c.actual, money.c.available, money.c.forecast,
        )
        .outerjoin(ClusterBudget, sa.and_(ClusterBudget.cluster_id == Cluster.id, ClusterBudget.year == YEAR))
        .outerjoin(money, money.c.cluster_id == Cluster.id)
        .where(sa.or_(Cluster.active, ClusterBudget.cents > 0, money.c.cluster_id.is_not(None)))
        .order_by(Cluster.position, Cluster.id)
    )  # fmt: skip


COUNTS = (
    sa.select(
        Measure.cluster_id, StatusReport.state, StatusReport.time, StatusReport.cost, StatusReport.goal,
        sa.func.count().label("number"),
    )
    .join(Measure, Measure.id == StatusReport.measure_id)
    .where(StatusReport.period == PERIOD)
    .group_by(Measure.cluster_id, StatusReport.state, StatusReport.time, StatusReport.cost, StatusReport.goal)
)  # fmt: skip


def counts(session: Session, period: str) -> Mapping[int, Counter[Any]]:
    """By cluster: how many reports in each state, and how many published ones with each light (the worst of three)."""
    found: dict[int, Counter[Any]] = defaultdict(Counter)
    for row in asked(session, COUNTS, period):
        found[row.cluster_id][row.state] += row.number
        if row.state is ReportState.PUBLISHED:
            found[row.cluster_id][overall((row.time, row.cost, row.goal))] += row.number
    return found


CHANGES = (
    sa.select(Measure.id, Measure.number, Measure.text_id, Move.old, Move.new, Move.reason, Move.at)
    .join(Measure, Measure.id == Move.measure_id)
    .where(_within(Move.at))
    .order_by(Move.at, Move.id)
)


def _transfers() -> sa.Select[*tuple[Any, ...]]:
    origin, target = sa.orm.aliased(Measure), sa.orm.aliased(Measure)
    return (
        sa.select(
            Transfer.id, Transfer.from_id, origin.number.label("from_number"), origin.text_id.label("from_text"),
            Transfer.to_id, target.number.label("to_number"), target.text_id.label("to_text"), Transfer.cents,
            Transfer.reason, Transfer.booked_at,
        )
        .join(origin, origin.id == Transfer.from_id)
        .join(target, target.id == Transfer.to_id)
        .where(
            Transfer.kind == RequestKind.TRANSFER, Transfer.state == TransferState.BOOKED, _within(Transfer.booked_at)
        )
        .order_by(Transfer.booked_at, Transfer.id)
    )  # fmt: skip


def _deadlines() -> sa.CompoundSelect[*tuple[Any, ...]]:
    soon: tuple[Any, Any] = sa.bindparam("first"), sa.bindparam("ahead")
    proofs = (
        sa.select(
            Funding.proof_due_on.label("day"), Programme.name, Measure.id.label("measure_id"), Measure.number,
            Measure.text_id,
        )
        .join(Programme, Programme.id == Funding.programme_id)
        .join(Measure, Measure.id == Funding.measure_id)
        .where(Funding.state.in_(PROOF_OPEN), Funding.proof_due_on.between(*soon))
    )  # fmt: skip
    nobody = sa.cast(sa.null(), sa.Integer)
    calls = sa.select(
        Programme.deadline.label("day"), Programme.name, nobody.label("measure_id"),
        sa.cast(sa.null(), sa.String).label("number"), nobody.label("text_id"),
    ).where(Programme.ended_on.is_(None), Programme.deadline.between(*soon))  # fmt: skip
    return sa.union_all(proofs, calls)


def deadlines(session: Session, period: str) -> Sequence[Any]:
    return sorted(asked(session, DEADLINES, period), key=lambda row: (row.day, row.name, row.measure_id or 0))


def _participation() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """One statement for all acts; a statement of an organisation stands beside the comments."""

    def counted(act: str, moment: Any, organisation: Any, *conditions: Any) -> sa.Select[*tuple[Any, ...]]:
        return sa.select(
            sa.literal(act).label("act"),
            sa.func.sum(sa.case((organisation, 0), else_=1)).label("people"),
            sa.func.sum(sa.case((organisation, 1), else_=0)).label("organisations"),
        ).where(_within(moment), *conditions)

    return sa.union_all(
        counted(
            "proposals", Proposal.published_at, Proposal.organisation_id.is_not(None), Proposal.state.in_(PUBLIC)
        ),
        counted("supports", Support.created_at, Support.electorate == Electorate.ORGANISATIONS),
        counted(
            "comments", Comment.created_at, Comment.organisation_id.is_not(None),
            Comment.state == CommentState.VISIBLE,
        ),
        counted("comments", Statement.created_at, Statement.organisation_id.is_not(None)),
    )  # fmt: skip


CLUSTERS, TRANSFERS, DEADLINES, PARTICIPATION = _clusters(), _transfers(), _deadlines(), _participation()

"""The controlling report of a half-year: money by cluster, reports, transfers, deadlines, changes, participation."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment, Statement
from bihaelt.controlling.domain import ReportState, days_of, overall, year_of
from bihaelt.controlling.domain import missing as is_missing
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding, Programme
from bihaelt.measures.domain import Category, Light
from bihaelt.measures.models import Measure, MeasureField, Move
from bihaelt.money.domain import RequestKind, TransferState
from bihaelt.money.models import ClusterBudget, MoneyAccount, Transfer
from bihaelt.proposals.domain import CITY_ZONE, PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, Field
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support

AHEAD = timedelta(days=184)  # how far beyond the period deadlines are named
ACTS = ("proposals", "supports", "comments")
# A proof that is still to come; what was submitted is with the giver of the money.
PROOF_OPEN = (FundingState.GRANTED, FundingState.DRAWN, FundingState.PROOF_DUE)


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """The money of a cluster in the year of the period, in cents, and its reports. ``forecast``: what its measures will
    have cost by the end of the year, by their reports, or else all that they have.
    """

    cluster_id: int
    position: int
    name: Shown
    budget: int
    allocated: int
    committed: int
    actual: int
    available: int
    forecast: int
    published: int
    expected: int
    missing: int
    lights: Mapping[Light, int]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of action with its measures that are reported on."""

    field_id: int
    name: Shown
    expected: int


@dataclass(frozen=True, slots=True)
class Change:
    measure_id: int
    number: str
    title: Shown
    old: Category
    new: Category
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferLine:
    """Money that went from one measure to another; the reason is that of the request."""

    transfer_id: int
    from_id: int
    from_number: str
    from_title: Shown
    to_id: int
    to_number: str
    to_title: Shown
    cents: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that matters for money from others: a proof of use (with its measure), or the end of a programme's call."""

    on: date
    programme: str
    measure_id: int | None = None
    number: str = ""
    title: Shown | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """What people and organisations did in the period; the two are never added up. ``act`` is one of ``ACTS``."""

    act: str
    people: int
    organisations: int


@dataclass(frozen=True, slots=True)
class PeriodReport:
    period: str
    first: date
    last: date
    due_on: date
    closed_at: datetime | None
    clusters: Sequence[ClusterLine]
    fields: Sequence[FieldLine]
    transfers: Sequence[TransferLine]
    deadlines: Sequence[Deadline]
    changes: Sequence[Change]
    participation: Sequence[Participation]

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.clusters)


def report_of(session: Session, chain: Sequence[str], period: str, today: date | None = None) -> PeriodReport | None:
    """The whole report of a period but for the lines of its measures (``lines``); None when there was no round.

    A report that is not there counts as missing from the day after the due day on (without ``today``: at once).
    Ten statements, however many measures there are.
    """
    row = session.scalar(sa.select(ReportingRound).where(ReportingRound.period == period))
    if row is None:
        return None
    first, last = days_of(period)
    clusters, money, counts = _clusters(session, year_of(period)), _money(session, period), _counts(session, period)
    fields, changes = _fields(session, period), _changes(session, first, last)
    transfers, deadlines = _transfers(session, first, last), _deadlines(session, first, last + AHEAD)
    titled = (*clusters, *fields, *changes, *deadlines)
    ids = {each.text_id for each in titled} | {n for each in transfers for n in (each.from_text, each.to_text)}
    words = shown(session, ids, chain)
    late = today is None or is_missing(ReportState.DUE, row.due_on, today)
    return PeriodReport(
        period, first, last, row.due_on, row.closed_at,
        clusters=[
            _cluster_line(each, money.get(each.id), counts[each.id], words, late=late)
            for each in clusters
            if each.active or each.budget or each.id in money
        ],
        fields=[FieldLine(each.id, words[each.text_id], each.expected) for each in fields],
        transfers=[
            TransferLine(
                each.id, each.from_id, each.from_number, words[each.from_text], each.to_id, each.to_number,
                words[each.to_text], each.cents, each.reason, each.booked_at,
            )
            for each in transfers
        ],
        deadlines=[
            Deadline(each.day, each.name, each.measure_id, each.number or "", words.get(each.text_id or 0))
            for each in deadlines
        ],
        changes=[
            Change(each.id, each.number, words[each.text_id], each.old, each.new, each.reason, each.at)
            for each in changes
        ],
        participation=_participation(session, first, last),
    )  # fmt: skip


def _clusters(session: Session, year: int) -> Sequence[Any]:
    return session.execute(
        sa.select(Cluster.id, Cluster.position, Cluster.text_id, Cluster.active, ClusterBudget.cents.label("budget"))
        .outerjoin(ClusterBudget, sa.and_(ClusterBudget.cluster_id == Cluster.id, ClusterBudget.year == year))
        .order_by(Cluster.position, Cluster.id)
    ).all()


def _money(session: Session, period: str) -> Mapping[int, Any]:
    """Sums by cluster: what its measures have in the year, and what they will have cost."""
    has = MoneyAccount.allocated + MoneyAccount.transfers_in - MoneyAccount.transfers_out + MoneyAccount.carried
    cluster = sa.func.coalesce(MoneyAccount.cluster_id, Measure.cluster_id)
    rows = session.execute(
        sa.select(
            cluster.label("cluster_id"),
            sa.func.sum(MoneyAccount.allocated).label("allocated"),
            sa.func.sum(MoneyAccount.bound).label("committed"),
            sa.func.sum(MoneyAccount.actual).label("actual"),
            sa.func.sum(has - MoneyAccount.actual - (MoneyAccount.bound - MoneyAccount.settled)).label("available"),
            sa.func.sum(sa.func.coalesce(StatusReport.forecast_cents, has)).label("forecast"),
        )
        .select_from(Measure)
        .outerjoin(
            MoneyAccount, sa.and_(MoneyAccount.measure_id == Measure.id, MoneyAccount.year == year_of(period))
        )
        .outerjoin(
            StatusReport,
            sa.and_(
                StatusReport.measure_id == Measure.id, StatusReport.period == period,
                StatusReport.state == ReportState.PUBLISHED,
            ),
        )
        .where(sa.or_(MoneyAccount.id.is_not(None), StatusReport.id.is_not(None)))
        .group_by(cluster)
    )  # fmt: skip
    return {row.cluster_id: row for row in rows}


def _counts(session: Session, period: str) -> Mapping[int, Counter[Any]]:
    """By cluster: how many reports in each state, and how many published ones with each light (the worst of three)."""
    rows = session.execute(
        sa.select(
            Measure.cluster_id, StatusReport.state, StatusReport.time, StatusReport.cost, StatusReport.goal,
            sa.func.count().label("number"),
        )
        .join(Measure, Measure.id == StatusReport.measure_id)
        .where(StatusReport.period == period)
        .group_by(Measure.cluster_id, StatusReport.state, StatusReport.time, StatusReport.cost, StatusReport.goal)
    )  # fmt: skip
    found: dict[int, Counter[Any]] = defaultdict(Counter)
    for row in rows:
        found[row.cluster_id][row.state] += row.number
        if row.state is ReportState.PUBLISHED:
            found[row.cluster_id][overall((row.time, row.cost, row.goal))] += row.number
    return found


def _cluster_line(row: Any, money: Any, counts: Counter[Any], words: Mapping[int, Shown], *, late: bool) -> ClusterLine:
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    sums = {
        name: int(getattr(money, name, None) or 0)
        for name in ("allocated", "committed", "actual", "available", "forecast")
    }
    return ClusterLine(
        row.id, row.position, words[row.text_id], int(row.budget or 0), **sums,
        published=counts[ReportState.PUBLISHED], expected=sum(counts[state] for state in ReportState),
        missing=counts[ReportState.DUE] if late else 0, lights={light: counts[light] for light in Light},
    )  # fmt: skip


def _fields(session: Session, period: str) -> Sequence[Any]:
    return session.execute(
        sa.select(Field.id, Field.text_id, Field.position, sa.func.count().label("expected"))
        .join(MeasureField, MeasureField.field_id == Field.id)
        .join(StatusReport, StatusReport.measure_id == MeasureField.measure_id)
        .where(StatusReport.period == period)
        .group_by(Field.id, Field.text_id, Field.position)
        .order_by(Field.position, Field.id)
    ).all()


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """When the first day begins and when the last one is over, in the city."""
    return (
        datetime.combine(first, time(), CITY_ZONE),
        datetime.combine(last + timedelta(days=1), time(), CITY_ZONE),
    )


def _within(column: Any, first: date, last: date) -> sa.ColumnElement[bool]:
    begins, ends = _moments(first, last)
    return sa.and_(column >= begins, column < ends)


def _changes(session: Session, first: date, last: date) -> Sequence[Any]:
    return session.execute(
        sa.select(Measure.id, Measure.number, Measure.text_id, Move.old, Move.new, Move.reason, Move.at)
        .join(Measure, Measure.id == Move.measure_id)
        .where(_within(Move.at, first, last))
        .order_by(Move.at, Move.id)
    ).all()


def _transfers(session: Session, first: date, last: date) -> Sequence[Any]:
    origin, target = sa.orm.aliased(Measure), sa.orm.aliased(Measure)
    return session.execute(
        sa.select(
            Transfer.id, Transfer.from_id, origin.number.label("from_number"), origin.text_id.label("from_text"),
            Transfer.to_id, target.number.label("to_number"), target.text_id.label("to_text"), Transfer.cents,
            Transfer.reason, Transfer.booked_at,
        )
        .join(origin, origin.id == Transfer.from_id)
        .join(target, target.id == Transfer.to_id)
        .where(
            Transfer.kind == RequestKind.TRANSFER, Transfer.state == TransferState.BOOKED,
            _within(Transfer.booked_at, first, last),
        )
        .order_by(Transfer.booked_at, Transfer.id)
    ).all()  # fmt: skip


def _deadlines(session: Session, first: date, last: date) -> Sequence[Any]:
    proofs = (
        sa.select(
            Funding.proof_due_on.label("day"), Programme.name, Measure.id.label("measure_id"), Measure.number,
            Measure.text_id,
        )
        .join(Programme, Programme.id == Funding.programme_id)
        .join(Measure, Measure.id == Funding.measure_id)
        .where(Funding.state.in_(PROOF_OPEN), Funding.proof_due_on.between(first, last))
    )  # fmt: skip
    nobody = sa.cast(sa.null(), sa.Integer)
    calls = sa.select(
        Programme.deadline.label("day"), Programme.name, nobody.label("measure_id"),
        sa.cast(sa.null(), sa.String).label("number"), nobody.label("text_id"),
    ).where(Programme.ended_on.is_(None), Programme.deadline.between(first, last))  # fmt: skip
    rows = session.execute(sa.union_all(proofs, calls)).all()
    return sorted(rows, key=lambda row: (row.day, row.name, row.measure_id or 0))


def _participation(session: Session, first: date, last: date) -> Sequence[Participation]:
    """One statement for all acts; a statement of an organisation stands beside the comments."""

    def counted(act: str, moment: Any, organisation: Any, *conditions: Any) -> sa.Select[*tuple[Any, ...]]:
        return sa.select(
            sa.literal(act).label("act"),
            sa.func.sum(sa.case((organisation, 0), else_=1)).label("people"),
            sa.func.sum(sa.case((organisation, 1), else_=0)).label("organisations"),
        ).where(_within(moment, first, last), *conditions)

    parts = (
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
    people: Counter[str] = Counter()
    organisations: Counter[str] = Counter()
    for row in session.execute(sa.union_all(*parts)):
        people[row.act] += row.people or 0
        organisations[row.act] += row.organisations or 0
    return [Participation(act, people[act], organisations[act]) for act in ACTS]

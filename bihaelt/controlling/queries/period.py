"""The controlling report of a half-year: money by cluster, reports, transfers, deadlines, changes, participation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.controlling.domain import ReportState, days_of
from bihaelt.controlling.domain import missing as is_missing
from bihaelt.controlling.queries import figures
from bihaelt.measures.domain import Category, Light
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import titled

ACTS = ("proposals", "supports", "comments")
MONEY = ("budget", "allocated", "committed", "actual", "available", "forecast")


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
    Nine statements, however many measures there are.
    """
    row = columns(session, figures.ROUND, {"period": period}).first()
    if row is None:
        return None
    first, last = days_of(period)
    clusters, fields, changes, transfers = (
        figures.asked(session, query, period)
        for query in (figures.CLUSTERS, figures.FIELDS, figures.CHANGES, figures.TRANSFERS)
    )
    counts, deadlines = figures.counts(session, period), figures.deadlines(session, period)
    titles = (*clusters, *fields, *changes, *deadlines)
    ids = {each.text_id for each in titles} | {n for each in transfers for n in (each.from_text, each.to_text)}
    words = titled(session, ids, chain)
    late = today is None or is_missing(ReportState.DUE, row.due_on, today)
    return PeriodReport(
        period, first, last, row.due_on, row.closed_at,
        clusters=[_cluster_line(each, counts[each.id], words, late=late) for each in clusters],
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
        participation=_participation(session, period),
    )  # fmt: skip


def _cluster_line(row: Any, counts: Counter[Any], words: Mapping[int, Shown], *, late: bool) -> ClusterLine:
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    sums = {name: int(getattr(row, name) or 0) for name in MONEY}
    return ClusterLine(
        row.id, row.position, words[row.text_id], **sums,
        published=counts[ReportState.PUBLISHED], expected=sum(counts[state] for state in ReportState),
        missing=counts[ReportState.DUE] if late else 0, lights={light: counts[light] for light in Light},
    )  # fmt: skip


def _participation(session: Session, period: str) -> Sequence[Participation]:
    people: Counter[str] = Counter()
    organisations: Counter[str] = Counter()
    for row in figures.asked(session, figures.PARTICIPATION, period):
        people[row.act] += row.people or 0
        organisations[row.act] += row.organisations or 0
    return [Participation(act, people[act], organisations[act]) for act in ACTS]

"""Reading the action plan: the board with its bars, the list, the programmes, the open data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.measures.models import Measure, MeasureField, Origin
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.plan.domain import COUNTING, FundingState, Level, Terms
from bihaelt.plan.models import ClusterBudget, Funding, Programme, ProgrammePurpose
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field

CELL = 12  # cards in one cell of the board; the rest stands in the list
CHUNK = 500


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


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board and the list show; None = all. ``year``: measures that are under way in it."""

    category: Category | None = None
    cluster: int | None = None
    field: int | None = None
    office: int | None = None
    district: int | None = None
    state: MeasureState | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    measure_id: int
    number: str
    title: Shown
    category: Category
    cluster_id: int
    state: MeasureState
    light: Light
    planned: int


@dataclass(frozen=True, slots=True)
class Choosable:
    """What can be filtered by, in the city's order: id -> name (a msgid-free proper name or a Shown title)."""

    clusters: Mapping[int, Shown]
    fields: Mapping[int, Shown]
    districts: Mapping[int, str]
    offices: Mapping[int, str]
    years: Sequence[int]


@dataclass(frozen=True, slots=True)
class Board:
    """``cells``: at most ``CELL`` cards for each (cluster id, category); ``more`` names the cells that hold more."""

    bars: Sequence[ClusterBar]
    cells: Mapping[tuple[int, Category], Sequence[Card]]
    more: frozenset[tuple[int, Category]]
    choosable: Choosable
    year: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class FundingRow:
    programme_id: int
    name: str
    level: Level
    cents: int
    state: FundingState


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    id: int
    name: str
    level: Level
    first_year: int
    last_year: int
    own_share: int
    deadline: date | None
    note: str
    clusters: Sequence[Shown]


def cluster_bars(session: Session, chain: Sequence[str], year: int) -> Sequence[ClusterBar]:
    """The bars of all clusters for a year, in the order of the plan. Two statements."""
    rows = _sums(session, year)
    words = shown(session, [row.text_id for row in rows], chain)
    return [_bar(row, words) for row in rows]


def board(session: Session, chain: Sequence[str], filters: Filters, today: date) -> Board:
    """The whole board. Five statements, however many measures there are."""
    rows = _choosable(session)
    years = sorted(row.id for row in rows if row.kind == "year")
    year = filters.year or (today.year if today.year in years or not years else years[-1])
    sums = [row for row in _sums(session, year) if filters.cluster in (None, row.id)]
    cards = _cards(session, [row.id for row in sums], filters)
    as_of = session.scalar(sa.select(sa.func.max(Measure.changed_at)))
    text_ids = {row.text_id for row in (*rows, *sums, *cards)}
    words = shown(session, text_ids, chain)
    cells: dict[tuple[int, Category], list[Card]] = defaultdict(list)
    for row in cards:
        cells[row.cluster_id, row.category].append(_card(row, words))
    return Board(
        bars=[_bar(row, words) for row in sums],
        cells={key: cell[:CELL] for key, cell in cells.items()},
        more=frozenset(key for key, cell in cells.items() if len(cell) > CELL),
        choosable=_named(rows, words),
        year=year,
        as_of=as_of,
    )


def listing(
    session: Session, chain: Sequence[str], filters: Filters, *, cursor: Cursor | None = None, size: int = 50
) -> tuple[Page[Card], Choosable]:
    """Measures by number, and what can be filtered by. Three statements."""
    query = sa.select(*_columns()).where(*_conditions(filters))
    if filters.category is not None:
        query = query.where(Measure.category == filters.category)
    if filters.cluster is not None:
        query = query.where(Measure.cluster_id == filters.cluster)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Measure.id < cursor.keys[0] if back else Measure.id > cursor.keys[0])
    found = session.execute(query.order_by(Measure.id.desc() if back else Measure.id).limit(size + 1)).all()
    choosable = _choosable(session)
    words = shown(session, {row.text_id for row in (*found, *choosable)}, chain)
    cards = [_card(row, words) for row in found]
    page = page_of(cards, size=size, cursor=cursor, keys=lambda card: (card.measure_id,))
    return page, _named(choosable, words)


def _sums(session: Session, year: int) -> Sequence[Any]:
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


def _bar(row: Any, words: Mapping[int, Shown]) -> ClusterBar:
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    return ClusterBar(
        row.id, row.position, words[row.text_id], int(row.budget or 0), int(row.planned or 0),
        int(row.committed or 0), int(row.spent or 0),
    )  # fmt: skip


def _columns() -> Sequence[Any]:
    return (
        Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.cluster_id, Measure.state,
        Measure.light, Measure.planned_cents,
    )  # fmt: skip


def _card(row: Any, words: Mapping[int, Shown]) -> Card:
    return Card(
        row.id, row.number, words[row.text_id], row.category, row.cluster_id, row.state, row.light, row.planned_cents
    )


def _cards(session: Session, cluster_ids: Sequence[int], filters: Filters) -> Sequence[Any]:
    """Each cell is cut short by itself, along the index: the board costs the same with a hundred thousand measures."""
    if not cluster_ids:
        return ()
    categories = [filters.category] if filters.category else list(Category)
    cells = [
        sa.select(*_columns())
        .where(Measure.category == category, Measure.cluster_id == cluster_id, *_conditions(filters))
        .order_by(Measure.id)
        .limit(CELL + 1)
        .subquery()
        for cluster_id in cluster_ids
        for category in categories
    ]
    return session.execute(sa.union_all(*(sa.select(cell) for cell in cells))).all()


def _conditions(filters: Filters) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.field is not None:
        theirs = sa.select(MeasureField.measure_id).where(MeasureField.field_id == filters.field)
        found.append(Measure.id.in_(theirs))
    if filters.office is not None:
        found.append(Measure.office_id == filters.office)
    if filters.district is not None:
        found.append(Measure.district_id == filters.district)
    if filters.state is not None:
        found.append(Measure.state == filters.state)
    if filters.year is not None:
        found.append(Measure.starts_on <= date(filters.year, 12, 31))
        found.append(sa.or_(Measure.ends_on.is_(None), Measure.ends_on >= date(filters.year, 1, 1)))
    return found


def _choosable(session: Session) -> Sequence[Any]:
    """Clusters, fields, districts, offices and years in one statement: kind, id, position, text_id, name."""
    no_text = sa.cast(sa.null(), sa.Integer).label("text_id")
    no_name = sa.cast(sa.null(), sa.String).label("name")

    def kind(word: str) -> sa.Label[str]:
        return sa.literal(word).label("kind")

    years = sa.select(ClusterBudget.year).distinct().subquery()
    parts = (
        sa.select(kind("cluster"), Cluster.id, Cluster.position, Cluster.text_id, no_name).where(Cluster.active),
        sa.select(kind("field"), Field.id, Field.position, Field.text_id, no_name).where(Field.active),
        sa.select(kind("district"), District.id, District.position, no_text, District.name).where(District.active),
        sa.select(kind("office"), Office.id, Office.position, no_text, Office.name).where(Office.ended_on.is_(None)),
        sa.select(kind("year"), years.c.year, years.c.year, no_text, no_name),
    )
    rows = session.execute(sa.union_all(*parts)).all()
    return sorted(rows, key=lambda row: (row.position, row.id))


def _named(rows: Sequence[Any], words: Mapping[int, Shown]) -> Choosable:
    return Choosable(
        clusters={row.id: words[row.text_id] for row in rows if row.kind == "cluster"},
        fields={row.id: words[row.text_id] for row in rows if row.kind == "field"},
        districts={row.id: row.name for row in rows if row.kind == "district"},
        offices={row.id: row.name for row in rows if row.kind == "office"},
        years=[row.id for row in rows if row.kind == "year"],
    )


def fundings(session: Session, measure_id: int) -> Sequence[FundingRow]:
    """What programmes pay for a measure. One statement."""
    rows = session.execute(
        sa.select(Programme.id, Programme.name, Programme.level, Funding.cents, Funding.state)
        .join(Funding, Funding.programme_id == Programme.id)
        .where(Funding.measure_id == measure_id)
        .order_by(Funding.id)
    )
    return [FundingRow(*row) for row in rows]


def funded(session: Session, measure_id: int, *, without: int) -> int:
    """The cents that all programmes but ``without`` pay, or may pay, for a measure. One statement."""
    found = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Funding.cents), 0)).where(
            Funding.measure_id == measure_id, Funding.programme_id != without, Funding.state.in_(COUNTING)
        )
    )
    return int(found or 0)


def terms(session: Session, programme: Programme) -> Terms:
    ids = session.scalars(
        sa.select(ProgrammePurpose.cluster_id).where(ProgrammePurpose.programme_id == programme.id)
    ).all()
    return Terms(frozenset(ids), programme.first_year, programme.last_year)


def programmes(session: Session, chain: Sequence[str]) -> Sequence[ProgrammeRow]:
    """The catalogue of funding programmes, by name. Three statements."""
    rows = session.scalars(sa.select(Programme).order_by(Programme.name)).all()
    purposes = session.execute(
        sa.select(ProgrammePurpose.programme_id, Cluster.text_id)
        .join(Cluster, Cluster.id == ProgrammePurpose.cluster_id)
        .order_by(Cluster.position)
    ).all()
    words = shown(session, [row.text_id for row in purposes], chain)
    names: dict[int, list[Shown]] = defaultdict(list)
    for row in purposes:
        names[row.programme_id].append(words[row.text_id])
    return [
        ProgrammeRow(
            row.id, row.name, row.level, row.first_year, row.last_year, row.own_share, row.deadline, row.note,
            names[row.id],
        )
        for row in rows
    ]  # fmt: skip


def budget(session: Session, cluster_id: int, year: int) -> int | None:
    return session.scalar(
        sa.select(ClusterBudget.cents).where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
    )


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A measure as open data; the names of the fields are the columns of the files."""

    number: str
    title: str
    category: str
    state: str
    cluster: str
    fields: Sequence[str]
    district: str
    office: str
    working_group: str
    carrier: str
    starts_on: date | None
    ends_on: date | None
    planned_cents: int
    committed_cents: int
    spent_cents: int
    need: str
    goal: str
    description: str
    regular_service: str
    light: str
    proposals: Sequence[int] = field(default=())
    changed_at: datetime | None = None
    measure_id: int = 0


def open_data(session: Session, chain: Sequence[str]) -> Iterator[OpenRow]:
    """Every measure of the plan by number, read in pieces of 500 with four statements each."""
    last = 0
    while True:
        rows = session.execute(
            sa.select(
                Measure, District.name.label("district"), Office.name.label("office"),
                WorkingGroup.name.label("working_group"), Organisation.name.label("carrier"),
                RegularService.name.label("service"), Cluster.text_id.label("cluster_text"),
            )
            .join(Cluster, Cluster.id == Measure.cluster_id)
            .outerjoin(District, District.id == Measure.district_id)
            .outerjoin(Office, Office.id == Measure.office_id)
            .outerjoin(WorkingGroup, WorkingGroup.id == Measure.working_group_id)
            .outerjoin(Organisation, Organisation.id == Measure.carrier_id)
            .outerjoin(RegularService, RegularService.id == Measure.service_id)
            .where(Measure.id > last)
            .order_by(Measure.id)
            .limit(CHUNK)
        ).all()  # fmt: skip
        if not rows:
            return
        yield from _open_rows(session, rows, chain)
        last = rows[-1].Measure.id
        session.expunge_all()


def _open_rows(session: Session, rows: Sequence[Any], chain: Sequence[str]) -> Iterator[OpenRow]:
    ids = [row.Measure.id for row in rows]
    tagged = session.execute(
        sa.select(MeasureField.measure_id, Field.text_id)
        .join(Field, Field.id == MeasureField.field_id)
        .where(MeasureField.measure_id.in_(ids))
        .order_by(Field.position)
    ).all()
    came: dict[int, list[int]] = defaultdict(list)
    for origin in session.execute(
        sa.select(Origin.measure_id, Origin.proposal_id).where(Origin.measure_id.in_(ids)).order_by(Origin.id)
    ):
        came[origin.measure_id].append(origin.proposal_id)
    text_ids = {row.Measure.text_id for row in rows} | {row.cluster_text for row in rows}
    words = shown(session, text_ids | {row.text_id for row in tagged}, chain)
    fields: dict[int, list[str]] = defaultdict(list)
    for tag in tagged:
        fields[tag.measure_id].append(words[tag.text_id].title)
    for row in rows:
        measure, text = row.Measure, words[row.Measure.text_id]
        yield OpenRow(
            number=measure.number,
            title=text.title,
            category=measure.category.value,
            state=measure.state.value,
            cluster=words[row.cluster_text].title,
            fields=fields[measure.id],
            district=row.district or "",
            office=row.office or "",
            working_group=row.working_group or "",
            carrier=row.carrier or "",
            starts_on=measure.starts_on,
            ends_on=measure.ends_on,
            planned_cents=measure.planned_cents,
            committed_cents=measure.committed_cents,
            spent_cents=measure.spent_cents,
            need=text.extra.get("need", ""),
            goal=text.extra.get("goal", ""),
            description=text.body,
            regular_service=row.service or "",
            light=measure.light.value,
            proposals=came[measure.id],
            changed_at=measure.changed_at,
            measure_id=measure.id,
        )

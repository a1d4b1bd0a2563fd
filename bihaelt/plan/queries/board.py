"""The board and the list of measures, with what they can be filtered by."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.measures.models import Measure, MeasureField
from bihaelt.money.models import ClusterBudget
from bihaelt.money.queries import ClusterBar, bar_of
from bihaelt.money.queries import sums as sums_of
from bihaelt.organisations.models import Office
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.plan.domain import EditionState
from bihaelt.plan.models import Edition
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import titled
from bihaelt.topics.models import Cluster, District, Field

CELL = 5  # cards in one cell of the board; the rest stands in the list


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

    @property
    def key(self) -> Hashable:
        """Equal for equal choices."""
        named = (self.clusters, self.fields, self.districts, self.offices)
        return (*(tuple(each.items()) for each in named), tuple(self.years))


@dataclass(frozen=True, slots=True)
class Board:
    """``cells``: at most ``CELL`` cards for each (cluster id, category); ``more`` names the cells that hold more."""

    bars: Sequence[ClusterBar]
    cells: Mapping[tuple[int, Category], tuple[Card, ...]]
    more: frozenset[tuple[int, Category]]
    choosable: Choosable
    year: int
    as_of: datetime | None
    edition: int | None

    def row(self, cluster_id: int) -> tuple[tuple[Category, tuple[Card, ...], bool], ...]:
        """The cells of a cluster: category, cards, and whether there are more."""
        keys = [(cluster_id, category) for category in Category]
        return tuple((key[1], self.cells.get(key, ()), key in self.more) for key in keys)


# Since when the plan stands as it does, and the edition in force.
STANDS = sa.select(
    sa.func.max(Measure.changed_at).label("as_of"),
    sa.select(Edition.number).where(Edition.state == EditionState.PUBLISHED).scalar_subquery().label("edition"),
)


def board(session: Session, chain: Sequence[str], filters: Filters, today: date) -> Board:
    """The whole board. Five statements, however many measures there are."""
    rows = _choosable(session)
    years = sorted(row.id for row in rows if row.kind == "year")
    year = filters.year or (today.year if today.year in years or not years else years[-1])
    sums = [row for row in sums_of(session, year) if filters.cluster in (None, row.id)]
    cards = _cards(session, [row.id for row in sums], filters)
    stands = columns(session, STANDS, {}).one()
    text_ids = {row.text_id for row in (*rows, *sums, *cards)}
    words = titled(session, text_ids, chain)
    cells: dict[tuple[int, Category], list[Card]] = defaultdict(list)
    for row in cards:
        cells[row.cluster_id, row.category].append(_card(row, words))
    return Board(
        bars=[bar_of(row, words) for row in sums],
        cells={key: tuple(cell[:CELL]) for key, cell in cells.items()},
        more=frozenset(key for key, cell in cells.items() if len(cell) > CELL),
        choosable=_named(rows, words),
        year=year,
        as_of=stands.as_of,
        edition=stands.edition,
    )


def listing(
    session: Session, chain: Sequence[str], filters: Filters, *, cursor: Cursor | None = None, size: int = 50
) -> tuple[Page[Card], Choosable]:
    """Measures by number, and what can be filtered by. Three statements."""
    back = cursor is not None and cursor.back
    given = _values(filters) | {name: getattr(filters, name) for name in BY_CELL if getattr(filters, name) is not None}
    values = given | {"most": size + 1} | ({"place": cursor.keys[0]} if cursor else {})
    asked = tuple(name for name in LISTED if getattr(filters, name) is not None)
    found = columns(session, _listed(asked, beyond=cursor is not None, back=back), values).all()
    choosable = _choosable(session)
    words = titled(session, {row.text_id for row in (*found, *choosable)}, chain)
    cards = [_card(row, words) for row in found]
    page = page_of(cards, size=size, cursor=cursor, keys=lambda card: (card.measure_id,))
    return page, _named(choosable, words)


@lru_cache(maxsize=256)
def _listed(asked: tuple[str, ...], *, beyond: bool, back: bool) -> sa.Select[*tuple[Any, ...]]:
    """Built once for each shape of the question; takes ``most`` rows and, ``beyond`` a place, the id that stands there."""
    query = sa.select(*_card_columns()).where(*(LISTED[name] for name in asked))
    if beyond:
        place: sa.BindParameter[int] = sa.bindparam("place", type_=sa.Integer)
        query = query.where(Measure.id < place if back else Measure.id > place)
    return query.order_by(Measure.id.desc() if back else Measure.id).limit(sa.bindparam("most", type_=sa.Integer))


def _card_columns() -> Sequence[Any]:
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
    categories = (filters.category,) if filters.category else tuple(Category)
    asked = _asked(filters)
    clusters = {f"cluster_{place}": cluster_id for place, cluster_id in enumerate(cluster_ids)}
    return columns(session, _cells(len(cluster_ids), categories, tuple(asked)), _values(filters) | clusters).all()


# Built once for each shape of the question: putting 24 cells together costs five times as much as to ask for them.
@lru_cache(maxsize=256)
def _cells(clusters: int, categories: tuple[Category, ...], asked: tuple[str, ...]) -> sa.CompoundSelect[Any]:
    cells = [
        sa.select(*_card_columns())
        .where(
            Measure.category == category,
            Measure.cluster_id == sa.bindparam(f"cluster_{place}"),
            *(CONDITIONS[name] for name in asked),
        )
        .order_by(Measure.id)
        .limit(CELL + 1)
        .subquery()
        for place in range(clusters)
        for category in categories
    ]
    return sa.union_all(*(sa.select(cell) for cell in cells))


CONDITIONS: Mapping[str, sa.ColumnElement[bool]] = {
    "field": Measure.id.in_(sa.select(MeasureField.measure_id).where(MeasureField.field_id == sa.bindparam("field"))),
    "office": Measure.office_id == sa.bindparam("office"),
    "district": Measure.district_id == sa.bindparam("district"),
    "state": Measure.state == sa.bindparam("state"),
    "year": sa.and_(
        Measure.starts_on <= sa.bindparam("year_ends"),
        sa.or_(Measure.ends_on.is_(None), Measure.ends_on >= sa.bindparam("year_begins")),
    ),
}


# On the board these two name the cells.
BY_CELL: Mapping[str, sa.ColumnElement[bool]] = {
    "category": Measure.category == sa.bindparam("category"),
    "cluster": Measure.cluster_id == sa.bindparam("cluster"),
}
LISTED = {**CONDITIONS, **BY_CELL}


def _asked(filters: Filters) -> Sequence[str]:
    """The names of the conditions that ``filters`` asks for beside the cells."""
    return [name for name in CONDITIONS if getattr(filters, name) is not None]


def _values(filters: Filters) -> dict[str, Any]:
    found = {name: getattr(filters, name) for name in _asked(filters) if name != "year"}
    if filters.year is not None:
        found |= {"year_begins": date(filters.year, 1, 1), "year_ends": date(filters.year, 12, 31)}
    return found


def _choosable(session: Session) -> Sequence[Any]:
    """Clusters, fields, districts, offices and years in one statement: kind, id, position, text_id, name."""
    return sorted(columns(session, CHOOSABLE, {}).all(), key=lambda row: (row.position, row.id))


def _everything_choosable() -> sa.CompoundSelect[Any]:
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
    return sa.union_all(*parts)


CHOOSABLE = _everything_choosable()


def _named(rows: Sequence[Any], words: Mapping[int, Shown]) -> Choosable:
    return Choosable(
        clusters={row.id: words[row.text_id] for row in rows if row.kind == "cluster"},
        fields={row.id: words[row.text_id] for row in rows if row.kind == "field"},
        districts={row.id: row.name for row in rows if row.kind == "district"},
        offices={row.id: row.name for row in rows if row.kind == "office"},
        years=[row.id for row in rows if row.kind == "year"],
    )

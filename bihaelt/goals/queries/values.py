"""Values of indicators as everybody may see them, and those that wait at the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.goals.domain import (
    GROUPS,
    NOT_SAID,
    OPEN,
    Cells,
    Dimension,
    Gap,
    Quantity,
    ShownCell,
    ValueState,
    first_day,
    gap_of,
    last_day,
    shown_cells,
)
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.goals.queries.indicators import Number, number_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import District


@dataclass(frozen=True, slots=True)
class Point:
    """A published value on a line: its period with first and last day, in the scale of the indicator."""

    period: str
    starts_on: date
    ends_on: date
    value: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Series:
    """What a picture of an indicator needs. Numbers are integers of its scale: value times ten to the ``decimals``."""

    indicator: Indicator
    points: Sequence[Point]
    decimals: int
    baseline: int | None
    baseline_on: date
    target: int | None
    target_on: date | None


def series(session: Session, indicator_id: int) -> Series | None:
    """The published values of an indicator, the oldest first; None for an unknown one. Two statements."""
    found = session.get(Indicator, indicator_id)
    if found is None:
        return None
    rows = session.scalars(
        sa.select(IndicatorValue)
        .where(IndicatorValue.indicator_id == indicator_id, IndicatorValue.state == ValueState.PUBLISHED)
        .order_by(IndicatorValue.period)
    ).all()
    points = [
        Point(row.period, first_day(row.period), last_day(row.period), row.total, row.provisional) for row in rows
    ]
    return Series(
        found, points, found.decimals, found.baseline, found.baseline_on, found.target, found.target_on,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One dimension of a value: (key, number or None where it is hidden), and the gap between the groups of a share."""

    dimension: Dimension
    cells: Sequence[tuple[str, Number | None]]
    gap: Gap | None
    gap_size: Number | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A published value: the total first, then its tables."""

    id: int
    period: str
    version: int
    total: Number
    base: int | None
    provisional: bool
    note: str
    reason: str
    published_at: datetime | None
    replaced: bool
    tables: Sequence[Table]


def published(session: Session, indicator: Indicator, *, chosen: str | None = None) -> Sequence[ValueRow]:
    """The values that are or were public, the newest period first, its newest version first. One statement.

    Only the newest present value, or that of the period ``chosen``, comes with its tables.
    """
    rows = session.scalars(
        sa.select(IndicatorValue)
        .where(IndicatorValue.indicator_id == indicator.id, IndicatorValue.published_at.is_not(None))
        .order_by(IndicatorValue.period.desc(), IndicatorValue.version.desc())
    ).all()
    present = [row.period for row in rows if row.state is ValueState.PUBLISHED]
    period = chosen if chosen in present else next(iter(present), None)
    return [_row(indicator, row, row.period == period) for row in rows]


def _row(indicator: Indicator, row: IndicatorValue, with_tables: bool) -> ValueRow:
    total = number_of(indicator, row.total)
    assert total is not None, "every value has a total"
    current = row.state is ValueState.PUBLISHED
    return ValueRow(
        id=row.id, period=row.period, version=row.version, total=total, base=row.base, provisional=row.provisional,
        note=row.note, reason=row.reason, published_at=row.published_at, replaced=not current,
        tables=tables(indicator, row.breakdown) if with_tables and current else (),
    )  # fmt: skip


def tables(indicator: Indicator, breakdown: Mapping[str, Any]) -> Sequence[Table]:
    """What may be shown of a breakdown as it is stored, in the order in which the dimensions are known."""
    return [
        _table(indicator, dimension, cells_of(dimension, breakdown[dimension]))
        for dimension in Dimension
        if dimension in breakdown
    ]


def cells_of(dimension: Dimension, stored: Mapping[str, Any]) -> Cells:
    """The groups in their order, whatever the database kept them in; those who did not say come last."""
    order = {key: place for place, key in enumerate(GROUPS[dimension])}
    keys = sorted(stored, key=lambda key: (key == NOT_SAID, order.get(key, len(order)), len(key), key))
    return {key: (stored[key][0], stored[key][1]) for key in keys}


def _table(indicator: Indicator, dimension: Dimension, cells: Cells) -> Table:
    visible: Sequence[ShownCell] = shown_cells(cells, indicator.quantity, indicator.decimals)
    gap = gap_of(visible) if indicator.quantity is Quantity.SHARE else None
    return Table(
        dimension,
        [(cell.key, number_of(indicator, cell.value)) for cell in visible],
        gap,
        number_of(indicator, gap.size if gap else None),
        withheld=all(cell.value is None for cell in visible),
    )


def district_names(session: Session) -> Mapping[str, str]:
    """The districts by their id as a key of breakdowns, in their order. One statement."""
    rows = session.execute(sa.select(District.id, District.name).order_by(District.position, District.id))
    return {str(row.id): row.name for row in rows}


def value(session: Session, value_id: int) -> IndicatorValue | None:
    """A value of any state with its indicator. One statement."""
    return session.scalar(
        sa.select(IndicatorValue).where(IndicatorValue.id == value_id).options(joinedload(IndicatorValue.indicator))
    )


def latest(session: Session, indicator_id: int, period: str) -> IndicatorValue | None:
    """What is public for a period. One statement."""
    return session.scalar(
        sa.select(IndicatorValue).where(
            IndicatorValue.indicator_id == indicator_id,
            IndicatorValue.period == period,
            IndicatorValue.state == ValueState.PUBLISHED,
        )
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value at the desk that waits for its next step."""

    value: IndicatorValue
    name: Shown
    total: Number | None


def values_waiting(
    session: Session, chain: Sequence[str], *, office_ids: frozenset[int] | None = None
) -> Sequence[Waiting]:
    """What is entered and not published, the oldest first; of some offices (and of none) if given. Two statements."""
    query = (
        sa.select(IndicatorValue)
        .join(Indicator, Indicator.id == IndicatorValue.indicator_id)
        .where(IndicatorValue.state.in_(OPEN))
        .options(joinedload(IndicatorValue.indicator))
        .order_by(IndicatorValue.id)
    )
    if office_ids:
        query = query.where(sa.or_(Indicator.office_id.in_(sorted(office_ids)), Indicator.office_id.is_(None)))
    rows = session.scalars(query).all()
    names = shown(session, [row.indicator.text_id for row in rows], chain)
    return [Waiting(row, names[row.indicator.text_id], number_of(row.indicator, row.total)) for row in rows]

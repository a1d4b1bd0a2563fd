"""Indicators with their newest published value and their light."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.goals.domain import Facts, Quantity, ValueState, exact, goal_light, reached
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.measures.domain import Light
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is shown: exact, with its unit in words (``Shown.extra["unit"]`` of the indicator)."""

    exact: Decimal
    percent: bool


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator as lists show it. ``period`` and ``value`` are the newest published ones, None without any.

    ``reached`` is what counts against the target: for a cumulative indicator the sum of the periods.
    """

    id: int
    goal_id: int
    measure_id: int | None
    name: Shown
    indicator: Indicator
    period: str | None
    value: Number | None
    reached: Number | None
    target: Number | None
    baseline: Number | None
    light: Light


def number_of(indicator: Indicator, value: int | None) -> Number | None:
    """A number in the indicator's scale, ready to be shown."""
    if value is None:
        return None
    return Number(exact(value, indicator.decimals), indicator.quantity is Quantity.SHARE)


def facts_of(indicator: Indicator, values: Sequence[tuple[str, int]]) -> Facts:
    return Facts(
        indicator.direction, indicator.baseline, indicator.baseline_on, indicator.target, indicator.target_on, values,
        indicator.cumulative,
    )  # fmt: skip


def indicator(session: Session, indicator_id: int) -> Indicator | None:
    """An indicator with its goal, measure and office. One statement."""
    return session.scalar(
        sa.select(Indicator)
        .where(Indicator.id == indicator_id)
        .options(joinedload(Indicator.goal), joinedload(Indicator.measure), joinedload(Indicator.office))
    )


def indicators_of(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[IndicatorRow]:
    """The indicators of a measure that are still kept. Three statements, one without any."""
    return _rows(session, sa.select(Indicator).where(Indicator.measure_id == measure_id, _running()), chain)


def indicators_of_goal(session: Session, goal_id: int, chain: Sequence[str]) -> Sequence[IndicatorRow]:
    """The indicators of a goal, those that ended too. Three statements, one without any."""
    return _rows(session, sa.select(Indicator).where(Indicator.goal_id == goal_id), chain)


def indicators(
    session: Session, chain: Sequence[str], *, office_ids: frozenset[int] | None = None
) -> Sequence[IndicatorRow]:
    """All indicators that are still kept; those of some offices (and of none) if given. Three statements."""
    query = sa.select(Indicator).where(_running())
    if office_ids:
        query = query.where(sa.or_(Indicator.office_id.in_(sorted(office_ids)), Indicator.office_id.is_(None)))
    return _rows(session, query, chain)


def _running() -> sa.ColumnElement[bool]:
    return Indicator.ended_on.is_(None)


def _rows(session: Session, query: sa.Select[Any], chain: Sequence[str]) -> Sequence[IndicatorRow]:
    found: Sequence[Indicator] = session.scalars(query.order_by(Indicator.goal_id, Indicator.id)).all()
    if not found:
        return []
    names = shown(session, [row.text_id for row in found], chain)
    values = totals(session, [row.id for row in found])
    return [_row(row, names[row.text_id], values.get(row.id, [])) for row in found]


def _row(row: Indicator, name: Shown, values: Sequence[tuple[str, int]]) -> IndicatorRow:
    facts = facts_of(row, values)
    found = reached(facts)
    return IndicatorRow(
        id=row.id, goal_id=row.goal_id, measure_id=row.measure_id, name=name, indicator=row,
        period=values[-1][0] if values else None,
        value=number_of(row, values[-1][1] if values else None),
        reached=number_of(row, found[0] if found else None),
        target=number_of(row, row.target), baseline=number_of(row, row.baseline), light=goal_light(facts),
    )  # fmt: skip


def totals(session: Session, indicator_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """The published totals of each indicator by period, the oldest first. One statement."""
    found: dict[int, list[tuple[str, int]]] = {}
    rows = session.execute(
        sa.select(IndicatorValue.indicator_id, IndicatorValue.period, IndicatorValue.total)
        .where(IndicatorValue.indicator_id.in_(indicator_ids), IndicatorValue.state == ValueState.PUBLISHED)
        .order_by(IndicatorValue.indicator_id, IndicatorValue.period)
    )
    for row in rows:
        found.setdefault(row.indicator_id, []).append((row.period, row.total))
    return found


@dataclass(frozen=True, slots=True)
class OpenValue:
    """A published value with what it belongs to, for tables of others."""

    indicator: Indicator
    name: Shown
    goal: Shown
    value: IndicatorValue
    measure: str
    published_on: date


def open_data(session: Session, chain: Sequence[str], indicator_id: int | None = None) -> Iterator[OpenValue]:
    """Every published value by indicator and period (of one indicator if given), in pieces with two statements each."""
    last = (0, "")
    while True:
        key = sa.tuple_(IndicatorValue.indicator_id, IndicatorValue.period)
        query = (
            sa.select(IndicatorValue)
            .where(IndicatorValue.state == ValueState.PUBLISHED, key > sa.tuple_(*map(sa.literal, last)))
            .options(
                joinedload(IndicatorValue.indicator).joinedload(Indicator.goal),
                joinedload(IndicatorValue.indicator).joinedload(Indicator.measure),
            )
            .order_by(IndicatorValue.indicator_id, IndicatorValue.period)
            .limit(CHUNK)
        )
        if indicator_id is not None:
            query = query.where(IndicatorValue.indicator_id == indicator_id)
        rows = session.scalars(query).all()
        if not rows:
            return
        texts = {row.indicator.text_id for row in rows} | {row.indicator.goal.text_id for row in rows}
        words = shown(session, texts, chain)
        for row in rows:
            assert row.published_at is not None, "a published value has its moment"
            measure = row.indicator.measure
            yield OpenValue(
                row.indicator, words[row.indicator.text_id], words[row.indicator.goal.text_id], row,
                measure.number if measure else "", row.published_at.date(),
            )  # fmt: skip
        last = (rows[-1].indicator_id, rows[-1].period)

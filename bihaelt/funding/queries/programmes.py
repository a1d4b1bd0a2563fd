"""Reading the catalogue of programmes, and what each pays for which measures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.domain import COUNTING, HELD, Entry, FundingState, Level, Terms
from bihaelt.funding.models import Funding, Programme, ProgrammePurpose
from bihaelt.measures.domain import MeasureState
from bihaelt.measures.models import Measure
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster

# What counts of an application, in SQL: as Funding.counted in Python.
COUNTED = sa.func.coalesce(Funding.granted_cents, Funding.cents) - Funding.reclaimed_cents


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
    ended_on: date | None
    clusters: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Paid:
    """What a programme pays, or may pay, for one measure, in cents."""

    id: int
    measure_id: int
    number: str
    title: Shown
    measure_state: MeasureState
    state: FundingState
    cents: int
    drawn: int
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a programme pays for all measures together, in cents."""

    measures: int
    asked: int
    granted: int
    drawn: int


def programme(session: Session, programme_id: int) -> Programme | None:
    return session.get(Programme, programme_id)


def programmes(
    session: Session,
    chain: Sequence[str],
    *,
    level: Level | None = None,
    cluster_id: int | None = None,
    year: int | None = None,
    ended: bool = True,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[ProgrammeRow]:
    """The catalogue of funding programmes, by name; without the ended ones if so wanted. Three statements."""
    query = _filtered(level, cluster_id, year, ended)
    back = cursor is not None and cursor.back
    if cursor is not None:
        pair, keys = sa.tuple_(Programme.name, Programme.id), sa.tuple_(*map(sa.literal, cursor.keys))
        query = query.where(pair < keys if back else pair > keys)
    columns = (Programme.name, Programme.id)
    query = query.order_by(*(column.desc() for column in columns) if back else columns).limit(size + 1)
    rows = session.scalars(query).all()
    names = purposes(session, [row.id for row in rows], chain)
    found = [
        ProgrammeRow(
            row.id, row.name, row.level, row.first_year, row.last_year, row.own_share, row.deadline, row.note,
            row.ended_on, names.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.name, row.id))


def _filtered(level: Level | None, cluster_id: int | None, year: int | None, ended: bool) -> sa.Select[Any]:
    query = sa.select(Programme)
    if level is not None:
        query = query.where(Programme.level == level)
    if year is not None:
        query = query.where(Programme.first_year <= year, Programme.last_year >= year)
    if not ended:
        query = query.where(Programme.ended_on.is_(None))
    if cluster_id is not None:
        named = sa.select(ProgrammePurpose.cluster_id).where(ProgrammePurpose.programme_id == Programme.id)
        query = query.where(sa.or_(~named.exists(), named.where(ProgrammePurpose.cluster_id == cluster_id).exists()))
    return query


def purposes(session: Session, programme_ids: Sequence[int], chain: Sequence[str]) -> Mapping[int, Sequence[Shown]]:
    """The clusters that programmes are for, in the order of the plan. Two statements."""
    rows = session.execute(
        sa.select(ProgrammePurpose.programme_id, Cluster.text_id)
        .join(Cluster, Cluster.id == ProgrammePurpose.cluster_id)
        .where(ProgrammePurpose.programme_id.in_(programme_ids))
        .order_by(Cluster.position)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    names: dict[int, list[Shown]] = defaultdict(list)
    for row in rows:
        names[row.programme_id].append(words[row.text_id])
    return names


def purpose_ids(session: Session, programme_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(sa.select(ProgrammePurpose.cluster_id).where(ProgrammePurpose.programme_id == programme_id))
    )


def terms(session: Session, programme: Programme) -> Terms:
    return Terms(
        purpose_ids(session, programme.id), programme.first_year, programme.last_year, programme.level,
        programme.ended_on is not None,
    )  # fmt: skip


def entry(session: Session, programme: Programme) -> Entry:
    """The programme as its form shows it."""
    return Entry(
        name=programme.name, level=programme.level, first_year=programme.first_year, last_year=programme.last_year,
        own_share=programme.own_share, deadline=programme.deadline, note=programme.note,
        conditions=programme.conditions, link=programme.link, contact=programme.contact,
        early_start=programme.early_start, proof_months=programme.proof_months,
        cluster_ids=purpose_ids(session, programme.id),
    )  # fmt: skip


def paid(
    session: Session, programme_id: int, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = 50
) -> Page[Paid]:
    """The measures that a programme pays, or may pay, for. Two statements."""
    query = (
        sa.select(
            Funding.id, Measure.id.label("measure_id"), Measure.number, Measure.text_id,
            Measure.state.label("measure_state"), Funding.state, COUNTED.label("cents"),
            Funding.drawn_cents.label("drawn"), Funding.first_year, Funding.last_year,
        )
        .join(Measure, Measure.id == Funding.measure_id)
        .where(Funding.programme_id == programme_id)
    )  # fmt: skip
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Funding.id < cursor.keys[0] if back else Funding.id > cursor.keys[0])
    rows = session.execute(query.order_by(Funding.id.desc() if back else Funding.id).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in rows], chain)
    found = [
        Paid(
            row.id, row.measure_id, row.number, words[row.text_id], row.measure_state, row.state, row.cents, row.drawn,
            row.first_year, row.last_year,
        )
        for row in rows
    ]  # fmt: skip
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))


def totals(session: Session, programme_id: int) -> Totals:
    """What a programme pays for all measures together. One statement."""
    asked, held = sorted(COUNTING - HELD), sorted(HELD)
    row = session.execute(
        sa.select(
            sa.func.count(sa.distinct(Funding.measure_id)),
            sa.func.sum(sa.case((Funding.state.in_(asked), COUNTED), else_=0)),
            sa.func.sum(sa.case((Funding.state.in_(held), COUNTED), else_=0)),
            sa.func.sum(Funding.drawn_cents - Funding.reclaimed_cents),
        ).where(Funding.programme_id == programme_id, Funding.state.in_(sorted(COUNTING)))
    ).one()
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    return Totals(*(int(value or 0) for value in row))


def years(session: Session) -> Sequence[int]:
    """All years that some programme pays for, the latest first. One statement."""
    first, last = session.execute(sa.select(sa.func.min(Programme.first_year), sa.func.max(Programme.last_year))).one()
    return [] if first is None else range(last, first - 1, -1)

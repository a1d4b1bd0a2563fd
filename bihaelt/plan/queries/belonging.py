"""The measures of an office, a group, an organisation, a programme, a district, a field, a cluster or a service.

One page of rows and one line of sums for each, whatever it is that they belong to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.models import Funding
from bihaelt.measures.domain import OVER, Category, Light, MeasureState
from bihaelt.measures.models import Measure, MeasureCluster, MeasureField, MeasureService, Partner
from bihaelt.organisations.models import Office, Organisation
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


class Of(StrEnum):
    """What measures can belong to."""

    OFFICE = "office"
    GROUP = "group"
    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    DISTRICT = "district"
    FIELD = "field"
    CLUSTER = "cluster"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Belonging:
    """A measure in such a list, with who answers for it and its money over all years in cents."""

    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    light: Light
    office_id: int | None
    office: str | None
    starts_on: date | None
    ends_on: date | None
    planned: int
    committed: int
    spent: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How the measures stand together: how many with which light, and the money of those in A and B, in cents."""

    lights: Mapping[Light, int]
    planned: int
    committed: int
    spent: int

    @property
    def measures(self) -> int:
        return sum(self.lights.values())


def _linked(*selects: Any) -> sa.ColumnElement[bool]:
    return Measure.id.in_(selects[0] if len(selects) == 1 else sa.union(*selects))


WHOSE: sa.BindParameter[int] = sa.bindparam("whose", type_=sa.Integer)
CONDITIONS: Mapping[Of, sa.ColumnElement[bool]] = {
    Of.OFFICE: Measure.office_id == WHOSE,
    Of.GROUP: Measure.working_group_id == WHOSE,
    Of.ORGANISATION: _linked(
        sa.select(Measure.id).where(Measure.carrier_id == WHOSE),
        sa.select(Partner.measure_id).where(Partner.organisation_id == WHOSE),
    ),
    Of.PROGRAMME: _linked(sa.select(Funding.measure_id).where(Funding.programme_id == WHOSE)),
    Of.DISTRICT: Measure.district_id == WHOSE,
    Of.FIELD: _linked(sa.select(MeasureField.measure_id).where(MeasureField.field_id == WHOSE)),
    Of.CLUSTER: _linked(
        sa.select(Measure.id).where(Measure.cluster_id == WHOSE),
        sa.select(MeasureCluster.measure_id).where(MeasureCluster.cluster_id == WHOSE),
    ),
    Of.SERVICE: _linked(
        sa.select(Measure.id).where(Measure.service_id == WHOSE),
        sa.select(MeasureService.measure_id).where(MeasureService.service_id == WHOSE),
    ),
}


def measures_of(
    session: Session, of: Of, whose: int, chain: Sequence[str], *, cursor: str | None = None, size: int = 20
) -> Page[Belonging]:
    """One page of the measures of ``whose`` (an id), by number. Two statements, one without measures."""
    at = Cursor.decode(cursor, (int,))
    values = {"whose": whose, "most": size + 1} | ({"place": at.keys[0]} if at else {})
    found = columns(session, _rows(of, beyond=at is not None, back=at is not None and at.back), values).all()
    page = page_of(found, size=size, cursor=at, keys=lambda row: (row.id,))
    words = shown(session, [row.text_id for row in page.rows], chain)
    rows = [Belonging(row.id, row.number, words[row.text_id], *row[3:]) for row in page.rows]
    return Page(rows, page.newer, page.older)


# Built once for each shape of the question: putting a statement together costs as much as to run it.
@lru_cache(maxsize=32)
def _rows(of: Of, *, beyond: bool, back: bool) -> sa.Select[Any]:
    query: Any = (
        sa.select(
            Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.state, Measure.light,
            Office.id.label("office_id"), Office.name.label("office"), Measure.starts_on, Measure.ends_on,
            Measure.planned_cents, Measure.committed_cents, Measure.spent_cents,
        )
        .outerjoin(Office, Office.id == Measure.office_id)
        .where(CONDITIONS[of])
    )  # fmt: skip
    if beyond:
        place: sa.BindParameter[int] = sa.bindparam("place", type_=sa.Integer)
        query = query.where(Measure.id < place if back else Measure.id > place)
    ordered = query.order_by(Measure.id.desc() if back else Measure.id)
    rows: sa.Select[Any] = ordered.limit(sa.bindparam("most", type_=sa.Integer))
    return rows


def sums_of(session: Session, of: Of, whose: int) -> Sums:
    """All measures of ``whose`` together. One statement."""
    rows = columns(session, _summed(of), {"whose": whose}).all()
    lights: dict[Light, int] = {}
    for row in rows:
        lights[row.light] = lights.get(row.light, 0) + row.measures
    counted = [row for row in rows if row.category is not Category.C]
    # PostgreSQL adds bigints up to a numeric, which arrives as a Decimal.
    planned, committed, spent = (
        sum(int(getattr(row, name)) for row in counted) for name in ("planned", "committed", "spent")
    )
    return Sums({light: lights[light] for light in Light if light in lights}, planned, committed, spent)


@lru_cache(maxsize=16)
def _summed(of: Of) -> sa.Select[Any]:
    summed: Any = (
        sa.select(
            Measure.light, Measure.category, sa.func.count().label("measures"),
            sa.func.sum(Measure.planned_cents).label("planned"),
            sa.func.sum(Measure.committed_cents).label("committed"), sa.func.sum(Measure.spent_cents).label("spent"),
        )
        .where(CONDITIONS[of])
        .group_by(Measure.light, Measure.category)
    )  # fmt: skip
    rows: sa.Select[Any] = summed
    return rows


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at work in a district: an office that answers for measures there, or an organisation that carries them."""

    office_id: int | None
    organisation_id: int | None
    name: str
    measures: int


def actors_in(session: Session, district_id: int) -> Sequence[Actor]:
    """Who is at work in a district, those with the most measures first (R96). One statement."""
    there = Measure.district_id == district_id
    none = sa.cast(sa.null(), sa.Integer)
    offices = (
        sa.select(Office.id, none, Office.name.label("name"), sa.func.count().label("measures"))
        .join(Measure, Measure.office_id == Office.id)
        .where(there)
        .group_by(Office.id, Office.name)
    )
    organisations = (
        sa.select(none, Organisation.id, Organisation.name.label("name"), sa.func.count().label("measures"))
        .join(Measure, Measure.carrier_id == Organisation.id)
        .where(there)
        .group_by(Organisation.id, Organisation.name)
    )
    rows = session.execute(sa.union_all(offices, organisations)).all()
    return [Actor(*row) for row in sorted(rows, key=lambda row: (-row.measures, row.name))]


def living_in(session: Session, group_id: int) -> int:
    """How many measures that are not over are worked on in a group. One statement."""
    query = sa.select(sa.func.count()).where(Measure.working_group_id == group_id, Measure.state.not_in(OVER))
    return session.scalar(query) or 0


def numbers_in(session: Session, group_id: int, chain: Sequence[str], *, most: int = 200) -> Sequence[tuple[str, str]]:
    """The measures of a group to choose from: (number, title) each. Two statements, one without measures."""
    rows = session.execute(
        sa.select(Measure.number, Measure.text_id)
        .where(Measure.working_group_id == group_id)
        .order_by(Measure.id)
        .limit(most)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [(row.number, words[row.text_id].title) for row in rows]


def ids_of(session: Session, numbers: Sequence[str]) -> Mapping[str, int]:
    """The measures that are called so, by number. One statement, none without numbers."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Measure.number, Measure.id).where(Measure.number.in_(sorted(wanted))))
    return {row.number: row.id for row in rows}

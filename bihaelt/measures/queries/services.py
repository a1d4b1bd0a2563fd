"""Reading which regular services a measure was checked against, and which checks are due again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.measures.domain import OVER, ServiceUse
from bihaelt.measures.models import Measure, MeasureService
from bihaelt.organisations.models import Office, RegularService
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

Checker = aliased(Office)


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """A regular service of a measure. Without a day the sheet names it, but nobody has said more about it yet."""

    service_id: int
    name: str
    ended_on: date | None
    use: ServiceUse | None
    note: str
    checked_on: date | None
    checked_by_id: int | None
    checked_by: str | None
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Review:
    """A check that is due again on ``review_on``."""

    id: int
    measure_id: int
    number: str
    title: Shown
    service_id: int
    service: str
    office_id: int | None
    office: str | None
    use: ServiceUse
    review_on: date


def services_of(session: Session, measure: Measure) -> Sequence[ServiceLink]:
    """The regular services of a measure: the one that its sheet names first, the others in the order of linking.

    One statement.
    """
    checked = sa.and_(MeasureService.service_id == RegularService.id, MeasureService.measure_id == measure.id)
    rows = session.execute(
        sa.select(
            RegularService.id, RegularService.name, RegularService.ended_on, MeasureService.use, MeasureService.note,
            MeasureService.checked_on, Checker.id.label("office_id"), Checker.name.label("office"),
            MeasureService.review_on,
        )
        .outerjoin(MeasureService, checked)
        .outerjoin(Checker, Checker.id == MeasureService.checked_by_id)
        .where(sa.or_(MeasureService.id.is_not(None), RegularService.id == measure.service_id))
        .order_by(RegularService.id != (measure.service_id or 0), MeasureService.id)
    )  # fmt: skip
    return [
        ServiceLink(*row[:3], _use(measure, row), row.note or "", row.checked_on, row[6], row[7], row.review_on)
        for row in rows
    ]


def _use(measure: Measure, row: Any) -> ServiceUse | None:
    """What was found; before a check, what the sheet says."""
    return row.use if row.checked_on is not None else measure.service_use


def service_check(session: Session, measure_id: int, service_id: int) -> MeasureService | None:
    """One check. One statement."""
    return session.scalar(
        sa.select(MeasureService).where(
            MeasureService.measure_id == measure_id, MeasureService.service_id == service_id
        )
    )


def checks_of(session: Session, service_id: int, measure_ids: Collection[int]) -> Mapping[int, MeasureService]:
    """What came of checking some measures against a service, by measure. One statement."""
    rows = session.scalars(
        sa.select(MeasureService).where(
            MeasureService.service_id == service_id, MeasureService.measure_id.in_(sorted(measure_ids))
        )
    )
    return {row.measure_id: row for row in rows}


def reviews(
    session: Session,
    chain: Sequence[str],
    *,
    until: date,
    office_ids: Collection[int] = (),
    group_id: int | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Review]:
    """Checks that are due again until a day (inclusive), the oldest first; of some offices or a group if given.

    Two statements. Measures that are over are left out.
    """
    query: Any = (
        sa.select(
            MeasureService.id, Measure.id.label("measure_id"), Measure.number, Measure.text_id,
            RegularService.id.label("service_id"), RegularService.name.label("service"), Office.id.label("office_id"),
            Office.name.label("office"), MeasureService.use, MeasureService.review_on,
        )
        .join(Measure, Measure.id == MeasureService.measure_id)
        .join(RegularService, RegularService.id == MeasureService.service_id)
        .outerjoin(Office, Office.id == Measure.office_id)
        .where(MeasureService.review_on <= until, Measure.state.not_in(OVER))
    )  # fmt: skip
    if office_ids:
        query = query.where(Measure.office_id.in_(sorted(office_ids)))
    if group_id is not None:
        query = query.where(Measure.working_group_id == group_id)
    keys, back = (MeasureService.review_on, MeasureService.id), cursor is not None and cursor.back
    if cursor is not None:
        here, there = sa.tuple_(*keys), sa.tuple_(_day(cursor), cursor.keys[1])
        query = query.where(here < there if back else here > there)
    found = session.execute(query.order_by(*(key.desc() if back else key for key in keys)).limit(size + 1)).all()
    page = page_of(found, size=size, cursor=cursor, keys=lambda row: (row.review_on.toordinal(), row.id))
    words = shown(session, [row.text_id for row in page.rows], chain)
    rows = [Review(row.id, row.measure_id, row.number, words[row.text_id], *row[4:]) for row in page.rows]
    return Page(rows, page.newer, page.older)


def _day(cursor: Cursor) -> Any:
    """The day of a cursor's first key; a number that is no day leads to the first page."""
    ordinal = int(cursor.keys[0])
    day = date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else date.min
    return sa.literal(day, sa.Date)


def overdue_count(session: Session, today: date) -> int:
    """How many checks should have been done again. One statement."""
    overdue = (
        sa.select(sa.func.count())
        .select_from(MeasureService)
        .join(Measure, Measure.id == MeasureService.measure_id)
        .where(MeasureService.review_on < today, Measure.state.not_in(OVER))
    )
    return session.scalars(overdue).one()

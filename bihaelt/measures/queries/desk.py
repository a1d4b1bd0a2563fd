"""The desk of measures: the list with what each lacks, and what can be chosen on a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.marks import N_, labelled
from bihaelt.measures.domain import CATEGORY_STEPS, OVER, Brake, Category, Gap, MeasureState, Signature, gaps
from bihaelt.measures.models import Cosignature, Measure, Milestone, OpenPoint
from bihaelt.measures.queries.sheet import sheet_of
from bihaelt.measures.queries.way import releases
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field


class Late(StrEnum):
    """What is overdue at a measure."""

    SIGNATURE = "signature"
    CONFIRMATION = "confirmation"
    MILESTONE = "milestone"
    POINT = "point"
    REVIEW = "review"


labelled(
    {
        Late.SIGNATURE: N_("Co-signature overdue"),
        Late.CONFIRMATION: N_("Confirmation overdue"),
        Late.MILESTONE: N_("Milestone overdue"),
        Late.POINT: N_("Open point overdue"),
        Late.REVIEW: N_("Review overdue"),
    }
)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A measure at the desk, with what it lacks for the next category (None: there is no next), and what is overdue."""

    measure: Measure
    title: Shown
    next: Category | None
    gaps: Sequence[Gap]
    late: Sequence[Late] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen on a sheet: (id, name) each."""

    clusters: Sequence[tuple[int, str]]
    fields: Sequence[tuple[int, str]]
    districts: Sequence[tuple[int, str]]
    offices: Sequence[tuple[int, str]]
    groups: Sequence[tuple[int, str]]
    carriers: Sequence[tuple[int, str]]
    services: Sequence[tuple[int, str]]


def next_category(category: Category) -> Category | None:
    """The category that comes after this one on the way to A."""
    return next((step for step in CATEGORY_STEPS[category] if step.value < category.value), None)


def _is_late(kind: Late, today: date) -> Any:
    """Whether something of one kind is overdue at a measure, as a condition of the list."""
    alive = Measure.state.not_in(sorted(OVER))
    if kind is Late.CONFIRMATION:
        return sa.and_(Measure.confirm_by < today, Measure.decided_on.is_(None))
    if kind is Late.REVIEW:
        return sa.and_(Measure.review_on < today, alive)
    if kind is Late.SIGNATURE:
        late = sa.and_(Cosignature.state == Signature.OPEN, ~Cosignature.closed, Cosignature.due_on < today)
        return sa.exists().where(Cosignature.measure_id == Measure.id, late)
    table = Milestone if kind is Late.MILESTONE else OpenPoint
    return sa.and_(
        alive, sa.exists().where(table.measure_id == Measure.id, table.done_on.is_(None), table.due_on < today)
    )  # fmt: skip


def desk(
    session: Session,
    chain: Sequence[str],
    today: date,
    *,
    category: Category | None = None,
    state: MeasureState | None = None,
    office_id: int | None = None,
    overdue: bool = False,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[DeskRow]:
    """Measures by number with what each lacks for the next category, and what is overdue. Three statements."""
    late = {kind: _is_late(kind, today) for kind in Late}
    query = sa.select(Measure, *(condition.label(kind.value) for kind, condition in late.items()))
    if category is not None:
        query = query.where(Measure.category == category)
    if state is not None:
        query = query.where(Measure.state == state)
    if office_id is not None:
        query = query.where(Measure.office_id == office_id)
    if overdue:
        query = query.where(sa.or_(*late.values()))
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Measure.id < cursor.keys[0] if back else Measure.id > cursor.keys[0])
    found = session.execute(query.order_by(Measure.id.desc() if back else Measure.id).limit(size + 1)).all()
    words = shown(session, [row.Measure.text_id for row in found], chain)
    released = releases(session, [row.Measure.id for row in found])
    rows = [
        _desk_row(
            row.Measure,
            words[row.Measure.text_id],
            today,
            released,
            [kind for kind in Late if getattr(row, kind.value)],
        )
        for row in found
    ]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.measure.id,))


def _desk_row(
    found: Measure, title: Shown, today: date, released: Mapping[int, Sequence[Brake]], late: Sequence[Late]
) -> DeskRow:
    upwards = next_category(found.category)
    own = sheet_of(found, Words(title.title, title.body, title.extra))
    free = released.get(found.id, ())
    lacking = gaps(own, upwards, state=found.state, today=today, released=free) if upwards else ()
    return DeskRow(found, title, upwards, lacking, late)


def options(session: Session, chain: Sequence[str]) -> Options:
    """What can be chosen on a sheet. Seven statements."""
    kinds: tuple[Any, ...] = (Cluster, Field)
    topics = [
        session.execute(sa.select(kind.id, kind.text_id).where(kind.active).order_by(kind.position)).all()
        for kind in kinds
    ]
    words = shown(session, [row.text_id for rows in topics for row in rows], chain)
    clusters, fields = ([(row.id, words[row.text_id].title) for row in rows] for rows in topics)
    return Options(
        clusters=clusters,
        fields=fields,
        districts=_pairs(session, sa.select(District.id, District.name).where(District.active), District.position),
        offices=_pairs(session, sa.select(Office.id, Office.name).where(Office.ended_on.is_(None)), Office.position),
        groups=_pairs(
            session,
            sa.select(WorkingGroup.id, WorkingGroup.name).where(WorkingGroup.ended_on.is_(None)),
            WorkingGroup.position,
        ),
        carriers=_pairs(
            session,
            sa.select(Organisation.id, Organisation.name).where(Organisation.state == OrganisationState.VERIFIED),
            Organisation.name,
        ),
        services=_pairs(
            session,
            sa.select(RegularService.id, RegularService.name).where(RegularService.ended_on.is_(None)),
            RegularService.name,
        ),
    )


def office_names(session: Session) -> Sequence[tuple[int, str]]:
    """The offices to filter by. One statement."""
    return _pairs(session, sa.select(Office.id, Office.name).where(Office.ended_on.is_(None)), Office.position)


def _pairs(session: Session, query: Any, order: Any) -> Sequence[tuple[int, str]]:
    return [(row[0], row[1]) for row in session.execute(query.order_by(order))]

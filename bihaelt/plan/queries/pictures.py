"""What the pictures of the plan show: where proposals went, when measures run, and the ten districts beside each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.measures.models import Measure, Origin
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.plan.domain import Fate
from bihaelt.proposals.domain import PUBLIC, Outcome
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District

PLANNED = (Category.A, Category.B)


@dataclass(frozen=True, slots=True)
class Stream:
    """How many proposals went from a cluster (None: none was named) to an answer, and from there to a measure.

    Only what was accepted goes on: to the best category among its measures, or to ``NO_MEASURE``.
    """

    clusters: Mapping[int | None, Shown | None]
    answered: Mapping[tuple[int | None, Outcome | Fate], int]
    became: Mapping[tuple[Outcome | Fate, Category | Fate], int]


def stream(session: Session, chain: Sequence[str], conference_id: int | None = None) -> Stream:
    """Where the public proposals of a conference (None: of all) went. Three statements."""
    best = (
        sa.select(Proposal.id, Proposal.cluster_id, Proposal.outcome, sa.func.min(Measure.category).label("category"))
        .outerjoin(Origin, Origin.proposal_id == Proposal.id)
        .outerjoin(Measure, Measure.id == Origin.measure_id)
        .where(Proposal.state.in_(PUBLIC))
        .group_by(Proposal.id, Proposal.cluster_id, Proposal.outcome)
    )
    if conference_id is not None:
        best = best.where(Proposal.conference_id == conference_id)
    each = best.subquery()
    columns = (each.c.cluster_id, each.c.outcome, each.c.category)
    rows = session.execute(sa.select(*columns, sa.func.count().label("proposals")).group_by(*columns)).all()
    named = session.execute(sa.select(Cluster.id, Cluster.text_id).order_by(Cluster.position, Cluster.id)).all()
    words = shown(session, [row.text_id for row in named], chain)
    answered: Counter[tuple[int | None, Outcome | Fate]] = Counter()
    became: Counter[tuple[Outcome | Fate, Category | Fate]] = Counter()
    for row in rows:
        answer = Outcome(row.outcome) if row.outcome else Fate.WAITING
        answered[row.cluster_id, answer] += row.proposals
        if answer in (Outcome.ACCEPTED, Outcome.PARTLY):
            became[answer, Category(row.category) if row.category else Fate.NO_MEASURE] += row.proposals
    clusters: dict[int | None, Shown | None] = {row.id: words[row.text_id] for row in named}
    return Stream(clusters | {None: None}, answered, became)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A measure in time; ``ends_on`` None = open."""

    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    light: Light
    starts_on: date
    ends_on: date | None


def timeline(
    session: Session,
    chain: Sequence[str],
    *,
    cluster: int | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Stretch]:
    """Measures with a beginning, the latest first, and their time. Two statements, one without measures."""
    query = sa.select(
        Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.state, Measure.light, Measure.starts_on,
        Measure.ends_on,
    ).where(Measure.starts_on.is_not(None))  # fmt: skip
    if cluster is not None:
        query = query.where(Measure.cluster_id == cluster)
    back = cursor is not None and cursor.back
    place = sa.tuple_(Measure.starts_on, Measure.id)
    if cursor is not None:
        there = sa.tuple_(date.fromordinal(int(cursor.keys[0])), int(cursor.keys[1]))
        query = query.where(place > there if back else place < there)
    order: Any = (
        (Measure.starts_on, Measure.id) if back else (Measure.starts_on.desc(), Measure.id.desc())
    )  # fmt: skip
    found = session.execute(query.order_by(*order).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in found], chain)
    rows = [
        Stretch(
            row.id, row.number, words[row.text_id], row.category, row.state, row.light, row.starts_on, row.ends_on
        )
        for row in found
    ]  # fmt: skip
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.starts_on.toordinal(), row.measure_id))


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district: what its people ask for, and what the plan does there. Money in cents; C is not counted in it.

    ``people`` and ``organisations`` are supports of its proposals, side by side.
    """

    district_id: int | None
    name: str | None
    proposals: int
    people: int
    organisations: int
    measures: int
    planned: int
    spent: int


def districts(session: Session) -> Sequence[DistrictRow]:
    """The districts in their order, then what is for the whole city (None). Three statements."""
    asked = {
        row.district_id: row
        for row in session.execute(
            sa.select(
                Proposal.district_id, sa.func.count().label("proposals"),
                sa.func.sum(Proposal.supports_people).label("people"),
                sa.func.sum(Proposal.supports_organisations).label("organisations"),
            )
            .where(Proposal.state.in_(PUBLIC))
            .group_by(Proposal.district_id)
        )
    }  # fmt: skip
    done = {
        row.district_id: row
        for row in session.execute(
            sa.select(
                Measure.district_id, sa.func.count().label("measures"),
                sa.func.sum(Measure.planned_cents).label("planned"), sa.func.sum(Measure.spent_cents).label("spent"),
            )
            .where(Measure.category.in_(PLANNED))
            .group_by(Measure.district_id)
        )
    }  # fmt: skip
    names = session.execute(sa.select(District.id, District.name).order_by(District.position, District.id)).all()
    return [
        DistrictRow(
            district_id, name, *_numbers(asked.get(district_id), "proposals", "people", "organisations"),
            *_numbers(done.get(district_id), "measures", "planned", "spent"),
        )
        for district_id, name in [*((row.id, row.name) for row in names), (None, None)]
    ]  # fmt: skip


def _numbers(row: Any, *names: str) -> list[int]:
    """The figures of a row, nothing without one; PostgreSQL's sums arrive as Decimals."""
    return [int(getattr(row, name) or 0) if row is not None else 0 for name in names]

"""Reading measures: for a proposal's page, for their own, and for the desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.measures.domain import (
    CATEGORY_STEPS,
    Category,
    Gap,
    Light,
    MeasureState,
    Sheet,
    Take,
    Takes,
    gaps,
)  # fmt: skip
from bihaelt.measures.models import Measure, MeasureField, Move, Origin
from bihaelt.measures.queries.rows import costs, line, milestones, next_milestone, open_points, partners
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import TAKEN, Outcome
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import words_of
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure that came from a proposal; ``part`` says which part it takes over."""

    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    light: Light
    takes: Takes
    part: str


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A proposal that a measure came from, with its supports side by side."""

    proposal_id: int
    title: Shown
    outcome: Outcome | None
    takes: Takes
    part: str
    people: int
    organisations: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted proposal and how many measures came from it."""

    proposal_id: int
    title: Shown
    outcome: Outcome
    people: int
    organisations: int
    measures: int


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A measure at the desk, with what it lacks for the next category (None: there is no next)."""

    measure: Measure
    title: Shown
    next: Category | None
    gaps: Sequence[Gap]


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


def measure(session: Session, measure_id: int) -> Measure | None:
    """A measure with office, group, carrier and service. One statement."""
    return session.scalar(
        sa.select(Measure)
        .options(
            joinedload(Measure.office),
            joinedload(Measure.working_group),
            joinedload(Measure.carrier),
            joinedload(Measure.service),
        )
        .where(Measure.id == measure_id)
    )


# Built once: putting a statement together costs as much as to run it.
FROM_PROPOSAL = (
    sa.select(
        Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.state, Measure.light,
        Origin.takes, Origin.part,
    )
    .join(Origin, Origin.measure_id == Measure.id)
    .where(Origin.proposal_id == sa.bindparam("proposal"))
    .order_by(Measure.id)
)  # fmt: skip


def measures_from(session: Session, proposal_id: int, chain: Sequence[str]) -> Sequence[Taken]:
    """The measures that came from a proposal, in the order of their numbers. Two statements, one without measures."""
    rows = session.execute(FROM_PROPOSAL, {"proposal": proposal_id}).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [
        Taken(
            row.id, row.number, words[row.text_id], row.category, row.state, row.light, row.takes, row.part
        )
        for row in rows
    ]  # fmt: skip


def origins(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[OriginRow]:
    """The proposals that a measure came from. Two statements, one without proposals."""
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.outcome, Origin.takes, Origin.part,
            Proposal.supports_people, Proposal.supports_organisations,
        )
        .join(Origin, Origin.proposal_id == Proposal.id)
        .where(Origin.measure_id == measure_id)
        .order_by(Origin.id)
    ).all()  # fmt: skip
    words = shown(session, [row.text_id for row in rows], chain)
    return [OriginRow(row.id, words[row.text_id], *row[2:]) for row in rows]


def takes_of(session: Session, measure_id: int) -> Sequence[Take]:
    rows = session.scalars(sa.select(Origin).where(Origin.measure_id == measure_id).order_by(Origin.id))
    return [Take(row.proposal_id, row.takes, row.part) for row in rows]


def moves(session: Session, measure_id: int) -> Sequence[Move]:
    """A measure's way through the categories, oldest first. One statement."""
    return session.scalars(sa.select(Move).where(Move.measure_id == measure_id).order_by(Move.id)).all()


def field_ids(session: Session, measure_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(sa.select(MeasureField.field_id).where(MeasureField.measure_id == measure_id))
    )  # fmt: skip


def field_names(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[Shown]:
    """The fields of action of a measure. Two statements, one without fields."""
    ids = session.scalars(
        sa.select(Field.text_id)
        .join(MeasureField, MeasureField.field_id == Field.id)
        .where(MeasureField.measure_id == measure_id)
        .order_by(Field.position)
    ).all()
    words = shown(session, ids, chain)
    return [words[text_id] for text_id in ids]


def place(
    session: Session, found: Measure, chain: Sequence[str], *, original: bool = False
) -> tuple[Shown, Shown, str | None]:
    """A measure's own text, its cluster's name and its district's. Two statements, three for the original words."""
    row = session.execute(
        sa.select(Cluster.text_id, District.name)
        .select_from(Cluster)
        .outerjoin(District, District.id == found.district_id)
        .where(Cluster.id == found.cluster_id)
    ).one()
    words = shown(session, [found.text_id, row.text_id], chain)
    own = shown(session, [found.text_id], ()) if original else words
    return own[found.text_id], words[row.text_id], row.name


def sheet(session: Session, found: Measure) -> Sheet:
    """The whole sheet in its original words. Two statements."""
    version = session.scalars(
        sa.select(TextVersion)
        .join(Text, sa.and_(Text.id == TextVersion.text_id, Text.source_language == TextVersion.language))
        .where(TextVersion.text_id == found.text_id, TextVersion.is_current)
    ).one()
    return sheet_of(found, words_of(version), field_ids(session, found.id))


def sheet_of(found: Measure, words: Words, fields: frozenset[int] = frozenset()) -> Sheet:
    return Sheet(
        words=words,
        cluster_id=found.cluster_id,
        field_ids=fields,
        district_id=found.district_id,
        office_id=found.office_id,
        working_group_id=found.working_group_id,
        carrier_id=found.carrier_id,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        planned_cents=found.planned_cents,
        need=found.need,
        service_check=found.service_check,
        service_id=found.service_id,
        funding_check=found.funding_check,
        funding_note=found.funding_note,
        gender_checked=found.gender_checked,
        ad_hoc=found.ad_hoc,
    )


def next_category(category: Category) -> Category | None:
    """The category that comes after this one on the way to A."""
    return next((step for step in CATEGORY_STEPS[category] if step.value < category.value), None)


def desk(
    session: Session,
    chain: Sequence[str],
    today: date,
    *,
    category: Category | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[DeskRow]:
    """Measures by number with what each lacks for the next category. Two statements."""
    query = sa.select(Measure)
    if category is not None:
        query = query.where(Measure.category == category)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Measure.id < cursor.keys[0] if back else Measure.id > cursor.keys[0])
    found = session.scalars(query.order_by(Measure.id.desc() if back else Measure.id).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in found], chain)
    rows = [_desk_row(row, words[row.text_id], today) for row in found]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.measure.id,))


def _desk_row(found: Measure, title: Shown, today: date) -> DeskRow:
    upwards = next_category(found.category)
    own = sheet_of(found, Words(title.title, title.body, title.extra))
    lacking = gaps(own, upwards, state=found.state, today=today) if upwards else ()
    return DeskRow(found, title, upwards, lacking)


def accepted(
    session: Session,
    chain: Sequence[str],
    *,
    without_measure: bool = False,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Accepted]:
    """Proposals that were accepted, fully or in part, the newest first. Two statements."""
    made: Any = (
        sa.select(sa.func.count()).where(Origin.proposal_id == Proposal.id).correlate(Proposal).scalar_subquery()
    )
    query = sa.select(
        Proposal.id, Proposal.text_id, Proposal.outcome, Proposal.supports_people, Proposal.supports_organisations,
        made.label("made"),
    ).where(Proposal.outcome.in_(TAKEN))  # fmt: skip
    if without_measure:
        query = query.where(~sa.exists().where(Origin.proposal_id == Proposal.id))
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Proposal.id > cursor.keys[0] if back else Proposal.id < cursor.keys[0])
    found = session.execute(query.order_by(Proposal.id if back else Proposal.id.desc()).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in found], chain)
    rows = [Accepted(row[0], words[row[1]], *row[2:]) for row in found]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.proposal_id,))


def candidates(session: Session, proposal_ids: Iterable[int], chain: Sequence[str]) -> Sequence[Accepted]:
    """Those of the given proposals that were accepted, in the order given. Two statements."""
    wanted = list(dict.fromkeys(proposal_ids))
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.outcome, Proposal.supports_people,
            Proposal.supports_organisations,
        ).where(Proposal.id.in_(wanted), Proposal.outcome.in_(TAKEN))
    ).all()  # fmt: skip
    words = shown(session, [row.text_id for row in rows], chain)
    by_id = {row.id: _candidate(row, words[row.text_id]) for row in rows}
    return [by_id[number] for number in wanted if number in by_id]


def _candidate(row: Any, title: Shown) -> Accepted:
    return Accepted(row.id, title, row.outcome, row.supports_people, row.supports_organisations, measures=0)


def titles(session: Session, measure_ids: Iterable[int], chain: Sequence[str]) -> Mapping[int, Shown]:
    """The titles of some measures. Two statements, none without ids."""
    wanted = set(measure_ids)
    if not wanted:
        return {}
    rows = session.execute(sa.select(Measure.id, Measure.text_id).where(Measure.id.in_(wanted))).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return {row.id: words[row.text_id] for row in rows}


def of_group(session: Session, group_id: int, chain: Sequence[str]) -> Mapping[int, Shown]:
    """The titles of the measures that a working group works on, by number. Three statements."""
    ids = session.scalars(
        sa.select(Measure.id).where(Measure.working_group_id == group_id).order_by(Measure.number)
    ).all()
    words = titles(session, ids, chain)
    return {measure_id: words[measure_id] for measure_id in ids}


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


def _pairs(session: Session, query: Any, order: Any) -> Sequence[tuple[int, str]]:
    return [(row[0], row[1]) for row in session.execute(query.order_by(order))]


def desk_count(session: Session, _now: object) -> int:
    """How many accepted proposals have no measure yet. One statement."""
    return session.scalar(
        sa.select(sa.func.count())
        .select_from(Proposal)
        .where(Proposal.outcome.in_(TAKEN), ~sa.exists().where(Origin.proposal_id == Proposal.id))
    ) or 0  # fmt: skip

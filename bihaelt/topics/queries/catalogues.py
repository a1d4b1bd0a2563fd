"""Reading clusters, fields, districts and target groups, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.organisations.models import Office, WorkingGroup
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.queries import languages_of, shown
from bihaelt.topics.domain import SHAPES, Catalogue
from bihaelt.topics.models import MODELS, Cluster, District, Field, Recommendation, TargetGroup

Kind = type[Cluster] | type[Field] | type[TargetGroup]


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster, field or target group as it is shown. ``position`` is its number in the plan."""

    id: int
    key: str
    position: int
    name: Shown
    active: bool = True


def topics(session: Session, kind: Kind, chain: Sequence[str], *, all_: bool = False) -> Sequence[Topic]:
    """All topics of a kind in their order (the retired ones too with ``all_``). Two statements."""
    query = sa.select(kind.id, kind.key, kind.position, kind.text_id, kind.active).order_by(kind.position, kind.id)
    if not all_:
        query = query.where(kind.active)
    rows = session.execute(query).all()
    names = shown(session, [row.text_id for row in rows], chain)
    return [Topic(row.id, row.key, row.position, names[row.text_id], row.active) for row in rows]


def clusters(session: Session, chain: Sequence[str]) -> Sequence[Topic]:
    return topics(session, Cluster, chain)


def fields(session: Session, chain: Sequence[str]) -> Sequence[Topic]:
    return topics(session, Field, chain)


def target_groups(session: Session, chain: Sequence[str]) -> Sequence[Topic]:
    return topics(session, TargetGroup, chain)


def districts(session: Session, *, all_: bool = False) -> Sequence[District]:
    """The districts in their order. One statement."""
    query = sa.select(District).order_by(District.position)
    return session.scalars(query if all_ else query.where(District.active)).all()


def recommendations(session: Session, field_id: int, chain: Sequence[str]) -> Sequence[Shown]:
    """A field's recommendations in their order. Two statements."""
    ids = session.scalars(
        sa.select(Recommendation.text_id)
        .where(Recommendation.field_id == field_id, Recommendation.active)
        .order_by(Recommendation.position)
    ).all()
    words = shown(session, ids, chain)
    return [words[text_id] for text_id in ids]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a catalogue on the desk: a proper ``name``, or a ``title`` in the reader's language."""

    id: int
    name: str
    title: Shown | None
    number: str
    retired: bool
    within_id: int | None


def entries(session: Session, catalogue: Catalogue, chain: Sequence[str]) -> Sequence[EntryRow]:
    """All entries of a catalogue in their order, those within another catalogue in its order. Two statements."""
    shape, model = SHAPES[catalogue], MODELS[catalogue]
    query = sa.select(model).order_by(model.position, model.id)
    if shape.within is not None:
        outer = MODELS[shape.within]
        query = query.join(outer, outer.id == model.field_id).order_by(None)
        query = query.order_by(outer.position, outer.id, model.position, model.id)
    rows = session.scalars(query).all()
    words = {} if shape.named else shown(session, [row.text_id for row in rows], chain)
    return [
        EntryRow(
            id=row.id,
            name=row.name if shape.named else "",
            title=None if shape.named else words[row.text_id],
            number=getattr(row, "number", ""),
            retired=not row.active if shape.lives == "active" else row.ended_on is not None,
            within_id=row.field_id if shape.within else None,
        )
        for row in rows
    ]


def entry(session: Session, catalogue: Catalogue, entry_id: int) -> Any:
    """One entry's row, or None."""
    return session.get(MODELS[catalogue], entry_id)


def words_in_all(session: Session, text_id: int | None) -> Mapping[str, Words]:
    """What a text says now in each language that it has, by Babel id. One statement."""
    if text_id is None:
        return {}
    return {row.language: Words(row.title, row.body, row.extra) for row in languages_of(session, text_id)}


def office_choices(
    session: Session, *, without: int | None = None, keep: int | None = None
) -> Sequence[tuple[int, str]]:
    """The offices to choose from, with their numbers; ``keep`` is one that may be closed already. One statement."""
    query = sa.select(Office.id, Office.number, Office.name).where(
        sa.or_(Office.ended_on.is_(None), Office.id == (keep or 0)), Office.id != (without or 0)
    )
    rows = session.execute(query.order_by(Office.position, Office.id))
    return [(row.id, f"{row.number} {row.name}".strip()) for row in rows]


def office(session: Session, office_id: int) -> Office | None:
    return session.get(Office, office_id)


def offices(session: Session, parent_id: int | None = None) -> Sequence[Office]:
    """The offices that are open, in their order; those of one parent if given. One statement."""
    query = sa.select(Office).where(Office.ended_on.is_(None)).order_by(Office.position, Office.id)
    return session.scalars(query if parent_id is None else query.where(Office.parent_id == parent_id)).all()


def groups(session: Session) -> Sequence[WorkingGroup]:
    """The working groups that run, in their order, with the offices that lead them. One statement."""
    query = sa.select(WorkingGroup).where(WorkingGroup.ended_on.is_(None))
    query = query.options(joinedload(WorkingGroup.lead_office)).order_by(WorkingGroup.position, WorkingGroup.id)
    return session.scalars(query).all()


def working_group(session: Session, group_id: int) -> WorkingGroup | None:
    """One working group with the office that leads it. One statement."""
    return session.scalar(
        sa.select(WorkingGroup).where(WorkingGroup.id == group_id).options(joinedload(WorkingGroup.lead_office))
    )

"""Reading clusters, fields, districts and target groups, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field, Recommendation, TargetGroup

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
        sa.select(Recommendation.text_id).where(Recommendation.field_id == field_id).order_by(Recommendation.position)
    ).all()
    words = shown(session, ids, chain)
    return [words[text_id] for text_id in ids]

"""Which recommendations of the integration concept the measures implement, and where nothing does (R68)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.goals.domain import Cover, Stance
from bihaelt.goals.models import Implements, PrincipleStance
from bihaelt.measures.domain import Category, MeasureState
from bihaelt.measures.models import Measure
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Field, GuidingPrinciple, Recommendation

# A measure that ended without being done covers nothing; one of category C is no more than a plan.
OVER = frozenset({"ended", "rejected"})


@dataclass(frozen=True, slots=True)
class MeasureRef:
    """A measure as other pages name it."""

    id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    id: int
    title: Shown
    measures: Sequence[MeasureRef]
    cover: Cover


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of action with its recommendations in their order."""

    id: int
    name: Shown
    rows: Sequence[RecommendationRow]

    def count(self, cover: Cover) -> int:
        return sum(1 for row in self.rows if row.cover is cover)


def coverage(session: Session, chain: Sequence[str], *, field_id: int | None = None) -> Sequence[FieldRow]:
    """Every recommendation that is in force, by field, with the measures that implement it. Three statements.

    Fields without any are left out.
    """
    query = (
        sa.select(Recommendation.id, Recommendation.text_id, Field.id.label("field_id"), Field.text_id.label("name"))
        .join(Field, Field.id == Recommendation.field_id)
        .where(Recommendation.active, Field.active)
        .order_by(Field.position, Field.id, Recommendation.position, Recommendation.id)
    )
    if field_id is not None:
        query = query.where(Field.id == field_id)
    found = session.execute(query).all()
    linked = session.execute(
        sa.select(Implements.recommendation_id, Measure)
        .join(Measure, Measure.id == Implements.measure_id)
        .where(Measure.state.not_in([state for state in MeasureState if state in OVER]))
        .order_by(Measure.number)
    ).all()
    texts = {row.text_id for row in found} | {row.name for row in found} | {one.text_id for _, one in linked}
    words = shown(session, texts, chain)
    measures: dict[int, list[MeasureRef]] = {}
    for recommendation_id, one in linked:
        ref = MeasureRef(one.id, one.number, words[one.text_id], one.category, one.state)
        measures.setdefault(recommendation_id, []).append(ref)
    by_field: dict[int, list[RecommendationRow]] = {}
    names: dict[int, Shown] = {}
    for row in found:
        names[row.field_id] = words[row.name]
        own = measures.get(row.id, [])
        by_field.setdefault(row.field_id, []).append(RecommendationRow(row.id, words[row.text_id], own, cover_of(own)))
    return [FieldRow(key, names[key], rows) for key, rows in by_field.items()]


def cover_of(measures: Sequence[MeasureRef]) -> Cover:
    """What the measures of a recommendation come to; those of category C alone are only planned."""
    if not measures:
        return Cover.GAP
    return Cover.PLANNED if all(one.category is Category.C for one in measures) else Cover.COVERED


def implemented(session: Session, measure_id: int) -> frozenset[int]:
    """The recommendations that a measure implements. One statement."""
    return frozenset(
        session.scalars(sa.select(Implements.recommendation_id).where(Implements.measure_id == measure_id))
    )


def recommendation_choices(
    session: Session, chain: Sequence[str]
) -> Sequence[tuple[Shown, Sequence[tuple[int, Shown]]]]:
    """Each field with its recommendations to tick, by id. Two statements."""
    rows = session.execute(
        sa.select(Recommendation.id, Recommendation.text_id, Field.text_id.label("name"))
        .join(Field, Field.id == Recommendation.field_id)
        .where(Recommendation.active, Field.active)
        .order_by(Field.position, Field.id, Recommendation.position, Recommendation.id)
    ).all()
    words = shown(session, {row.text_id for row in rows} | {row.name for row in rows}, chain)
    by_field: dict[int, list[tuple[int, Shown]]] = {}
    for row in rows:
        by_field.setdefault(row.name, []).append((row.id, words[row.text_id]))
    return [(words[name], own) for name, own in by_field.items()]


@dataclass(frozen=True, slots=True)
class PrincipleRow:
    """A guiding principle, and how a measure stands to it (None: nothing was said)."""

    id: int
    title: Shown
    stance: Stance | None
    note: str


def principles(
    session: Session, measure_id: int, chain: Sequence[str], *, taken: bool = False
) -> Sequence[PrincipleRow]:
    """The guiding principles in their order with a measure's stances; only those with one if ``taken``. Two statements."""
    join = sa.and_(PrincipleStance.principle_id == GuidingPrinciple.id, PrincipleStance.measure_id == measure_id)
    query = sa.select(
        GuidingPrinciple.id, GuidingPrinciple.text_id, PrincipleStance.stance, PrincipleStance.note
    ).order_by(GuidingPrinciple.position, GuidingPrinciple.id)
    query = query.join(PrincipleStance, join, isouter=not taken)
    if not taken:
        query = query.where(GuidingPrinciple.active)
    rows = session.execute(query).all()
    words: Mapping[int, Shown] = shown(session, [row.text_id for row in rows], chain)
    return [PrincipleRow(row.id, words[row.text_id], row.stance, row.note or "") for row in rows]


def implemented_rows(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[tuple[Shown, Shown]]:
    """(field, recommendation) of what a measure implements, in their order. Two statements."""
    rows = session.execute(
        sa.select(Recommendation.text_id, Field.text_id.label("name"))
        .join(Implements, Implements.recommendation_id == Recommendation.id)
        .join(Field, Field.id == Recommendation.field_id)
        .where(Implements.measure_id == measure_id)
        .order_by(Field.position, Field.id, Recommendation.position, Recommendation.id)
    ).all()
    words = shown(session, {row.text_id for row in rows} | {row.name for row in rows}, chain)
    return [(words[row.name], words[row.text_id]) for row in rows]

"""Goals of both frameworks, with what they are measured by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.goals.domain import Dimension, GoalContent, IndicatorContent
from bihaelt.goals.models import Goal, GoalMeasure, Indicator
from bihaelt.goals.queries.coverage import MeasureRef
from bihaelt.goals.queries.indicators import IndicatorRow, indicators
from bihaelt.measures.models import Measure
from bihaelt.organisations.models import Office
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, words_of
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, Field


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal as lists show it; ``cluster`` and ``field`` are the names of its places in the two frameworks."""

    goal: Goal
    title: Shown
    cluster: Shown | None
    field: Shown | None
    indicators: Sequence[IndicatorRow] = ()


def goal(session: Session, goal_id: int) -> Goal | None:
    return session.get(Goal, goal_id)


def goals(
    session: Session, chain: Sequence[str], today: date, *, cluster_id: int | None = None, field_id: int | None = None,
    all_: bool = False,
) -> Sequence[GoalRow]:  # fmt: skip
    """The goals that are valid (the others too with ``all_``) in the order of clusters, then fields. Five statements.

    Those of one cluster or field if given; each with its indicators.
    """
    query = sa.select(Goal)
    if not all_:
        query = query.where(sa.or_(Goal.valid_until.is_(None), Goal.valid_until >= today))
    if cluster_id is not None:
        query = query.where(Goal.cluster_id == cluster_id)
    if field_id is not None:
        query = query.where(Goal.field_id == field_id)
    found = _rows(session, query, chain)
    by_goal: dict[int, list[IndicatorRow]] = {}
    for row in indicators(session, chain) if found else ():
        by_goal.setdefault(row.goal_id, []).append(row)
    return [
        GoalRow(row.goal, row.title, row.cluster, row.field, by_goal.get(row.goal.id, ())) for row in found
    ]  # fmt: skip


def goals_of(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[GoalRow]:
    """The goals that a measure serves. Two statements, one without any."""
    query = (
        sa.select(Goal).join(GoalMeasure, GoalMeasure.goal_id == Goal.id).where(GoalMeasure.measure_id == measure_id)
    )
    return _rows(session, query, chain)


def _rows(session: Session, query: sa.Select[tuple[Goal]], chain: Sequence[str]) -> list[GoalRow]:
    rows = session.execute(
        query.add_columns(Cluster.text_id.label("cluster_text"), Field.text_id.label("field_text"))
        .outerjoin(Cluster, Cluster.id == Goal.cluster_id)
        .outerjoin(Field, Field.id == Goal.field_id)
        .order_by(sa.func.coalesce(Cluster.position, 10_000), sa.func.coalesce(Field.position, 10_000), Goal.id)
    ).all()
    if not rows:
        return []
    texts = {row.Goal.text_id for row in rows} | {row.cluster_text for row in rows} | {row.field_text for row in rows}
    words = shown(session, texts, chain)
    return [
        GoalRow(row.Goal, words[row.Goal.text_id], words.get(row.cluster_text), words.get(row.field_text))
        for row in rows
    ]


def measures_of_goal(session: Session, goal_id: int, chain: Sequence[str]) -> Sequence[MeasureRef]:
    """The measures that serve a goal, by number. Two statements."""
    rows = session.scalars(
        sa.select(Measure)
        .join(GoalMeasure, GoalMeasure.measure_id == Measure.id)
        .where(GoalMeasure.goal_id == goal_id)
        .order_by(Measure.number)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [MeasureRef(row.id, row.number, words[row.text_id], row.category, row.state) for row in rows]


def goal_content(session: Session, goal: Goal) -> GoalContent:
    """A goal as its form shows it. Two statements."""
    linked = session.scalars(sa.select(GoalMeasure.measure_id).where(GoalMeasure.goal_id == goal.id)).all()
    return GoalContent(
        _words(session, goal.text_id), goal.valid_from, goal.cluster_id, goal.field_id, goal.valid_until, goal.source,
        frozenset(linked),
    )  # fmt: skip


def indicator_content(session: Session, indicator: Indicator) -> IndicatorContent:
    """An indicator as its form shows it. One statement."""
    return IndicatorContent(
        _words(session, indicator.text_id), indicator.goal_id, indicator.kind, indicator.quantity, indicator.direction,
        indicator.rhythm, indicator.baseline_on, indicator.measure_id, indicator.office_id, indicator.decimals,
        indicator.cumulative, indicator.baseline, indicator.target, indicator.target_on,
        [Dimension(one) for one in indicator.breakdowns], indicator.ended_on,
    )  # fmt: skip


def _words(session: Session, text_id: int) -> Words:
    version = current_version(session, text_id, session.get_one(Text, text_id).source_language)
    assert version is not None, "a text always has its original"
    return words_of(version)


def measure_ids(session: Session) -> Mapping[str, int]:
    """Every measure by its number, in their order. One statement."""
    rows = session.execute(sa.select(Measure.number, Measure.id).order_by(Measure.number))
    return {row.number: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class Options:
    """What the forms of goals and indicators may choose from: (id, shown name) pairs."""

    clusters: Sequence[tuple[int, str]]
    fields: Sequence[tuple[int, str]]
    offices: Sequence[tuple[int, str]]
    goals: Sequence[tuple[int, str]]


def options(session: Session, chain: Sequence[str]) -> Options:
    """Everything to choose from. Five statements."""
    clusters = session.execute(sa.select(Cluster.id, Cluster.text_id).order_by(Cluster.position, Cluster.id)).all()
    fields = session.execute(sa.select(Field.id, Field.text_id).order_by(Field.position, Field.id)).all()
    goals_ = session.execute(sa.select(Goal.id, Goal.text_id).order_by(Goal.id)).all()
    offices = session.execute(
        sa.select(Office.id, Office.number, Office.name).order_by(Office.position, Office.id)
    ).all()
    words: Mapping[int, Shown] = shown(
        session, [row.text_id for rows in (clusters, fields, goals_) for row in rows], chain
    )
    return Options(
        [(row.id, words[row.text_id].title) for row in clusters],
        [(row.id, words[row.text_id].title) for row in fields],
        [(row.id, f"{row.number} {row.name}".strip()) for row in offices],
        [(row.id, words[row.text_id].title) for row in goals_],
    )

"""Adding and changing goals and indicators."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.goals.domain import GoalContent, IndicatorContent, fitting_goal, fitting_indicator
from bihaelt.goals.models import Goal, GoalMeasure, Indicator, IndicatorValue
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.verdicts import Conflict, DomainError

LANGUAGE = "de"
CHANGED = N_("Somebody else has changed this meanwhile. Please look at it again.")


def add_goal(session: Session, *, content: GoalContent, by: Voice, now: datetime) -> Goal:
    """A new goal with its measures. Raises DomainError for one that belongs to neither framework."""
    fitting_goal(content)
    text = write(session, language=LANGUAGE, words=content.words, now=now, author_id=by.actor_id)
    goal = Goal(text_id=text.id, changed_at=now, **_plain(content))
    session.add(goal)
    session.flush()
    _link(session, goal, content)
    record(session, act="goal.added", subject=goal, by=by, now=now)
    session.flush()
    return goal


def change_goal(
    session: Session, *, goal: Goal, content: GoalContent, seen: datetime, by: Voice, now: datetime
) -> None:
    """Another content; ``seen`` is ``changed_at`` of the goal that was edited, else Conflict."""
    fitting_goal(content)
    session.refresh(goal, with_for_update=True)
    if goal.changed_at != seen:
        raise Conflict(CHANGED)
    for name, value in _plain(content).items():
        setattr(goal, name, value)
    goal.changed_at = now
    text = session.get_one(Text, goal.text_id)
    rewrite(session, text=text, words=content.words, now=now, author_id=by.actor_id)
    _link(session, goal, content)
    record(session, act="goal.changed", subject=goal, by=by, now=now)
    session.flush()


def _plain(content: GoalContent) -> dict[str, object]:
    names = ("cluster_id", "field_id", "valid_from", "valid_until", "source")
    return {name: getattr(content, name) for name in names}


def _link(session: Session, goal: Goal, content: GoalContent) -> None:
    have = set(session.scalars(sa.select(GoalMeasure.measure_id).where(GoalMeasure.goal_id == goal.id)))
    session.execute(
        sa.delete(GoalMeasure).where(
            GoalMeasure.goal_id == goal.id, GoalMeasure.measure_id.not_in(sorted(content.measure_ids))
        )
    )
    session.add_all(
        GoalMeasure(goal_id=goal.id, measure_id=measure_id) for measure_id in sorted(content.measure_ids - have)
    )
    session.flush()


def add_indicator(session: Session, *, content: IndicatorContent, by: Voice, now: datetime) -> Indicator:
    """A new indicator of a goal."""
    fitting_indicator(content)
    text = write(session, language=LANGUAGE, words=content.words, now=now, author_id=by.actor_id)
    indicator = Indicator(text_id=text.id, changed_at=now, **_definition(content))
    session.add(indicator)
    session.flush()
    record(session, act="indicator.added", subject=indicator, by=by, now=now)
    session.flush()
    return indicator


def change_indicator(
    session: Session, *, indicator: Indicator, content: IndicatorContent, seen: datetime, by: Voice, now: datetime
) -> None:
    """Another definition. What the numbers mean cannot change once there are values: that is another indicator."""
    fitting_indicator(content)
    session.refresh(indicator, with_for_update=True)
    if indicator.changed_at != seen:
        raise Conflict(CHANGED)
    meaning = ("quantity", "decimals", "rhythm")
    other = [name for name in meaning if getattr(indicator, name) != getattr(content, name)]
    filled = sa.select(sa.exists().where(IndicatorValue.indicator_id == indicator.id))
    if other and session.scalar(filled):
        raise DomainError(
            N_("There are values already. For another way of counting add another indicator."), field=other[0]
        )
    for name, value in _definition(content).items():
        setattr(indicator, name, value)
    indicator.changed_at = now
    text = session.get_one(Text, indicator.text_id)
    rewrite(session, text=text, words=content.words, now=now, author_id=by.actor_id)
    record(session, act="indicator.changed", subject=indicator, by=by, now=now)
    session.flush()


def _definition(content: IndicatorContent) -> dict[str, object]:
    names = (
        "goal_id", "measure_id", "office_id", "kind", "quantity", "direction", "rhythm", "decimals", "cumulative",
        "baseline", "baseline_on", "target", "target_on", "ended_on",
    )  # fmt: skip
    return {name: getattr(content, name) for name in names} | {"breakdowns": [str(one) for one in content.breakdowns]}

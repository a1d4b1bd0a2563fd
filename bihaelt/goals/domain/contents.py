"""What the forms of goals and indicators hand over, and what must fit together in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihaelt.goals.domain.kinds import Dimension, Direction, IndicatorKind, Quantity, Rhythm
from bihaelt.marks import N_
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError


@dataclass(frozen=True, slots=True)
class GoalContent:
    """A goal: ``words`` are German, title and body. Both days of its validity are inclusive."""

    words: Words
    valid_from: date
    cluster_id: int | None = None
    field_id: int | None = None
    valid_until: date | None = None
    source: str = ""
    measure_ids: frozenset[int] = frozenset()


def fitting_goal(content: GoalContent) -> GoalContent:
    """The content, if it fits together; raises DomainError at the field otherwise."""
    if content.cluster_id is None and content.field_id is None:
        raise DomainError(N_("Choose a cluster, a field of action, or both."), field="cluster")
    if content.valid_until is not None and content.valid_until < content.valid_from:
        raise DomainError(N_("The end comes before the beginning."), field="valid_until")
    return content


@dataclass(frozen=True, slots=True)
class IndicatorContent:
    """An indicator: ``words`` are German: title, body, extra ``unit``, ``formula``, ``source``. Numbers in its scale."""

    words: Words
    goal_id: int
    kind: IndicatorKind
    quantity: Quantity
    direction: Direction
    rhythm: Rhythm
    baseline_on: date
    measure_id: int | None = None
    office_id: int | None = None
    decimals: int = 0
    cumulative: bool = False
    baseline: int | None = None
    target: int | None = None
    target_on: date | None = None
    breakdowns: Sequence[Dimension] = ()
    ended_on: date | None = None


def fitting_indicator(content: IndicatorContent) -> IndicatorContent:
    """The content, if it fits together; raises DomainError at the field otherwise."""
    count = content.quantity is Quantity.COUNT
    for field, wrong, message in (
        ("decimals", count and content.decimals > 0, N_("A count has no decimals.")),
        ("cumulative", content.cumulative and not count, N_("Only counts can be added up over the periods.")),
        ("target_on", content.target is not None and content.target_on is None, N_("Say until when.")),
        ("target", content.target is None and content.target_on is not None, N_("Enter the target.")),
        (
            "target_on",
            content.target_on is not None and content.target_on <= content.baseline_on,
            N_("The end comes before the beginning."),
        ),
        ("direction", content.direction is Direction.NONE and content.target is not None,
         N_("A target needs a direction: more or less.")),
    ):  # fmt: skip
        if wrong:
            raise DomainError(message, field=field)
    return content

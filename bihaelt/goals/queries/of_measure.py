"""What a measure is for: its goals and indicators, what it implements, and which principles it touches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bihaelt.goals.queries.coverage import PrincipleRow, implemented_rows, principles
from bihaelt.goals.queries.goals import GoalRow, goals_of
from bihaelt.goals.queries.indicators import IndicatorRow, indicators_of
from bihaelt.texts.domain import Shown


@dataclass(frozen=True, slots=True)
class Serves:
    """``recommendations``: pairs of field and recommendation; ``principles``: only those with a stance."""

    goals: Sequence[GoalRow]
    indicators: Sequence[IndicatorRow]
    recommendations: Sequence[tuple[Shown, Shown]]
    principles: Sequence[PrincipleRow]


def of_measure(session: Session, measure_id: int, chain: Sequence[str]) -> Serves:
    """Everything of a measure at once. At most nine statements."""
    return Serves(
        goals_of(session, measure_id, chain),
        indicators_of(session, measure_id, chain),
        implemented_rows(session, measure_id, chain),
        principles(session, measure_id, chain, taken=True),
    )

"""Whether a goal is on the way: the value against what should be reached by then (requirements §3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihaelt.goals.domain.kinds import Direction
from bihaelt.goals.domain.numbers import last_day
from bihaelt.measures.domain import Light

GREEN, YELLOW = 90, 70  # per cent of what should be reached by then


@dataclass(frozen=True, slots=True)
class Facts:
    """What the light of an indicator depends on. ``values``: (period, total) that count, the oldest first."""

    direction: Direction
    baseline: int | None
    baseline_on: date
    target: int | None
    target_on: date | None
    values: Sequence[tuple[str, int]]
    cumulative: bool = False


def reached(facts: Facts) -> tuple[int, date] | None:
    """The value that is measured against the target and the day it stands for; None without one.

    A cumulative indicator adds up the periods that ended since its baseline.
    """
    if not facts.values:
        return None
    period, newest = facts.values[-1]
    if facts.cumulative:
        newest = sum(value for each, value in facts.values if last_day(each) >= facts.baseline_on)
    return newest, last_day(period)


def expected(facts: Facts, day: date) -> tuple[int, int] | None:
    """What should be reached by ``day``, as a fraction: straight from the baseline (or zero) to the target in time.

    None without a target. Before the baseline's day it is the baseline, after the target's day the target.
    """
    if facts.target is None or facts.target_on is None:
        return None
    start = facts.baseline or 0
    span = (facts.target_on - facts.baseline_on).days
    gone = min(max((day - facts.baseline_on).days, 0), span)
    return start * span + (facts.target - start) * gone, span


def goal_light(facts: Facts) -> Light:
    """Green from 90 per cent of what should be reached by then, yellow from 70, else red; grey without data.

    Where less is better the fraction is turned round: expected divided by reached.
    """
    found = reached(facts)
    wanted = expected(facts, found[1]) if found else None
    if found is None or wanted is None or facts.direction is Direction.NONE:
        return Light.GREY
    have, want = found[0] * wanted[1], wanted[0]
    part, whole = (have, want) if facts.direction is Direction.UP else (want, have)
    if part >= whole or part * 100 >= GREEN * whole:
        return Light.GREEN
    return Light.YELLOW if part * 100 >= YELLOW * whole else Light.RED

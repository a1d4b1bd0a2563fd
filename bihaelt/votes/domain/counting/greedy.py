"""``greedy/1``: most votes first. What does not fit into the money left is passed over (the usual municipal rule)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihaelt.votes.domain.counting.instance import Instance


@dataclass(frozen=True, slots=True)
class Passed:
    """One option in its turn. ``left_eur``: money after it."""

    number: int
    funded: bool
    left_eur: int


@dataclass(frozen=True, slots=True)
class Greedy:
    instance: Instance
    order: tuple[Passed, ...]

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(self.instance.options[each.number].key for each in self.order if each.funded)

    @property
    def left_eur(self) -> int:
        return self.order[-1].left_eur if self.order else self.instance.budget_eur


def count(instance: Instance) -> Greedy:
    """Most points first (a tick is one); people before organisations, lower cost, then the lot. Without any nothing wins."""
    scores = [tuple(score.values()) for score in instance.points()]
    wanted = (number for number, score in enumerate(scores) if any(score))
    return spend(instance, sorted(wanted, key=lambda number: rank(instance, scores, number)))


def rank(instance: Instance, scores: Sequence[tuple[int, ...]], number: int) -> tuple[int, ...]:
    return *(-score for score in scores[number]), instance.options[number].cost_eur, instance.lots[number]


def spend(instance: Instance, order: Sequence[int]) -> Greedy:
    """Fund in this order whatever still fits."""
    left, passed = instance.budget_eur, []
    for number in order:
        cost = instance.options[number].cost_eur
        funded = cost <= left
        left -= cost * funded
        passed.append(Passed(number, funded, left))
    return Greedy(instance, tuple(passed))

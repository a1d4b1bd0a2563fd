"""From two electorates to one decision: R0 to R3 (voting.md, section 5). Their papers are never added up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import itemgetter

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import DecisionRule
from bihaelt.votes.domain.counting import mes
from bihaelt.votes.domain.counting.instance import Instance, Papers
from bihaelt.votes.domain.supports import Electorate

PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS


@dataclass(frozen=True, slots=True)
class Barred:
    """An option below the percentage of R1: papers that name it."""

    key: str
    named: Apart[int]


@dataclass(frozen=True, slots=True)
class Decision:
    """``counts``: what decides, in order (R0: nothing new, the people's own count decides). Amounts in euros."""

    rule: DecisionRule
    parameter: int | None
    winners: tuple[str, ...]
    spent_eur: int
    left_eur: int
    barred: tuple[Barred, ...] = ()
    counts: tuple[mes.Count, ...] = ()


def decide(
    instance: Instance,
    rule: DecisionRule,
    parameter: int | None = None,
    *,
    count: Callable[[Instance, mes.Endowment | None], mes.Count] = mes.count,
) -> Decision:
    """The decision for one question. ``instance`` has the papers of both electorates (one may have none).

    ``parameter``: R1, per cent of the papers of each electorate that must name an option; R2 and R3, per mille of the
    money that people direct. R0 has none.
    """
    if rule is DecisionRule.R0:
        return _decision(rule, None, [count(alone(instance, PEOPLE), None)], shown=False)
    assert parameter is not None, "R1 to R3 have a parameter"
    if rule is DecisionRule.R1:
        barred = below(instance, Apart.both(*_named(instance)), parameter)
        kept = alone(instance, PEOPLE).without(each.key for each in barred)
        return replace(_decision(rule, parameter, [count(kept, None)]), barred=barred)
    if rule is DecisionRule.R2:
        return _decision(rule, parameter, [_two_shares(instance, parameter, count)])
    return _decision(rule, parameter, _two_pots(instance, parameter, count), instance.budget_eur)


def alone(instance: Instance, electorate: Electorate) -> Instance:
    """The question with the papers of one electorate, also if it has none."""
    return replace(instance, papers={electorate: instance.papers.get(electorate, Papers([], []))})


def below(instance: Instance, named: Apart[list[int]], percent: int) -> tuple[Barred, ...]:
    """Options that fewer than ``percent`` of the papers name in an electorate. One that has not voted bars nothing."""
    return tuple(
        Barred(option.key, named.map(itemgetter(number)))
        for number, option in enumerate(instance.options)
        if any(
            named[electorate][number] * 100 < percent * papers.total for electorate, papers in instance.papers.items()
        )
    )


def _named(instance: Instance) -> tuple[list[int], list[int]]:
    votes = instance.votes()
    return [each.get(PEOPLE, 0) for each in votes], [each.get(ORGANISATIONS, 0) for each in votes]


def _two_shares(
    instance: Instance, per_mille: int, count: Callable[[Instance, mes.Endowment | None], mes.Count]
) -> mes.Count:
    """R2: one count of both. An electorate that directs no money, or has no papers, is not in it."""
    parts = Apart.both(per_mille, 1000 - per_mille)
    papers = {each: papers for each, papers in instance.papers.items() if papers.choices and parts[each]}
    both = replace(instance, papers=papers)
    return count(both, mes.two_shares(both, per_mille) if papers else None)


def _two_pots(
    instance: Instance, per_mille: int, count: Callable[[Instance, mes.Endowment | None], mes.Count]
) -> list[mes.Count]:
    """R3: the people's pot (rounded down to a euro) is spent first; the organisations' pot no longer has its winners."""
    pot = instance.budget_eur * per_mille // 1000
    first = count(replace(alone(instance, PEOPLE), budget_eur=pot), None)
    rest = alone(instance, ORGANISATIONS).without(first.winners, budget_eur=instance.budget_eur - pot)
    return [first, count(rest, None)]


def _decision(
    rule: DecisionRule, parameter: int | None, counts: list[mes.Count], budget: int | None = None, shown: bool = True
) -> Decision:
    spent = sum(each.decided.cost_eur for each in counts)
    return Decision(
        rule,
        parameter,
        tuple(winner for each in counts for winner in each.winners),
        spent,
        (counts[0].instance.budget_eur if budget is None else budget) - spent,
        counts=tuple(counts) if shown else (),
    )

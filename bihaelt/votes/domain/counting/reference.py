"""The slow engine: the rule as it is written in docs/counting.md, with fractions, paper by paper. It shares no code with the fast one.

For tests, and for whoever wants to read the rule as a program. Amounts are euros.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.supports import Electorate


@dataclass(slots=True)
class Paper:
    """One paper: its electorate, the points of each option that it names, and the money that it still has."""

    electorate: Electorate
    points: Mapping[int, int]
    money: Fraction = Fraction(0)


@dataclass(slots=True)
class Slow:
    """What the slow count found: options in order, who paid how much for each, and at which step."""

    winners: list[int] = field(default_factory=list)
    payments: list[list[tuple[Paper, Fraction]]] = field(default_factory=list)
    effective: list[Fraction] = field(default_factory=list)
    step: int = 0


def papers_of(instance: Instance) -> list[Paper]:
    return [
        Paper(electorate, dict(zip(choice, points, strict=True)))
        for electorate, papers in instance.papers.items()
        for choice, points, count in papers.groups()
        for _ in range(count)
    ]


def run(instance: Instance, papers: list[Paper], shares: Mapping[Electorate, Fraction]) -> Slow:
    """Step 3 of the rule: one run; ``shares`` in euros."""
    for paper in papers:
        paper.money = shares[paper.electorate]
    found = Slow()
    behind = {
        number: [paper for paper in papers if number in paper.points]
        for number, option in enumerate(instance.options)
        if option.cost_eur <= instance.budget_eur
    }
    while True:
        # Money is only ever spent, so what cannot be paid now cannot be paid later.
        behind = {number: each for number, each in behind.items() if can_pay(each, instance.options[number].cost_eur)}
        ranked: list[tuple[Fraction, tuple[int, ...], int, Fraction]] = []
        for number, supporters in behind.items():
            cost = instance.options[number].cost_eur
            price = price_of(number, Fraction(cost), supporters)
            ranked.append((-cost / price, tie_order(instance, number, supporters), number, price))
        if not ranked:
            return found
        effective, _, winner, price = min(ranked)
        found.winners.append(winner)
        found.effective.append(-effective)
        found.payments.append([])
        for paper in behind.pop(winner):
            amount = min(paper.money, price * paper.points[winner])
            paper.money -= amount
            found.payments[-1].append((paper, amount))


def can_pay(behind: list[Paper], cost: int) -> bool:
    return bool(behind) and sum((paper.money for paper in behind), Fraction(0)) >= cost


def price_of(number: int, cost: Fraction, behind: list[Paper]) -> Fraction:
    """What a point pays: from the poorest on, everybody gives all they have, until the rest can share what is open."""
    poorest = sorted(behind, key=lambda paper: paper.money / paper.points[number], reverse=True)
    points = sum(paper.points[number] for paper in behind)
    while poorest[-1].money * points < cost * poorest[-1].points[number]:
        paper = poorest.pop()
        cost -= paper.money
        points -= paper.points[number]
    return cost / points


def tie_order(instance: Instance, number: int, behind: list[Paper]) -> tuple[int, ...]:
    """Lower cost, more votes of people, more votes of organisations, earlier in the lot."""
    people = sum(paper.electorate is Electorate.PEOPLE for paper in behind)
    return instance.options[number].cost_eur, -people, people - len(behind), instance.lots[number]


def count(instance: Instance, people_per_mille: int | None = None) -> Slow:
    """The whole rule for one electorate, or for both with rule R2."""
    papers = papers_of(instance)
    wanted = {n for paper in papers for n in paper.points if instance.options[n].cost_eur <= instance.budget_eur}
    if sum(instance.options[number].cost_eur for number in wanted) <= instance.budget_eur:
        return Slow(winners=sorted(wanted))
    last, step = Slow(), 0
    while True:
        found = run(instance, papers, shares_at(instance, papers, people_per_mille, step))
        if sum(instance.options[number].cost_eur for number in found.winners) > instance.budget_eur:
            return last
        found.step = step
        last, step = found, step + 1


def shares_at(
    instance: Instance, papers: list[Paper], people_per_mille: int | None, step: int
) -> dict[Electorate, Fraction]:
    people = sum(paper.electorate is Electorate.PEOPLE for paper in papers)
    organisations = len(papers) - people
    budget = instance.budget_eur
    if people_per_mille is None:
        share = Fraction(budget // len(papers) + step)
        return {Electorate.PEOPLE: share, Electorate.ORGANISATIONS: share}
    theirs = 1000 - people_per_mille
    if people:
        share = Fraction(budget * people_per_mille // (1000 * people) + step)
        other = share * theirs * people / (people_per_mille * organisations) if organisations else Fraction(0)
        return {Electorate.PEOPLE: share, Electorate.ORGANISATIONS: Fraction(other * 10**8 // 1, 10**8)}
    share = Fraction(budget * theirs // (1000 * organisations) + step)
    return {Electorate.PEOPLE: Fraction(0), Electorate.ORGANISATIONS: share}

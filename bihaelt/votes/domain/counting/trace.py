"""The trace of a count: every figure that a page may show, as whole numbers (form: docs/open-data.md, "Trace").

A trace is made from a finished count by repeating the deciding run with fractions, so its amounts are exact before they
are rounded, and an independent program gets the same bytes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from bihaelt.votes.domain.counting import greedy
from bihaelt.votes.domain.counting.exact import UNITS, Balances
from bihaelt.votes.domain.counting.instance import Instance, Papers
from bihaelt.votes.domain.counting.mes import Count, Outcome
from bihaelt.votes.domain.counting.ties import break_tie, order
from bihaelt.votes.domain.supports import Electorate

Trace: TypeAlias = dict[str, Any]
"""Canonical JSON: texts, whole numbers, null, lists and objects."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Enough:
    """What would have been enough; None: nothing was found."""

    cheaper_eur: int | None = None
    more_papers: int | None = None


def of_equal_shares(
    count: Count, *, rule: str, question: str, electorate: str, enough: Mapping[str, Enough] | None = None
) -> Trace:
    """The trace of ``mes-add1-eur/1``, ``points/1`` or ``mes/1``. ``enough``: what would have been, by key of option."""
    points = rule == "points/1"
    instance = sorted_groups(count.instance)
    played = _Played(instance, count)
    rounds = played.rounds()
    keys = [option.key for option in instance.options]
    plain = greedy.count(instance)
    return {
        **head(instance, rule, question, electorate),
        "options": _options(instance, points),
        "groups": _groups(instance, points),
        "ended": count.ended.value,
        "start": _share(count, 0),
        "share": _share(count, count.decided.step),
        "step": count.decided.step,
        "runs": count.runs,
        "overrun": _overrun(count, count.overrun),
        "rounds": rounds,
        "winners": [keys[number] for number in count.decided.winners],
        "spent_eur": count.decided.cost_eur,
        "left_eur": count.left_eur,
        "losers": [
            played.loser(number, rounds, (enough or {}).get(keys[number], Enough()))
            for number in range(len(keys))
            if number not in count.decided.winners
        ],
        "success": success(instance, [keys[number] for number in count.decided.winners]),
        "greedy": {
            "winners": [*plain.winners],
            "spent_eur": instance.budget_eur - plain.left_eur,
            "left_eur": plain.left_eur,
            "success": success(instance, plain.winners),
        },
    }


def head(instance: Instance, rule: str, question: str, electorate: str) -> Trace:
    """What every trace begins with."""
    by_lot = sorted(range(len(instance.options)), key=instance.lots.__getitem__)
    return {
        "v": 1,
        "rule": rule,
        "question": question,
        "electorate": electorate,
        "budget_eur": instance.budget_eur,
        "papers": {each.value: papers.total for each, papers in instance.papers.items()},
        "lots": [instance.options[number].key for number in by_lot],
    }


def sorted_groups(instance: Instance) -> Instance:
    """The same papers, the groups of each electorate in the order of their canonical choice."""
    keys = [option.key for option in instance.options]

    def arranged(papers: Papers) -> Papers:
        rows = sorted(
            papers.groups(), key=lambda row: sorted(zip((keys[option] for option in row[0]), row[1], strict=True))
        )
        points = None if papers.points is None else [row[1] for row in rows]
        return Papers([row[0] for row in rows], [row[2] for row in rows], points)

    papers = {electorate: arranged(each) for electorate, each in instance.papers.items()}
    return Instance(instance.budget_eur, instance.options, papers, instance.seed)


def success(instance: Instance, winners: Sequence[str]) -> dict[str, int]:
    """Papers with at least one winner among their choices, each electorate on its own."""
    won = {number for number, option in enumerate(instance.options) if option.key in winners}
    return {
        electorate.value: sum(count for choice, _, count in papers.groups() if not won.isdisjoint(choice))
        for electorate, papers in instance.papers.items()
    }


def _options(instance: Instance, points: bool) -> list[Trace]:
    rows: list[Trace] = [
        {"key": option.key, "cost_eur": option.cost_eur, "votes": _named(votes)}
        for option, votes in zip(instance.options, instance.votes(), strict=True)
    ]
    if points:
        for row, given in zip(rows, instance.points(), strict=True):
            row["points"] = _named(given)
    return rows


def _named(by_electorate: Mapping[Electorate, int]) -> dict[str, int]:
    return {electorate.value: number for electorate, number in by_electorate.items()}


def _groups(instance: Instance, points: bool) -> list[Trace]:
    keys = [option.key for option in instance.options]
    rows: list[Trace] = []
    for electorate, papers in instance.papers.items():
        for choice, given, count in papers.groups():
            named = sorted(zip((keys[option] for option in choice), given, strict=True))
            marks = [[key, point] for key, point in named] if points else [key for key, _ in named]
            rows.append({"electorate": electorate.value, "choice": marks, "papers": count})
    return rows


def _share(count: Count, step: int) -> dict[str, int] | None:
    if count.endowment is None:
        return None
    return {electorate.value: share.__floor__() for electorate, share in count.endowment(step).items()}


def _overrun(count: Count, outcome: Outcome | None) -> Trace | None:
    if outcome is None:
        return None
    return {
        "step": outcome.step,
        "share": _share(count, outcome.step),
        "winners": [count.instance.options[number].key for number in outcome.winners],
        "cost_eur": outcome.cost_eur,
    }


class _Played:
    """The deciding run, repeated with fractions, and what it means for those that lost."""

    def __init__(self, instance: Instance, count: Count) -> None:
        self.instance = instance
        self.count = count
        self.keys = [option.key for option in instance.options]
        self.votes = [tuple(votes.values()) for votes in instance.votes()]
        rows = [(electorate, papers) for electorate, each in instance.papers.items() for *_, papers in each.groups()]
        self.electorates = [electorate for electorate, _ in rows]
        self.papers = [papers for _, papers in rows]
        shares = count.endowment(count.decided.step) if count.endowment else dict.fromkeys(instance.papers, Fraction(0))
        self.balances = Balances(instance, shares)
        self.had = [self.balances.left(group) for group in range(len(rows))]
        self.paid: list[list[tuple[int, int]]] = [[] for _ in rows]
        """Of each group: winners and what one paper paid for them."""
        self.last: dict[int, tuple[int, int, bool]] = {}
        """Of each option: the last round in which it could be paid, its winner, and whether it came next."""

    def rounds(self) -> list[Trace]:
        if self.count.endowment is None:
            return []
        there = [
            number
            for number, option in enumerate(self.instance.options)
            if any(self.votes[number]) and option.cost_eur <= self.instance.budget_eur
        ]
        rows = []
        for place, winner in enumerate(self.count.decided.winners, 1):
            prices = {number: price for number in there if (price := self.balances.price(number)) is not None}
            rows.append(self._round(place, winner, prices))
            there = [number for number in prices if number != winner]
        return rows

    def _round(self, place: int, winner: int, prices: Mapping[int, Fraction]) -> Trace:
        effective = {number: self.instance.options[number].cost_eur * UNITS / prices[number] for number in prices}
        ranked = sorted(prices, key=lambda number: (-effective[number], order(self.instance, self.votes, number)))
        first, tie = break_tie(
            self.instance, self.votes, [number for number in prices if effective[number] == effective[ranked[0]]]
        )
        assert first == winner == ranked[0], "both engines find the same winner"
        for next_in_line, number in enumerate(ranked):
            self.last[number] = place, winner, next_in_line == 1
        price = prices[winner]
        poor = self.balances.poor(winner, price)
        able = [group for group, _, _ in self.balances.supporters[winner] if self.balances.money[group]]
        payments = self.balances.pay(winner, price)
        for group, amount in payments:
            self.paid[group].append((winner, amount))
        return {
            "winner": self.keys[winner],
            "effective": _millionths(effective[winner]),
            "each": price.__ceil__(),
            "tie": tie,
            "candidates": [[self.keys[number], _millionths(effective[number])] for number in ranked],
            "payers": self._sum((group, 1) for group in able),
            "poor": self._sum((group, 1) for group in poor),
            "paid": self._sum(payments),
            "payments": [[group, amount] for group, amount in payments],
        }

    def _sum(self, amounts: Any) -> dict[str, int]:
        """Amounts per paper, times the papers of the group, each electorate on its own."""
        total = {electorate.value: 0 for electorate in self.instance.papers}
        for group, amount in amounts:
            total[self.electorates[group].value] += amount * self.papers[group]
        return total

    def loser(self, number: int, rounds: Sequence[Trace], enough: Enough) -> Trace:
        option = self.instance.options[number]
        groups = [group for group, _, _ in self.balances.supporters[number]]
        left = self._sum((group, self.balances.left(group)) for group in groups)
        place, by, _ = self.last.get(number, (None, None, False))
        return {
            "key": option.key,
            "reason": self._reason(number),
            "round": place,
            "by": None if by is None else self.keys[by],
            "had": self._sum((group, self.had[group]) for group in groups),
            "used": self._sum((group, amount) for group in groups for _, amount in self.paid[group]),
            "left": left,
            "spent_on": self._spent_on(groups),
            "support": 1000 * sum(left.values()) // (option.cost_eur * UNITS),
            "enough": {"cheaper_eur": enough.cheaper_eur, "more_papers": enough.more_papers},
        }

    def _reason(self, number: int) -> str:
        if not any(self.votes[number]):
            return "no_votes"
        if self.instance.options[number].cost_eur > self.instance.budget_eur:
            return "too_dear"
        if self.count.overrun is not None and number in self.count.overrun.winners:
            return "not_completed"
        if number not in self.last:
            return "too_few"
        return "beaten" if self.last[number][2] else "already_used"

    def _spent_on(self, groups: Sequence[int]) -> dict[str, list[list[str | int]]]:
        spent: dict[Electorate, dict[int, int]] = {electorate: defaultdict(int) for electorate in self.instance.papers}
        for group in groups:
            for winner, amount in self.paid[group]:
                spent[self.electorates[group]][winner] += amount * self.papers[group]
        return {
            electorate.value: [
                [self.keys[winner], amount]
                for winner, amount in sorted(each.items(), key=lambda pair: (-pair[1], pair[0]))
            ]
            for electorate, each in spent.items()
        }


def _millionths(effective: Fraction) -> int:
    return (effective * MILLION).__floor__()

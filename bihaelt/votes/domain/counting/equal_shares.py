"""The Method of Equal Shares, one run with a given share: the fast engine (NumPy), exact in every decision.

Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive Utilities" (NeurIPS 2021), with
utility = cost (approval), or points times cost. Rule: docs/counting.md; voting.md, section 8.

How it is fast, and why it is exact:

- Equal papers are one row. The money of each group is an integer of 10^-8 euro in an array. What a round takes is rounded
  up, so ``low`` never exceeds the true balance, and ``slack`` bounds how far it lies below.
- Effective votes only fall. Options are looked at in the order of their last value, until the next cannot win any more.
- An option's price (what one point pays) is therefore known between two integer ratios. Where these bounds do not
  separate two options, or a cost from the money behind it, ``exact.Balances`` repeats the rounds so far with fractions
  and decides. No floating point number exists here.
- Where 64 bits could overflow, the same arrays hold Python integers.

This module is the only one that needs NumPy. It is imported by ``mes`` when a count begins, and not with the package,
so that a web worker that never counts does not pay its memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from bihaelt.votes.domain.counting.exact import UNITS, Balances, Shares
from bihaelt.votes.domain.counting.instance import Instance, Papers
from bihaelt.votes.domain.counting.ties import break_tie

Numbers: TypeAlias = npt.NDArray[Any]
ROOM = 2**62
"""Sums in 64 bits stay below this; beyond it arrays hold Python integers."""
FINE = 1 << 80
"""Keys are prices per euro of cost, times this: integers whose order is the order of the prices."""


@dataclass(frozen=True, slots=True)
class Support:
    """Everybody behind one option: groups, papers in each, points of each paper (None: ticks), all in one order."""

    groups: Numbers
    papers: Numbers
    points: Numbers | None
    heads: int
    """Papers times points."""


@dataclass(frozen=True, slots=True)
class Index:
    """An instance, turned round: the supporters of each option. Made once, used for all runs."""

    instance: Instance
    supports: tuple[Support, ...]
    papers: Numbers
    """Papers in each group."""
    sizes: tuple[int, ...]
    """Groups of each electorate."""
    votes: tuple[tuple[int, ...], ...]
    """Papers that name each option, electorates in order, never added up."""


@dataclass(frozen=True, slots=True)
class Price:
    """One point pays at most ``due / heads`` units, and at least ``(due - slack) / heads``."""

    due: int
    heads: int
    slack: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Winners in order, the rounds decided by a tie ("cost", "votes", "lot" or None), and the run's fingerprint.

    Two runs with the same fingerprint asked the same questions and found the same poor; every run with a share between
    theirs does so too (docs/counting.md, "Skipping"). None: this run was decided too closely to say so.
    """

    winners: tuple[int, ...]
    ties: tuple[str | None, ...]
    fingerprint: tuple[object, ...] | None


def index(instance: Instance) -> Index:
    """Turn the papers round: from "what this paper names" to "who names this option"."""
    parts = [_columns(papers) for papers in instance.papers.values()]
    sizes = tuple(len(papers.choices) for papers in instance.papers.values())
    starts = np.cumsum([0, *sizes])
    options = np.concatenate([part[0] for part in parts])
    groups = np.concatenate([part[1] + start for part, start in zip(parts, starts, strict=False)])
    points = None if all(part[2] is None for part in parts) else np.concatenate([_ones(part) for part in parts])
    papers = np.concatenate([np.array(papers.counts, dtype=np.int64) for papers in instance.papers.values()])
    order = np.argsort(options, kind="stable")
    ends = np.searchsorted(options[order], np.arange(len(instance.options) + 1))
    supports, votes = [], []
    for first, last in pairwise(ends):
        rows = order[first:last]
        behind = groups[rows]
        weight = papers[behind]
        given = None if points is None else points[rows]
        supports.append(Support(behind, weight, given, int((weight if given is None else weight * given).sum())))
        splits = np.searchsorted(behind, starts)
        votes.append(tuple(int(weight[a:b].sum()) for a, b in pairwise(splits)))
    return Index(instance, tuple(supports), papers, sizes, tuple(votes))


def _columns(papers: Papers) -> tuple[Numbers, Numbers, Numbers | None]:
    """Option, group and points of each mark."""
    lengths = np.fromiter(map(len, papers.choices), dtype=np.int64, count=len(papers.choices))
    marks = int(lengths.sum())
    options = np.fromiter(chain.from_iterable(papers.choices), dtype=np.uint16, count=marks)
    groups = np.repeat(np.arange(len(papers.choices), dtype=np.int64), lengths)
    if papers.points is None:
        return options, groups, None
    points = np.fromiter(chain.from_iterable(papers.points), dtype=np.int64, count=marks)
    return options, groups, points


def _ones(part: tuple[Numbers, Numbers, Numbers | None]) -> Numbers:
    return np.ones(len(part[0]), dtype=np.int64) if part[2] is None else part[2]


def run(indexed: Index, shares: Shares) -> Run:
    """One run: fund the option with the most effective votes until no option can be paid. ``shares`` in units."""
    return _Rounds(indexed, shares).play()


@dataclass(slots=True)
class _Rounds:
    """The state of one run."""

    indexed: Index
    shares: Shares
    low: Numbers = field(init=False)
    slack: Numbers = field(init=False)
    floors: dict[int, int] = field(init=False)
    """Of each option that may still win: a key that its price is not below."""
    winners: list[int] = field(default_factory=list)
    prices: list[Fraction] = field(default_factory=list)
    """Exact prices of the first winners, as far as ``exact`` has been asked."""
    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Of each option: ``due`` and ``heads`` of its last price. Prices only rise, so who was too poor then is so now."""
    exact: Balances | None = None
    seen: list[object] = field(default_factory=list)
    clear: bool = True

    def __post_init__(self) -> None:
        electorates = self.indexed.instance.papers
        total = sum(self.shares[electorate] * papers.total for electorate, papers in electorates.items())
        dtype: Any = np.int64 if max(total, self._dearest()) < ROOM else object
        lows = [self.shares[electorate].__floor__() for electorate in electorates]
        slacks = [int(self.shares[electorate].denominator > 1) for electorate in electorates]
        self.low = np.repeat(np.array(lows, dtype=dtype), self.indexed.sizes)
        self.slack = np.repeat(np.array(slacks, dtype=dtype), self.indexed.sizes)
        instance = self.indexed.instance
        self.floors = {
            number: FINE // support.heads
            for number, support in enumerate(self.indexed.supports)
            if support.heads and instance.options[number].cost_eur <= instance.budget_eur
        }

    def _dearest(self) -> int:
        """No amount of one run is higher than this, apart from the money of all."""
        options = self.indexed.instance.options
        most = max(
            (int(s.points.max()) for s in self.indexed.supports if s.points is not None and len(s.points)), default=1
        )
        return max((option.cost_eur for option in options), default=0) * UNITS * most

    def play(self) -> Run:
        ties: list[str | None] = []
        while (found := self._best()) is not None:
            winner, price, tie = found
            self._pay(winner, price)
            self.winners.append(winner)
            del self.floors[winner]
            ties.append(tie)
            self.seen.append(winner)
        return Run(tuple(self.winners), tuple(ties), tuple(self.seen) if self.clear else None)

    def _best(self) -> tuple[int, Price, str | None] | None:
        """The option with the lowest price per euro of its cost, that is, with the most effective votes."""
        asked: list[tuple[int, int, Price]] = []
        ceiling = FINE * 2
        for number in sorted(self.floors, key=self.floors.__getitem__):
            if self.floors[number] > ceiling:
                break
            price = self._price(number)
            if price is None:
                del self.floors[number]
                continue
            cost = self.indexed.instance.options[number].cost_eur * UNITS * price.heads
            self.floors[number] = (price.due - price.slack) * FINE // cost
            ceiling = min(ceiling, price.due * FINE // cost + 1)
            asked.append((self.floors[number], number, price))
        close = [(number, price) for floor, number, price in asked if floor <= ceiling]
        if len(close) > 1:
            return self._decide(close)
        return (*close[0], None) if close else None

    def _price(self, number: int) -> Price | None:
        """Bounds of the price, by filling up: who cannot pay their part gives everything, the others share the rest."""
        support = self.indexed.supports[number]
        cost = self.indexed.instance.options[number].cost_eur * UNITS
        money = self.low.take(support.groups)
        wealth = money * support.papers
        total = int(wealth.sum())
        if total < cost:
            if total + int((self.slack[support.groups] * support.papers).sum()) < cost:
                self.seen.append(~number)
                return None
            return self._exact_price(number)
        due, heads = self.last.get(number, (cost, support.heads))
        poor = np.empty(0, dtype=np.int64)
        while True:
            short = money < _limits(due, heads, support.points)
            found = np.flatnonzero(short)
            if len(found) == len(poor):
                break
            poor = found
            due = cost - int(wealth.take(poor).sum())
            heads = support.heads - int(_heads(support).take(poor).sum())
        self.last[number] = due, heads
        self.seen.append((number, np.packbits(short).tobytes()))
        slack = int((self.slack.take(support.groups.take(poor)) * support.papers.take(poor)).sum()) if len(poor) else 0
        return Price(due, heads, slack)

    def _exact_price(self, number: int) -> Price | None:
        """The price in fractions: needed when the money behind an option is equal to its cost, up to the rounding."""
        self.clear = False
        balances = self._balances()
        price = balances.price(number)
        return None if price is None else Price(price.numerator, price.denominator)

    def _balances(self) -> Balances:
        """The exact balances of now: all rounds up to here with fractions."""
        if self.exact is None:
            self.exact = Balances(self.indexed.instance, self.shares)
        for winner in self.winners[len(self.prices) :]:
            price = self.exact.price(winner)
            assert price is not None, "it was paid, so it could be paid"
            self.exact.pay(winner, price)
            self.prices.append(price)
        return self.exact

    def _decide(self, close: Sequence[tuple[int, Price]]) -> tuple[int, Price, str | None]:
        """Between options whose bounds overlap: exact prices per euro of cost, then the rules for ties."""
        options = self.indexed.instance.options
        exact: dict[int, tuple[Fraction, Price]] = {}
        for number, price in close:
            known = self._exact_price(number) if price.slack else price
            assert known is not None, "it can be paid"
            exact[number] = (Fraction(known.due, known.heads * options[number].cost_eur), known)
        least = min(value for value, _ in exact.values())
        equal = [number for number, (value, _) in exact.items() if value == least]
        winner, tie = break_tie(self.indexed.instance, self.indexed.votes, equal)
        return winner, exact[winner][1], tie

    def _pay(self, number: int, price: Price) -> None:
        """Take the upper bound of the price from the supporters, and keep how much that may be too much."""
        support = self.indexed.supports[number]
        money = self.low[support.groups]
        most = money + self.slack[support.groups]
        upper = _limits(price.due, price.heads, support.points)
        lower = _limits(price.due - price.slack, price.heads, support.points, up=False)
        if bool(((money < upper) & (most > lower)).any()):
            self.clear = False
        left = np.maximum(money - upper, 0)
        self.low[support.groups] = left
        self.slack[support.groups] = np.maximum(most - lower, 0) - left


def _heads(support: Support) -> Numbers:
    return support.papers if support.points is None else support.papers * support.points


def _limits(due: int, heads: int, points: Numbers | None, up: bool = True) -> Any:
    """``due / heads`` units for each point, rounded up or down: one number for ticks, else one for each supporter."""
    if points is None:
        return -(-due // heads) if up else due // heads
    table = [-(-due * point // heads) if up else due * point // heads for point in range(int(points.max()) + 1)]
    return np.array(table, dtype=np.int64 if table[-1] < ROOM else object)[points]

"""Exact balances: what every group of papers still has, as fractions with one common denominator.

The fast engine asks here when its integers of 10^-8 euro are too coarse to tell two options apart, and the trace takes
its payments from here. Amounts are units of 10^-8 euro.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.supports import Electorate

UNITS = 100_000_000
"""Units per euro."""
Shares: TypeAlias = Mapping[Electorate, Fraction]
"""Money of one paper at the start of a run, in units."""


class Balances:
    """The money of all groups during one run; group numbers follow the electorates of ``instance`` in order."""

    def __init__(self, instance: Instance, shares: Shares) -> None:
        self.costs = [option.cost_eur * UNITS for option in instance.options]
        self.supporters: list[list[tuple[int, int, int]]] = [[] for _ in instance.options]
        """Of each option: number of the group, papers in it, points that each gives."""
        self.common = lcm(*(shares[electorate].denominator for electorate in instance.papers))
        self.money: list[int] = []
        for electorate, papers in instance.papers.items():
            for choice, points, count in papers.groups():
                for option, point in zip(choice, points, strict=True):
                    self.supporters[option].append((len(self.money), count, point))
                self.money.append(int(shares[electorate] * self.common))

    def price(self, option: int) -> Fraction | None:
        """What one point has to pay (units) so that the supporters raise the cost; None: they cannot.

        Whoever has less than their points demand pays all they have (the poor), the others share the rest.
        """
        rich = [(self.money[group], count, points) for group, count, points in self.supporters[option]]
        due = self.costs[option] * self.common
        heads = sum(count * points for _, count, points in rich)
        while heads:
            able = [paper for paper in rich if paper[0] * heads >= due * paper[2]]
            if len(able) == len(rich):
                return Fraction(due, heads * self.common)
            due -= sum(money * count for money, count, _ in rich) - sum(money * count for money, count, _ in able)
            heads = sum(count * points for _, count, points in able)
            rich = able
        return None

    def pay(self, option: int, price: Fraction) -> list[tuple[int, int]]:
        """Take ``price`` per point from the supporters. Returns (group, paid units) for amounts above 0.

        Paid is what the group had, rounded down, minus what it has now, rounded down: books in whole units balance.
        """
        finer = price.denominator // gcd(self.common, price.denominator)
        if finer > 1:
            self.money = [money * finer for money in self.money]
            self.common *= finer
        per_point = price.numerator * (self.common // price.denominator)
        paid = []
        for group, _, points in self.supporters[option]:
            before = self.money[group]
            after = max(before - per_point * points, 0)
            self.money[group] = after
            amount = before // self.common - after // self.common
            if amount:
                paid.append((group, amount))
        return paid

    def poor(self, option: int, price: Fraction) -> set[int]:
        """Groups that have money, but less than ``price`` for each of their points."""
        per_point = price * self.common
        return {group for group, _, points in self.supporters[option] if 0 < self.money[group] < per_point * points}

    def left(self, group: int) -> int:
        """Units that one paper of the group has, rounded down."""
        return self.money[group] // self.common

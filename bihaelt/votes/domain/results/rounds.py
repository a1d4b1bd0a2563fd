"""The rounds of a count as bars: what everybody still has of their share, round after round.

All papers of an electorate stand in one row, in an order that stays the same through all rounds, and are cut into
``BARS`` equal parts. A bar is the average of its part. Only the picture is made of averages; the figures beside it are
those of the trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.results.reading import Trace
from bihaelt.votes.domain.results.reasons import PER_CENT, cents
from bihaelt.votes.domain.supports import Electorate

BARS = 40
"""Bars of one electorate at most; with fewer papers there is one for each."""
PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Bars:
    """Per mille of the share: what is left after the round, and what the round took from it, one number for each bar."""

    left: tuple[int, ...]
    paid: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One round. ``weight``, ``candidates``: effective votes in units of 10^-6; ``each`` and ``paid``: cents.

    ``left_eur``: whole euros that are not spent after this round.
    """

    number: int
    winner: str
    weight: int
    tie: str | None
    payers: Apart[int]
    poor: Apart[int]
    paid: Apart[int]
    each: int
    candidates: tuple[tuple[str, int], ...]
    bars: Apart[Bars]
    left_eur: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """A count in pictures. ``share``: cents of one paper at the start; ``start`` are the bars before the first round."""

    electorate: Electorate | None
    share: Apart[int]
    papers: Apart[int]
    start: Apart[Bars]
    rounds: tuple[Round, ...]


def rounds(trace: Trace) -> Rounds | None:
    """From a trace of Equal Shares; None where there were no rounds, or they are kept back."""
    if not trace.get("rounds") or not trace.get("share"):
        return None
    costs = {row["key"]: row["cost_eur"] for row in trace["options"]}
    lines = {who: _Line(trace, who) for who in Electorate if who.value in trace["share"]}
    start = Apart({who: line.bars() for who, line in lines.items()})
    made, left = [], trace["budget_eur"]
    for number, row in enumerate(trace["rounds"], 1):
        left -= costs[row["winner"]]
        for line in lines.values():
            line.pay(row["payments"])
        made.append(_round(number, row, Apart({who: line.bars() for who, line in lines.items()}), left))
    electorate = trace["electorate"]
    return Rounds(
        electorate=None if electorate == "decided" else Electorate(electorate),
        share=Apart.read(trace["share"]).map(cents),
        papers=Apart.read(trace["papers"]),
        start=start,
        rounds=tuple(made),
    )


def _round(number: int, row: Mapping[str, Any], bars: Apart[Bars], left_eur: int) -> Round:
    return Round(
        number=number,
        winner=row["winner"],
        weight=row["effective"],
        tie=row["tie"],
        payers=Apart.read(row["payers"]),
        poor=Apart.read(row["poor"]),
        paid=Apart.read(row["paid"]).map(cents),
        each=-(-row["each"] // PER_CENT),
        candidates=tuple((key, weight) for key, weight in row["candidates"]),
        bars=bars,
        left_eur=left_eur,
    )


class _Line:
    """The papers of one electorate in a row, who keeps most first."""

    def __init__(self, trace: Trace, who: Electorate) -> None:
        self.share = int(trace["share"][who.value])
        groups = [number for number, group in enumerate(trace["groups"]) if group["electorate"] == who.value]
        history: dict[int, list[int]] = {group: [] for group in groups}
        for row in trace["rounds"]:
            paid = dict(_payments(row["payments"]))
            for group in groups:
                history[group].append(paid.get(group, 0))
        # Alike behaviour side by side: the sum paid first, then who paid earlier.
        self.order = sorted(groups, key=lambda group: (sum(history[group]), [-paid for paid in history[group]]))
        self.papers = {group: int(trace["groups"][group]["papers"]) for group in groups}
        self.money = dict.fromkeys(groups, self.share)
        self.before = dict(self.money)

    def pay(self, payments: Sequence[Sequence[int]]) -> None:
        self.before = dict(self.money)
        for group, amount in payments:
            if group in self.money:
                self.money[group] -= amount

    def bars(self) -> Bars:
        left, before = self._cut(self.money), self._cut(self.before)
        return Bars(left, tuple(was - now for was, now in zip(before, left, strict=True)))

    def _cut(self, money: Mapping[int, int]) -> tuple[int, ...]:
        """The average of each part of the row in per mille of the share. Parts may cut through a group."""
        total = sum(self.papers.values())
        count = min(BARS, total)
        sums = [0] * count
        place = 0  # in parts of 1/count of a paper, so that every border is a whole number
        for group in self.order:
            end = place + self.papers[group] * count
            while place < end:
                bar = place // total
                step = min(end, (bar + 1) * total) - place
                sums[bar] += step * money[group]
                place += step
        return tuple(part * PERMILLE // (total * self.share) if self.share else 0 for part in sums)


def _payments(rows: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(int(group), int(amount)) for group, amount in rows]

"""What is counted: options with their costs, and papers, equal ones once. Money is whole euros here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias

from bihaelt.votes.domain.counting.lots import lot_order
from bihaelt.votes.domain.supports import Electorate

Marks: TypeAlias = Sequence[str] | Sequence[Sequence[str | int]]
"""A canonical choice (docs/open-data.md): keys, or pairs of key and points."""
Group: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Numbers of options, ascending, and the points of each (all 1 on a paper with ticks)."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    cost_eur: int

    def __post_init__(self) -> None:
        if self.cost_eur <= 0:
            raise ValueError(f"the cost of {self.key} must be more than 0")


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers of one electorate that name at least one option. Equal papers stand once, ``counts`` says how often.

    ``choices[g]``: numbers of options, ascending. ``points[g]``: the points of each; None for papers with ticks.
    """

    choices: Sequence[tuple[int, ...]]
    counts: Sequence[int]
    points: Sequence[tuple[int, ...]] | None = None

    @property
    def total(self) -> int:
        return sum(self.counts)

    def groups(self) -> Iterable[tuple[tuple[int, ...], tuple[int, ...], int]]:
        """Options, points and papers of each group."""
        points = self.points or [(1,) * len(choice) for choice in self.choices]
        return zip(self.choices, points, self.counts, strict=True)


@dataclass(frozen=True, slots=True)
class Instance:
    """One question: a budget, its options in the order of the ballot, and the papers of one electorate, or of both.

    An option that costs more than the budget is never paid (the ballot refuses such options when it is set up; the pots
    of rule R3 may have them). Both electorates stand in one instance only for rule R2.
    """

    budget_eur: int
    options: tuple[Option, ...]
    papers: Mapping[Electorate, Papers]
    seed: str = ""
    lots: tuple[int, ...] = field(init=False)
    """The place of each option in the public lot."""

    def __post_init__(self) -> None:
        keys = [option.key for option in self.options]
        if len(set(keys)) != len(keys):
            raise ValueError("two options have the same key")
        place = {key: number for number, key in enumerate(lot_order(keys, self.seed))}
        object.__setattr__(self, "lots", tuple(place[key] for key in keys))

    @classmethod
    def of(
        cls, budget_eur: int, options: Iterable[Option], ballots: Mapping[Electorate, Iterable[Marks]], seed: str = ""
    ) -> Self:
        """From canonical choices, one per paper; empty papers are left out. KeyError: an option that is not there."""
        listed = tuple(options)
        number = {option.key: place for place, option in enumerate(listed)}
        grouped = {
            electorate: group(_numbered(marks, number) for marks in ballots[electorate])
            for electorate in Electorate
            if electorate in ballots
        }
        return cls(budget_eur, listed, grouped, seed)

    def votes(self) -> list[Mapping[Electorate, int]]:
        """Papers that name each option, each electorate on its own."""
        return self._tally(lambda _: 1)

    def points(self) -> list[Mapping[Electorate, int]]:
        """Points that each option has, each electorate on its own."""
        return self._tally(lambda points: points)

    def _tally(self, worth: Callable[[int], int]) -> list[Mapping[Electorate, int]]:
        tally: list[dict[Electorate, int]] = [dict.fromkeys(self.papers, 0) for _ in self.options]
        for electorate, papers in self.papers.items():
            for choice, points, count in papers.groups():
                for option, point in zip(choice, points, strict=True):
                    tally[option][electorate] += worth(point) * count
        return [*tally]

    def ticks(self) -> "Instance":
        """The same papers without their points: an option is named or not."""
        plain = {
            electorate: group(((choice, (1,) * len(choice)) for choice in papers.choices), papers.counts)
            for electorate, papers in self.papers.items()
        }
        return replace(self, papers=plain)

    def costing(self, number: int, cost_eur: int) -> "Instance":
        """The same question with another cost of one option."""
        options = list(self.options)
        options[number] = Option(options[number].key, cost_eur)
        return replace(self, options=tuple(options))

    def without(self, keys: Iterable[str], budget_eur: int | None = None) -> "Instance":
        """The same papers with these options taken off the ballot; papers that named nothing else are left out."""
        gone = set(keys)
        kept = [number for number, option in enumerate(self.options) if option.key not in gone]
        place = {old: new for new, old in enumerate(kept)}
        return Instance(
            self.budget_eur if budget_eur is None else budget_eur,
            tuple(self.options[number] for number in kept),
            {electorate: _restricted(papers, place) for electorate, papers in self.papers.items()},
            self.seed,
        )


def group(papers: Iterable[Group], counts: Iterable[int] | None = None) -> Papers:
    """Equal papers once, empty ones left out. Papers whose points are all 1 throughout are papers with ticks."""
    counted: Counter[Group] = Counter()
    if counts is None:
        counted.update(papers)
    else:
        for paper, count in zip(papers, counts, strict=True):
            counted[paper] += count
    counted.pop(((), ()), None)
    ticks = all(point == 1 for _, points in counted for point in points)
    return Papers(
        [choice for choice, _ in counted],
        [*counted.values()],
        None if ticks else [points for _, points in counted],
    )


def _numbered(marks: Marks, number: Mapping[str, int]) -> Group:
    pairs = sorted(
        (number[mark], 1) if isinstance(mark, str) else (number[str(mark[0])], int(mark[1])) for mark in marks
    )
    if len({option for option, _ in pairs}) != len(pairs) or any(points <= 0 for _, points in pairs):
        raise ValueError("a paper names an option twice, or gives no points to one that it names")
    return tuple(option for option, _ in pairs), tuple(points for _, points in pairs)


def _restricted(papers: Papers, place: Mapping[int, int]) -> Papers:
    kept = []
    for choice, points, _ in papers.groups():
        pairs = [(place[option], point) for option, point in zip(choice, points, strict=True) if option in place]
        kept.append((tuple(option for option, _ in pairs), tuple(point for _, point in pairs)))
    return group(kept, papers.counts)

"""The steps around Equal Shares: which share everybody gets, run after run, until the budget would be overrun.

``mes-add1-eur/1`` and ``points/1``: docs/counting.md; voting.md, section 8. ``mes/1``: one run with budget / papers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from bihaelt.votes.domain.counting.exact import UNITS, Shares
from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.supports import Electorate

if TYPE_CHECKING:
    from bihaelt.votes.domain.counting.equal_shares import Index, Run

Endowment: TypeAlias = Callable[[int], Shares]
"""Money of one paper (units of 10^-8 euro) at each step."""


class Ended(StrEnum):
    """How the steps ended (docs/open-data.md)."""

    NO_PAPERS = "no_papers"
    ALL_FIT = "all_fit"
    OVERRUN = "overrun"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step funds: numbers of options in order; ``cost_eur`` of all together."""

    step: int
    winners: tuple[int, ...]
    cost_eur: int


@dataclass(frozen=True, slots=True)
class Count:
    """A whole count. ``overrun``: the first step that costs more than the budget; ``runs``: steps looked at, with it.

    Runs that are known to end like their neighbours count as runs, although they were skipped.
    """

    instance: Instance
    ended: Ended
    decided: Outcome
    endowment: Endowment | None = None
    overrun: Outcome | None = None
    runs: int = 0
    drawn: bool = False
    """Whether a run was decided by the lot somewhere."""

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(self.instance.options[number].key for number in self.decided.winners)

    @property
    def left_eur(self) -> int:
        return self.instance.budget_eur - self.decided.cost_eur


def equal(instance: Instance) -> Endowment:
    """Everybody the same: floor(budget / papers) euros, and one euro more with each step. One electorate only."""
    ((electorate, papers),) = instance.papers.items()
    start = instance.budget_eur // papers.total
    return lambda step: {electorate: Fraction((start + step) * UNITS)}


def two_shares(instance: Instance, people_per_mille: int) -> Endowment:
    """Rule R2: the papers of people hold ``people_per_mille`` of all money, those of organisations the rest, at every step.

    The shares of people start at floor(their part / their papers) euros and grow by one euro; the share of an
    organisation keeps the proportion, rounded down to a unit. Where only one electorate has voted, it leads. An
    electorate without money does not belong into ``instance``: what it alone wants could never be paid.
    """
    parts = {Electorate.PEOPLE: people_per_mille, Electorate.ORGANISATIONS: 1000 - people_per_mille}
    totals = {electorate: papers.total for electorate, papers in instance.papers.items() if papers.choices}
    leading = next(electorate for electorate in Electorate if electorate in totals)
    start = instance.budget_eur * parts[leading] // (1000 * totals[leading])

    def shares(step: int) -> Mapping[Electorate, Fraction]:
        whole = start + step
        return {
            electorate: Fraction(whole * UNITS * parts[electorate] * totals[leading] // (parts[leading] * total))
            for electorate, total in totals.items()
        }

    return shares


def count(instance: Instance, endowment: Endowment | None = None) -> Count:
    """``mes-add1-eur/1``, or ``points/1`` where the papers have points. Default: everybody holds the same.

    Raises nothing: without papers nothing is funded. Skipping: docs/counting.md.
    """
    return Counting(instance).steps(endowment)


def count_once(instance: Instance) -> Count:
    """``mes/1``: one run with the share budget / papers (a fraction), no steps."""
    return Counting(instance).once()


class Counting:
    """Counts one instance; turning the papers round (the larger part of a single run) is done once."""

    def __init__(self, instance: Instance) -> None:
        self.instance = Instance(
            instance.budget_eur,
            instance.options,
            {electorate: papers for electorate, papers in instance.papers.items() if papers.choices},
            instance.seed,
        )

    def costing(self, number: int, cost_eur: int) -> "Counting":
        """The same papers with another cost of one option; they are not turned round again."""
        other = Counting(self.instance.costing(number, cost_eur))
        other.index = replace(self.index, instance=other.instance)
        return other

    @cached_property
    def index(self) -> "Index":
        return _engine().index(self.instance)  # type: ignore[no-any-return]

    def turn_round(self) -> None:
        """Do now what the first run would do: import the engine, and list the supporters of each option."""
        _ = self.index

    def run(self, shares: Shares) -> "Run":
        return _engine().run(self.index, shares)  # type: ignore[no-any-return]

    def once(self) -> Count:
        if not self.instance.papers:
            return Count(self.instance, Ended.NO_PAPERS, Outcome(0, (), 0))
        ((electorate, papers),) = self.instance.papers.items()
        share = {electorate: Fraction(self.instance.budget_eur * UNITS, papers.total)}
        run = self.run(share)
        return Count(self.instance, Ended.SINGLE, self._outcome(0, run), lambda _: share, None, 1, "lot" in run.ties)

    def steps(self, endowment: Endowment | None = None) -> Count:
        if not self.instance.papers:
            return Count(self.instance, Ended.NO_PAPERS, Outcome(0, (), 0))
        if (everything := self._all_fit()) is not None:
            return Count(self.instance, Ended.ALL_FIT, everything)
        endowment = endowment or equal(self.instance)
        runs: dict[int, Run] = {}
        decided, overrun = self._until_overrun(endowment, runs)
        drawn = any("lot" in run.ties for run in runs.values())
        return Count(self.instance, Ended.OVERRUN, decided, endowment, overrun, overrun.step + 1, drawn)

    def _all_fit(self) -> Outcome | None:
        """Everything that somebody named, most votes first, if the budget pays all of it."""
        options, budget = self.instance.options, self.instance.budget_eur
        votes = self.index.votes
        wanted = [number for number, option in enumerate(options) if any(votes[number]) and option.cost_eur <= budget]
        cost = sum(options[number].cost_eur for number in wanted)
        if cost > budget:
            return None
        lots = self.instance.lots
        wanted.sort(key=lambda n: (tuple(-v for v in votes[n]), options[n].cost_eur, lots[n]))
        return Outcome(0, tuple(wanted), cost)

    def _until_overrun(self, endowment: Endowment, runs: "dict[int, Run]") -> tuple[Outcome, Outcome]:
        """The last step before the first that costs more than the budget, and that one.

        Between two runs with the same fingerprint every run is the same, so the stride doubles while they are the same.
        """

        def at(step: int) -> "Run":
            if step not in runs:
                runs[step] = self.run(endowment(step))
            return runs[step]

        step, stride = 0, 1
        while True:
            here, there = at(step), at(step + stride)
            if here.fingerprint is not None and here.fingerprint == there.fingerprint:
                step, stride = step + stride, stride * 2
            elif stride > 1:
                stride //= 2
            else:
                outcome = self._outcome(step + 1, there)
                if outcome.cost_eur > self.instance.budget_eur:
                    return self._outcome(step, here), outcome
                step += 1

    def _outcome(self, step: int, run: "Run") -> Outcome:
        return Outcome(step, run.winners, sum(self.instance.options[number].cost_eur for number in run.winners))


def outside_rule(count: Count) -> str:
    """Pabulib's word for how the winners of one electorate were found, if programs that know it find the same ones.

    "equalshares/add1" differs from our rule in four corners: it draws no lots, it begins with a run at the exact share
    budget / papers, it has no end where everything fits, and it lets options dearer than the budget take part. In these
    we write "unknown", and verify.py recounts instead.
    """
    options, budget = count.instance.options, count.instance.budget_eur
    if count.ended is not Ended.OVERRUN or count.drawn or any(option.cost_eur > budget for option in options):
        return "unknown"
    first = count_once(count.instance)
    same = count.decided.step > 0 or set(first.decided.winners) == set(count.decided.winners)
    return "equalshares/add1" if same and not first.drawn else "unknown"


def _engine() -> ModuleType:
    # NumPy takes 25 MB and a tenth of a second: only a process that counts pays them, never a web worker that does not.
    from bihaelt.votes.domain.counting import equal_shares  # noqa: PLC0415

    return equal_shares

"""What a conference came to, in figures: people and organisations side by side, never added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import accumulate

from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import TAKEN, Outcome, Round, State
from bihaelt.votes.domain import Tally

Fate = Outcome | Round
NONE = Tally(0, 0)
FATES: tuple[Fate, ...] = (
    Outcome.ACCEPTED, Outcome.PARTLY, Outcome.EXISTS, Outcome.FORWARDED, Outcome.MERGED, Outcome.REJECTED,
    Round.CARRIED, Round.CLOSED, Round.OPEN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Proposals that are alike in everything the report counts by."""

    by_organisation: bool
    language: str
    cluster_id: int | None
    fate: Fate
    proposals: int
    supports_people: int
    supports_organisations: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast answers came: how many in all, how many before the deadline, and the median of their days."""

    answers: int
    in_time: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one conference. Tallies count proposals (or proposers, supports) by people and by organisations.

    ``expected`` is the number of proposals that are owed an answer.
    """

    proposals: Tally
    proposers: Tally
    supports: Tally
    taken: Tally
    fates: Sequence[tuple[Fate, Tally]]
    languages: Sequence[tuple[str, Tally]]
    clusters: Mapping[int | None, tuple[Tally, Tally]]
    withdrawn: int
    speed: Speed
    expected: int

    @property
    def share_in_time(self) -> float | None:
        return self.speed.in_time / self.expected if self.expected else None


def fate_of(state: State, outcome: Outcome | None, result: Round, *, still_here: bool) -> Fate:
    """What became of a proposal in one conference; ``still_here`` says that it has not moved on to a later one."""
    if not still_here or result is Round.CARRIED:
        return Round.CARRIED
    if outcome is not None:
        return outcome
    return Round.CLOSED if state is State.CLOSED else Round.OPEN


def plus(one: Tally, other: Tally) -> Tally:
    """Each electorate on its own."""
    return Tally(one.people + other.people, one.organisations + other.organisations)


def figures_from(cells: Sequence[Cell], proposers: Tally, withdrawn: int, speed: Speed) -> Figures:
    fates = {fate: _count(cell for cell in cells if cell.fate == fate) for fate in FATES}
    languages = sorted({cell.language for cell in cells})
    by_language = [(language, _count(cell for cell in cells if cell.language == language)) for language in languages]
    by_language.sort(key=lambda row: (-row[1].people, -row[1].organisations))
    clusters = {
        cluster: (
            _count(cell for cell in cells if cell.cluster_id == cluster),
            _count(cell for cell in cells if cell.cluster_id == cluster and cell.fate in TAKEN),
        )
        for cluster in {cell.cluster_id for cell in cells}
    }
    return Figures(
        proposals=_count(cells),
        proposers=proposers,
        supports=Tally(sum(cell.supports_people for cell in cells), sum(cell.supports_organisations for cell in cells)),
        taken=_count(cell for cell in cells if cell.fate in TAKEN),
        fates=[(fate, tally) for fate, tally in fates.items() if tally != NONE],
        languages=by_language,
        clusters=clusters,
        withdrawn=withdrawn,
        speed=speed,
        expected=sum(cell.proposals for cell in cells),
    )


def _count(cells: Iterable[Cell]) -> Tally:
    tally = NONE
    for cell in cells:
        one = Tally(0, cell.proposals) if cell.by_organisation else Tally(cell.proposals, 0)
        tally = plus(tally, one)
    return tally


def median(days: Sequence[tuple[int, int]]) -> int | None:
    """The median of (value, how often) pairs, rounded down between two; None without any."""
    total = sum(count for _, count in days)
    if not total:
        return None
    return (_nth(days, (total - 1) // 2) + _nth(days, total // 2)) // 2


def _nth(days: Sequence[tuple[int, int]], place: int) -> int:
    """The value at ``place`` when all are laid out in order."""
    ordered = sorted(days)
    reached = accumulate(count for _, count in ordered)
    return next(value for (value, _), end in zip(ordered, reached, strict=True) if place < end)


# What the next conference is asked about: these wait for the city (unless a checked decision only waits for its
# publication). What is with its author moves along by itself.
OPEN = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.PUBLISHED})
WITH_AUTHOR = frozenset({State.DRAFT, State.RETURNED})


class Choice(StrEnum):
    """What becomes of an open proposal when the next conference is made."""

    CARRY = "carry"
    CLOSE = "close"
    MERGE = "merge"


labelled(
    {
        Choice.CARRY: N_("Carry to the next conference"),
        Choice.CLOSE: N_("Close, with a reason"),
        Choice.MERGE: N_("Merge with another proposal"),
    }
)


def choices_for(state: State, answer_by: date | None, today: date) -> frozenset[Choice]:
    """What may become of an open proposal.

    One that the city has not checked yet can only be carried: it must not fail because the city was slow. One whose
    author did not answer in time may be closed. Published ones may also be merged.
    """
    if state is State.PUBLISHED:
        return frozenset(Choice)
    late = state is State.NEEDS_INFO and answer_by is not None and answer_by < today
    return frozenset({Choice.CARRY, Choice.CLOSE}) if late else frozenset({Choice.CARRY})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plan owner's choice for one proposal: ``reason`` for closing and merging, ``target_id`` for merging."""

    choice: Choice
    reason: str = ""
    target_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All choices: one per proposal where one was made, and what becomes of all the others.

    ``body`` names who decides, for the answers of merged proposals; ``language`` is that of the reasons (Babel id).
    """

    language: str
    body: str
    default: Chosen = field(default_factory=lambda: Chosen(Choice.CARRY))
    chosen: Mapping[int, Chosen] = field(default_factory=dict)

"""A stored result as plain values: who won in which count, what it cost, and how many got something they wanted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import CountRule, DecisionRule
from bihaelt.votes.domain.supports import Electorate

Trace: TypeAlias = Mapping[str, Any]
"""The trace of one count; its form is in docs/open-data.md."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An option in figures. ``votes``: papers that name it; ``answers``: yes, no and abstain of each electorate."""

    key: str
    cost_eur: int
    votes: Apart[int]
    points: Apart[int]
    answers: Apart[Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Greedy:
    """The same papers, counted by "most votes first". ``success`` as in ``Column``."""

    winners: tuple[str, ...]
    spent_eur: int
    left_eur: int
    success: Apart[int]


@dataclass(frozen=True, slots=True)
class Column:
    """One way to look at a question: only people, only organisations, or as decided. Euros are whole.

    ``success``: papers that name at least one winner; empty where single papers are kept back. ``greedy`` is None
    where that is not another way of counting, or the decision has several counts.
    """

    winners: tuple[str, ...]
    spent_eur: int
    left_eur: int
    papers: Apart[int]
    success: Apart[int]
    greedy: Greedy | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What the decision rule makes of the electorates. ``parameter``: per cent (R1) or per mille (R2, R3).

    ``barred``: options of R1 below the percentage, with the papers that name them. ``counts``: the traces that decide.
    """

    rule: DecisionRule
    parameter: int | None
    column: Column
    barred: Mapping[str, Apart[int]]
    counts: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A counted question. ``alone`` has the column of each electorate that voted, ``traces`` what it comes from.

    ``withheld``: fewer papers than may be shown one by one, so that only winners and totals are here.
    """

    question: str
    budget_eur: int
    rule: CountRule
    figures: tuple[Figure, ...]
    alone: Apart[Column]
    traces: Apart[Trace]
    decided: Decided
    withheld: bool

    @property
    def place(self) -> Mapping[str, int]:
        """The number of each winner, from 1, in the order of the decision."""
        return {key: number for number, key in enumerate(self.decided.column.winners, 1)}


def read_result(
    document: Mapping[str, Any], rule: CountRule, budget_eur: int, options: Sequence[tuple[str, int]]
) -> Result:
    """From the document of a question (docs/open-data.md, "Trace").

    ``options``: key and cost of each, in the order of the ballot; they are needed where nobody has voted at all.
    """
    traces = Apart({who: document[who.value] for who in Electorate if document[who.value] is not None})
    decided = document["decided"]
    counts = tuple(decided["counts"])
    deciding = counts or tuple(trace for who, trace in traces.items() if who is Electorate.PEOPLE)
    return Result(
        question=document["question"],
        budget_eur=budget_eur,
        rule=rule,
        figures=tuple(_figure(key, cost, traces) for key, cost in options),
        alone=traces.map(_column),
        traces=traces,
        decided=Decided(
            rule=DecisionRule(decided["rule"]),
            parameter=decided["parameter"],
            column=_decided(decided, deciding, traces),
            barred={
                row["key"]: Apart.read({who.value: row[who.value] for who in Electorate if who.value in row})
                for row in decided["barred"]
            },
            counts=deciding,
        ),
        withheld=any(trace.get("withheld", False) for _, trace in traces.items()),
    )


def _figure(key: str, cost_eur: int, traces: Apart[Trace]) -> Figure:
    rows = traces.map(lambda trace: next((row for row in trace["options"] if row["key"] == key), None))

    def of(name: str) -> Apart[Any]:
        return Apart({who: row[name][who.value] for who, row in rows.items() if row and who.value in row.get(name, ())})

    return Figure(key, cost_eur, of("votes"), of("points"), of("answers"))


def _column(trace: Trace) -> Column:
    return Column(
        winners=tuple(trace["winners"]),
        spent_eur=trace["spent_eur"],
        left_eur=trace["left_eur"],
        papers=Apart.read(trace["papers"]),
        success=Apart.read(trace.get("success", {})),
        greedy=_greedy(trace),
    )


def _greedy(trace: Trace) -> Greedy | None:
    found = trace.get("greedy")
    if not found:
        return None
    return Greedy(tuple(found["winners"]), found["spent_eur"], found["left_eur"], Apart.read(found["success"]))


def _decided(decided: Mapping[str, Any], deciding: Sequence[Trace], traces: Apart[Trace]) -> Column:
    """The decision counts for both electorates: each paper of either may have got something it names."""
    winners = tuple(decided["winners"])
    return Column(
        winners=winners,
        spent_eur=decided["spent_eur"],
        left_eur=decided["left_eur"],
        papers=Apart({who: trace["papers"][who.value] for who, trace in traces.items()}),
        success=Apart(
            {who: _successful(trace["groups"], winners) for who, trace in traces.items() if "groups" in trace}
        ),
        greedy=_greedy(deciding[0]) if len(deciding) == 1 else None,
    )


def _successful(groups: Iterable[Mapping[str, Any]], winners: Iterable[str]) -> int:
    """How many papers name at least one of the winners. All of them are of one electorate."""
    won = frozenset(winners)
    return sum(group["papers"] for group in groups if not won.isdisjoint(_named(group["choice"])))


def _named(choice: Iterable[Any]) -> Iterable[str]:
    return (mark if isinstance(mark, str) else mark[0] for mark in choice)

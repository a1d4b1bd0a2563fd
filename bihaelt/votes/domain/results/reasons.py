"""Why each option won or did not, whatever the rule: figures for plain words, all of them out of the stored traces."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from bihaelt.marks import N_, labelled
from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import CountRule, DecisionRule
from bihaelt.votes.domain.counting import explain
from bihaelt.votes.domain.results.reading import Figure, Result, Trace
from bihaelt.votes.domain.supports import Electorate

PER_CENT = 10**6
"""Money in a trace is whole numbers of 10^-8 euro: this many make a cent."""
PER_VOTE = 10**6
"""Weights of votes in a trace are whole numbers of 10^-6."""
WITH_SHARES = frozenset({CountRule.EQUAL_SHARES, CountRule.POINTS})


class Why(StrEnum):
    """Why an option did not win. The first six are those of a trace of Equal Shares."""

    NO_VOTES = "no_votes"
    TOO_DEAR = "too_dear"
    NOT_COMPLETED = "not_completed"
    TOO_FEW = "too_few"
    BEATEN = "beaten"
    ALREADY_USED = "already_used"
    BARRED = "barred"
    NO_MONEY = "no_money"
    MORE_NO = "more_no"
    PAIR_LOST = "pair_lost"
    DROPPED_OUT = "dropped_out"
    WITHHELD = "withheld"


labelled(
    {Why(name): words for name, words in explain.REASONS.items()}
    | {
        Why.BARRED: N_("People and organisations both have to want it, and too few did."),
        Why.NO_MONEY: N_("When its turn came, too little money was left."),
        Why.MORE_NO: N_("It did not have more yes than no."),
        Why.PAIR_LOST: N_("Compared with the winner, fewer put it first."),
        Why.DROPPED_OUT: N_("It dropped out, because the fewest put it first."),
        Why.WITHHELD: N_("The reason cannot be shown: with so few papers it would show how single people voted."),
    }
)


@dataclass(frozen=True, slots=True)
class Won:
    """How an option won in one count. Without rounds (everything fitted the budget, or another rule) most is empty.

    ``paid`` and ``each`` are cents, ``each`` is the most that one paper pays; ``weight`` and ``ahead`` (of the next
    one, ``next``) are votes in units of 10^-6. ``tie``: what decided between equals ("cost", "votes", "lot").
    ``fits``: everything that anybody named could be paid.
    """

    round: int | None = None
    rounds: int = 0
    payers: Apart[int] = field(default_factory=lambda: Apart({}))
    poor: Apart[int] = field(default_factory=lambda: Apart({}))
    paid: Apart[int] = field(default_factory=lambda: Apart({}))
    each: int = 0
    weight: int = 0
    next: str | None = None
    ahead: int = 0
    tie: str | None = None
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of an option's supporters in one electorate, in cents: at the start, spent on winners, left at the end."""

    had: int
    used: int
    left: int
    spent_on: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Why an option did not win in one count.

    ``round`` and ``by``: the last round in which it could be paid, and who won it. ``support``: per mille of its cost
    that its supporters could still pay at the end. ``cheaper_eur`` and ``more_papers``: each alone would have been
    enough. ``for_it`` and ``against_it``: papers in the comparison that it lost. ``left_eur``: money when its turn came.
    """

    why: Why
    round: int | None = None
    by: str | None = None
    purses: Apart[Purse] = field(default_factory=lambda: Apart({}))
    support: int = 0
    cheaper_eur: int | None = None
    more_papers: int | None = None
    for_it: Apart[int] = field(default_factory=lambda: Apart({}))
    against_it: Apart[int] = field(default_factory=lambda: Apart({}))
    left_eur: int | None = None


Outcome: TypeAlias = Won | Lost


@dataclass(frozen=True, slots=True)
class Reasons:
    """An option in the decision: its figures, its place among the winners (None: it lost), and why.

    ``pots``: the outcome in each count that decides; two of them, with their electorate, under rule R3, else one
    under None. ``advice``: whether it wins in the count of each electorate alone.
    """

    figure: Figure
    place: int | None
    pots: tuple[tuple[Electorate | None, Outcome], ...]
    advice: Apart[bool]

    @property
    def split(self) -> bool:
        """Whether an electorate alone decides otherwise than the decision."""
        return any(wins is not (self.place is not None) for _, wins in self.advice.items())


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All options of a question: winners in their order, then the others in the order of the ballot."""

    winners: tuple[Reasons, ...]
    losers: tuple[Reasons, ...]


def verdicts(result: Result) -> Verdicts:
    """Every option of a counted question with its reasons."""
    place = result.place
    found = [_reasons(result, figure, place.get(figure.key)) for figure in result.figures]
    return Verdicts(
        winners=tuple(sorted((row for row in found if row.place), key=lambda row: row.place or 0)),
        losers=tuple(row for row in found if not row.place),
    )


def _reasons(result: Result, figure: Figure, place: int | None) -> Reasons:
    split = result.decided.rule is DecisionRule.R3
    pots: list[tuple[Electorate | None, Outcome]] = []
    for trace in result.decided.counts:
        if any(row["key"] == figure.key for row in trace["options"]):
            pots.append((Electorate(trace["electorate"]) if split else None, _outcome(trace, result.rule, figure)))
    if place:  # the pot that did not pay for a winner has nothing to say about it
        pots = [(who, outcome) for who, outcome in pots if isinstance(outcome, Won)] or [(None, Won())]
    elif figure.key in result.decided.barred:
        pots = [(None, Lost(Why.BARRED, for_it=result.decided.barred[figure.key]))]
    elif not pots:
        pots = [(None, Lost(Why.NO_VOTES))]
    advice = result.alone.map(lambda column: figure.key in column.winners)
    return Reasons(figure, place, tuple(pots), advice)


def _outcome(trace: Trace, rule: CountRule, figure: Figure) -> Outcome:
    """How the option of ``figure`` fared in one count."""
    key = figure.key
    if rule in WITH_SHARES:
        return _won(trace, key) if key in trace["winners"] else _lost(trace, key)
    if trace.get("withheld"):
        return Won() if key in trace["winners"] else Lost(Why.WITHHELD)
    return OTHERS[rule](trace, figure)


def _won(trace: Trace, key: str) -> Won:
    found = None if trace.get("withheld") else explain.won(trace, key)  # type: ignore[arg-type]
    if found is None or not found.round:
        return Won(fits=found is not None)
    others = [row for row in trace["rounds"][found.round - 1]["candidates"] if row[0] != key]
    second, weight = others[0] if others else (None, 0)
    return Won(
        round=found.round,
        rounds=found.rounds,
        payers=Apart.read(found.payers),
        poor=Apart.read(found.poor),
        paid=Apart.read(found.paid).map(cents),
        each=-(-found.each // PER_CENT),
        weight=found.effective_millionths,
        next=second,
        ahead=found.effective_millionths - weight,
        tie=found.tie,
    )


def _lost(trace: Trace, key: str) -> Lost:
    found = None if trace.get("withheld") else explain.lost(trace, key)  # type: ignore[arg-type]
    if found is None:
        return Lost(Why.WITHHELD if trace.get("withheld") else Why.NO_VOTES)
    return Lost(
        why=Why(found.reason),
        round=found.round,
        by=found.by,
        purses=Apart({who: _purse(found, who.value) for who in Electorate if who.value in found.had}),
        support=found.support_per_mille,
        cheaper_eur=found.cheaper_eur,
        more_papers=found.more_papers,
    )


def _purse(found: explain.Lost, who: str) -> Purse:
    had, left = cents(found.had[who]), cents(found.left[who])
    spent = tuple((winner, cents(money)) for winner, money in found.spent_on[who])
    return Purse(had, had - left, left, spent)


def cents(money: int) -> int:
    """The nearest whole cents of an amount of a trace."""
    return (money + PER_CENT // 2) // PER_CENT


def _in_order(trace: Trace, figure: Figure) -> Outcome:
    """Most votes first: whoever is too dear for what is left is skipped."""
    left = trace["budget_eur"]
    for row in trace["order"]:
        if row["key"] == figure.key:
            return Won() if row["funded"] else Lost(Why.NO_MONEY, left_eur=left)
        left = row["left_eur"]
    return Lost(Why.NO_VOTES)


def _majority(trace: Trace, figure: Figure) -> Outcome:
    return _in_order(trace, figure) if figure.key in trace["accepted"] else Lost(Why.MORE_NO)


def _schulze(trace: Trace, figure: Figure) -> Outcome:
    keys = [row["key"] for row in trace["options"]]
    if figure.key in trace["winners"] or not trace["winners"]:
        return Won() if trace["winners"] else Lost(Why.NO_VOTES)
    who, winner = _who(trace), trace["winners"][0]
    mine, theirs = keys.index(figure.key), keys.index(winner)
    return Lost(
        Why.PAIR_LOST, by=winner, for_it=Apart({who: trace["prefer"][mine][theirs]}),
        against_it=Apart({who: trace["prefer"][theirs][mine]}),
    )  # fmt: skip


def _runoff(trace: Trace, figure: Figure) -> Outcome:
    if figure.key in trace["winners"]:
        return Won(round=len(trace["rounds"]), rounds=len(trace["rounds"]))
    who = _who(trace)
    for number, row in enumerate(trace["rounds"], 1):
        first = dict(_pairs(row["first"]))
        if row["out"] == figure.key or number == len(trace["rounds"]):
            by = trace["winners"][0] if trace["winners"] else None
            return Lost(Why.DROPPED_OUT, round=number, by=by, for_it=Apart({who: first.get(figure.key, 0)}))
    return Lost(Why.NO_VOTES)


def _who(trace: Trace) -> Electorate:
    """Whose papers these are, in a count of one electorate."""
    (electorate,) = trace["papers"]
    return Electorate(electorate)


def _pairs(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, int]]:
    return ((str(key), int(papers)) for key, papers in rows)


OTHERS: Mapping[CountRule, Callable[[Trace, Figure], Outcome]] = {
    CountRule.GREEDY: _in_order,
    CountRule.MAJORITY: _majority,
    CountRule.SCHULZE: _schulze,
    CountRule.INSTANT_RUNOFF: _runoff,
}

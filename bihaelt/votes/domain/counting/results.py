"""Everything about one question: what people want, what organisations want, what is decided. One object, ready to be published.

This is the door through which pages, jobs and exports come: canonical choices in, traces out (docs/open-data.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import SPLITTING, CountRule, DecisionRule
from bihaelt.votes.domain.counting import explain, majority, mes, other_traces, ranking, trace
from bihaelt.votes.domain.counting.decision_rules import Barred, Decision, alone, below, decide
from bihaelt.votes.domain.counting.instance import Instance, Option, Papers
from bihaelt.votes.domain.counting.trace import Trace
from bihaelt.votes.domain.supports import Electorate

Choices: TypeAlias = Apart[Sequence[Any]]
"""Canonical choices (docs/open-data.md, "openings") of each electorate, one per paper; empty ones may be among them."""
SHARING = frozenset({CountRule.EQUAL_SHARES, CountRule.POINTS})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and how it is counted. ``parameter``: see ``decision_rules.decide``. ``seed``: of the public lot."""

    key: str
    budget_eur: int
    options: tuple[Option, ...]
    count_rule: CountRule = CountRule.EQUAL_SHARES
    decision_rule: DecisionRule = DecisionRule.R0
    parameter: int | None = None
    seed: str = ""


def results(asked: Asked, choices: Choices, *, what_if: bool = False) -> Trace:
    """The object ``results/<question>.json``. ``what_if``: also search what would have been enough (many counts).

    Raises ValueError for a rule that splits money with papers that spend none, KeyError for an unknown option.
    """
    if asked.count_rule in SHARING:
        return _shared(asked, choices, what_if)
    if asked.decision_rule in SPLITTING:
        raise ValueError("this decision rule needs papers that spend money by Equal Shares")
    bare = Instance(asked.budget_eur, asked.options, {}, asked.seed)
    traces = {of: _other(asked, bare, of, each, of.value) for of, each in choices.items()}
    barred: tuple[Barred, ...] = ()
    if asked.decision_rule is DecisionRule.R1:
        assert asked.parameter is not None, "R1 has a parameter"
        papered = Instance(asked.budget_eur, asked.options, _sizes(choices), asked.seed)
        barred = below(papered, choices.map(lambda each: _named(asked, bare, each)), asked.parameter)
    decided = traces[Electorate.PEOPLE]
    if barred:
        gone = {each.key for each in barred}
        people = [_without(choice, gone) for choice in choices[Electorate.PEOPLE]]
        decided = _other(asked, bare.without(gone), Electorate.PEOPLE, people, "decided")
    return {
        **_sides(asked, {of: traces[of] if any(each) else None for of, each in choices.items()}),
        "decided": {
            "rule": asked.decision_rule.value,
            "parameter": asked.parameter if asked.decision_rule is DecisionRule.R1 else None,
            "winners": decided["winners"],
            "spent_eur": decided["spent_eur"],
            "left_eur": decided["left_eur"],
            "barred": _barred(barred),
            "counts": [decided] if asked.decision_rule is DecisionRule.R1 else [],
        },
    }


def _sides(asked: Asked, traces: dict[Electorate, Trace | None]) -> Trace:
    return {
        "v": 1,
        "question": asked.key,
        "people": traces[Electorate.PEOPLE],
        "organisations": traces[Electorate.ORGANISATIONS],
    }


def _barred(barred: Iterable[Barred]) -> list[Trace]:
    return [{"key": each.key, **{of.value: papers for of, papers in each.named.items()}} for each in barred]


# --- Equal Shares ---------------------------------------------------------------------------------------------------


def _shared(asked: Asked, choices: Choices, what_if: bool) -> Trace:
    instance = Instance.of(asked.budget_eur, asked.options, dict(choices.items()), asked.seed)
    traces: dict[Electorate, Trace | None] = {}
    for electorate, papers in instance.papers.items():
        count = mes.count(alone(instance, electorate))
        traces[electorate] = _trace(asked, count, electorate.value, what_if) if papers.choices else None
    decision = decide(instance, asked.decision_rule, asked.parameter)
    return {**_sides(asked, traces), "decided": _decided(asked, decision, what_if)}


def _trace(asked: Asked, count: mes.Count, electorate: str, what_if: bool) -> Trace:
    losers = [option.key for option in count.instance.options if option.key not in count.winners]
    enough = explain.what_if(count, losers) if what_if else None
    return trace.of_equal_shares(
        count, rule=asked.count_rule.value, question=asked.key, electorate=electorate, enough=enough
    )


def _decided(asked: Asked, decision: Decision, what_if: bool) -> Trace:
    electorates = ("people", "organisations") if decision.rule is DecisionRule.R3 else ("decided",)
    # With two shares (R2) the money of a paper hangs on how many others there are of each kind: nothing is searched there.
    what_if = what_if and decision.rule is not DecisionRule.R2
    return {
        "rule": decision.rule.value,
        "parameter": decision.parameter,
        "winners": [*decision.winners],
        "spent_eur": decision.spent_eur,
        "left_eur": decision.left_eur,
        "barred": _barred(decision.barred),
        "counts": [
            _trace(asked, count, electorate, what_if)
            for count, electorate in zip(decision.counts, electorates, strict=False)
        ],
    }


# --- the other rules ------------------------------------------------------------------------------------------------


def _other(asked: Asked, bare: Instance, of: Electorate, choices: Sequence[Any], shown: str) -> Trace:
    if asked.count_rule is CountRule.GREEDY:
        instance = Instance.of(bare.budget_eur, bare.options, {of: choices}, bare.seed)
        return other_traces.of_greedy(instance, question=asked.key, electorate=shown)
    if asked.count_rule is CountRule.MAJORITY:
        count = majority.count(bare, choices)
        return other_traces.of_majority(bare, count, of, question=asked.key, electorate=shown)
    papers = ranking.rankings(bare, choices)
    rule = asked.count_rule.value
    return other_traces.of_ranking(bare, papers, of, rule=rule, question=asked.key, electorate=shown)


def _named(asked: Asked, bare: Instance, choices: Sequence[Any]) -> list[int]:
    """Papers that name each option; with yes, no and abstain: that say yes to it."""
    if asked.count_rule is CountRule.MAJORITY:
        return [each.yes for each in majority.answers_of(bare, choices)[0]]
    return [sum(option.key in choice for choice in choices) for option in bare.options]


def _sizes(choices: Choices) -> dict[Electorate, Papers]:
    """Only how many papers there are."""
    return {of: Papers([()], [sum(1 for choice in each if choice)]) for of, each in choices.items()}


def _without(choice: Sequence[Any], gone: set[str]) -> list[Any]:
    return [mark for mark in choice if (mark if isinstance(mark, str) else mark[0]) not in gone]

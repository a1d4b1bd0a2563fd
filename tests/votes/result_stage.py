"""Counted ballots without a vote: the papers are given, the counting is the real one."""

import json
from typing import Any

from bihaelt.votes.domain import DecisionRule, Electorate, Method
from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import BallotState, CountRule
from bihaelt.votes.domain.counting.instance import Option
from bihaelt.votes.domain.counting.results import Asked, results
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.domain.protocol.canonical import canonical
from bihaelt.votes.models import Ballot, Count, TurnoutHour
from bihaelt.votes.operations.log import append
from bihaelt.votes.queries.ballots import QuestionFacts, questions
from tests.factories import NOW, add
from tests.votes.ballot_stage import make_ballot, ring_of

KEYS = "abcdefghij"


def document(
    people: list[Any],
    organisations: list[Any] = (),
    *,
    costs: list[int],
    budget: int,
    rule: CountRule = CountRule.EQUAL_SHARES,
    decision: DecisionRule = DecisionRule.R0,
    parameter: int | None = None,
    keys: list[str] | None = None,
    question: str = "q",
    what_if: bool = True,
) -> dict[str, Any]:
    """What the count of one question stores. Options are called a, b, c … unless ``keys`` says otherwise.

    ``what_if``: with what would have been enough, which counts many times over.
    """
    options = tuple(Option(key, cost) for key, cost in zip(keys or KEYS, costs, strict=False))
    asked = Asked(question, budget, options, rule, decision, parameter, "Ziehung")
    found = results(asked, Apart.both(people, list(organisations)), what_if=what_if)
    return json.loads(canonical(found))


def spelt(question: QuestionFacts, choices: list[Any]) -> list[Any]:
    """Choices in a, b, c … as choices in the keys of a question's options."""
    names = {letter: option.key for letter, option in zip(KEYS, question.options, strict=False)}
    return [
        sorted(names[mark] if isinstance(mark, str) else [names[mark[0]], mark[1]] for mark in choice)
        for choice in choices
    ]


def make_counted(
    session, app, people: list[Any], organisations: list[Any] = (), *, state=BallotState.CERTIFIED, verified=(400, 30),
    voters: tuple[int, int] | None = None, what_if: bool = False, **values: Any,
) -> Ballot:  # fmt: skip
    """A ballot that was counted: the same papers (in letters) in each of its questions."""
    ballot = make_ballot(session, app, **values)
    close(session, app, ballot, verified, voters or (len(people), len(organisations)))
    count(session, ballot, people, organisations, what_if)
    ballot.state = BallotState.COUNTED
    ballot.counted_at = NOW
    session.flush()
    if state is BallotState.CERTIFIED:
        ballot.state, ballot.certified_at = state, NOW
    session.flush()
    return ballot


def close(session, app, ballot, verified=(400, 30), voters=(0, 0)) -> None:
    rolls = [leaves.Roll(*pair) for pair in zip(verified, voters, strict=True)]
    signer = ring_of(app).signer(ballot.key, ballot.origin)
    append(session, ballot=ballot, entries=[leaves.Closed(*rolls)], signer=signer, now=NOW)
    ballot.state, ballot.closed_at = BallotState.CLOSED, NOW
    for electorate, number in zip(Electorate, voters, strict=True):
        add(
            session,
            TurnoutHour(
                ballot_id=ballot.id, electorate=electorate, channel="online", hour=NOW, account_age="older", shard=0,
                voters=number, casts=number,
            ),
        )  # fmt: skip


def count(session, ballot, people, organisations=(), what_if=False) -> None:
    ballot.run += 1
    for question in questions(session, ballot):
        found = document(
            spelt(question, people),
            spelt(question, list(organisations)),
            costs=[option.cost_eur for option in question.options],
            budget=question.budget_eur,
            rule=ballot.count_rule,
            decision=ballot.decision_rule,
            parameter={DecisionRule.R0: None, DecisionRule.R1: ballot.percent}.get(
                ballot.decision_rule, ballot.people_per_mille
            ),
            keys=[option.key for option in question.options],
            question=question.key,
            what_if=what_if,
        )
        decided = found["decided"]
        row = Count(
            question_id=question.id, run=ballot.run, result=canonical(found).decode(), counted_at=NOW,
            spent_eur=decided["spent_eur"], left_eur=decided["left_eur"],
        )  # fmt: skip
        add(session, row)


METHODS = {
    Method.APPROVAL: [["a", "b"]] * 30 + [["a", "c"]] * 14 + [["c"]] * 9 + [["b", "d"]] * 5,
    Method.POINTS: [[["a", 6], ["b", 4]]] * 30 + [[["c", 10]]] * 20,
    Method.YES_NO_ABSTAIN: [[["a", "yes"], ["b", "no"], ["c", "abstain"]]] * 25 + [[["a", "yes"], ["c", "yes"]]] * 5,
    Method.RANKING: [["a", "b", "c"]] * 20 + [["b", "c", "a"]] * 15,
}

"""Counting a closed ballot. The result is stored whole; every figure on a page is read from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.states import step
from bihaelt.verdicts import Conflict
from bihaelt.votes.domain.ballots import TRANSITIONS, BallotState, DecisionRule
from bihaelt.votes.domain.counting.decision_rules import Apart
from bihaelt.votes.domain.counting.instance import Option
from bihaelt.votes.domain.counting.results import Asked, results
from bihaelt.votes.domain.protocol.canonical import canonical
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Ballot, Count
from bihaelt.votes.operations.locks import lock_ballot
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.ballots import QuestionFacts
from bihaelt.votes.queries.papers import Group, groups


def count(session: Session, *, ballot: Ballot, by: Voice, now: datetime, what_if: bool = True) -> int:
    """Count all questions of a closed ballot anew and return the number of this count, from 1.

    ``what_if``: also search what would have been enough for each that lost, which counts many times over. Counting
    twice the same papers gives the same result. Raises Conflict before the close and before the draw's numbers.
    """
    lock_ballot(session, ballot)
    if ballot.state is not BallotState.CLOSED:
        raise Conflict(N_("A vote is counted once it is closed."))
    if not ballot.lots_seed:
        raise Conflict(N_("The numbers of the public draw have to be entered first."))
    ballot.run += 1
    for question in queries.questions(session, ballot):
        found = results(_asked(ballot, question), _choices(groups(session, question.id)), what_if=what_if)
        decided = found["decided"]
        session.add(
            Count(
                question_id=question.id,
                run=ballot.run,
                result=canonical(found).decode(),
                spent_eur=decided["spent_eur"],
                left_eur=decided["left_eur"],
                counted_at=now,
            )
        )
    ballot.state, ballot.counted_at = step(TRANSITIONS, ballot.state, BallotState.COUNTED), now
    record(session, act="ballot.counted", subject=ballot, by=by, now=now, count=ballot.run)
    session.flush()
    return ballot.run


def _asked(ballot: Ballot, question: QuestionFacts) -> Asked:
    parameters = {
        DecisionRule.R1: ballot.percent,
        DecisionRule.R2: ballot.people_per_mille,
        DecisionRule.R3: ballot.people_per_mille,
    }
    return Asked(
        key=question.key,
        budget_eur=question.budget_eur,
        options=tuple(Option(option.key, option.cost_eur) for option in question.options),
        count_rule=ballot.count_rule,
        decision_rule=ballot.decision_rule,
        parameter=parameters.get(ballot.decision_rule),
        seed=ballot.lots_seed,
    )


def _choices(found: Sequence[Group]) -> Apart[Sequence[Any]]:
    """Every paper's choice, by electorate; equal papers share one object."""
    papers: dict[Electorate, list[Any]] = {electorate: [] for electorate in Electorate}
    for group in found:
        papers[group.electorate] += [group.choice] * group.papers
    return Apart(papers[Electorate.PEOPLE], papers[Electorate.ORGANISATIONS])

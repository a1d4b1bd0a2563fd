"""Counting a closed ballot. The result is stored whole; every figure on a page is read from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.states import step
from bihaelt.verdicts import Conflict
from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import TRANSITIONS, BallotState, DecisionRule
from bihaelt.votes.domain.counting.instance import Option
from bihaelt.votes.domain.counting.results import Asked, results
from bihaelt.votes.domain.counting.trace import Trace
from bihaelt.votes.domain.protocol.canonical import canonical
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Ballot, Count
from bihaelt.votes.operations.locks import lock_ballot
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.ballots import QuestionFacts
from bihaelt.votes.queries.papers import Group, groups
from bihaelt.votes.queries.results import is_explained

SMALL = 5_000
"""Different papers times options: up to here it takes no second to search what would have been enough as well."""


def count(session: Session, *, ballot: Ballot, by: Voice, now: datetime) -> int:
    """Count all questions of a closed ballot anew and return the number of this count, from 1.

    In a small vote it is searched at once what would have been enough for each that lost; that counts many times over,
    and in a large vote it is left to the worker (``explained``, ``explain_later``). Counting twice the same papers gives the
    same result. Raises Conflict before the close and before the draw's numbers.
    """
    lock_ballot(session, ballot)
    if ballot.state is not BallotState.CLOSED:
        raise Conflict(N_("A vote is counted once it is closed."))
    if not ballot.lots_seed:
        raise Conflict(N_("The numbers of the public draw have to be entered first."))
    asked = queries.questions(session, ballot)
    papers = {question.id: groups(session, question.id) for question in asked}
    small = max(len(papers[question.id]) * len(question.options) for question in asked) <= SMALL
    ballot.state = step(TRANSITIONS, ballot.state, BallotState.COUNTED)
    _store(session, ballot, _counted(ballot, asked, papers, what_if=small), is_explained=small, now=now)
    record(session, act="ballot.counted", subject=ballot, by=by, now=now, count=ballot.run)
    session.flush()
    return ballot.run


def explained(session: Session, ballot: Ballot) -> Mapping[int, Trace]:
    """The results of a large vote by question, with what would have been enough. Only reads; takes minutes."""
    asked = queries.questions(session, ballot)
    papers = {question.id: groups(session, question.id) for question in asked}
    return _counted(ballot, asked, papers, what_if=True)


def explain_later(session: Session, *, ballot_id: int, run: int, found: Mapping[int, Trace], now: datetime) -> None:
    """Put the same count with its explanations (of ``explained``) beside count ``run``, as a count of its own.

    Nothing is put where somebody has counted again meanwhile, or where the last count is explained.
    """
    ballot = session.get_one(Ballot, ballot_id)
    lock_ballot(session, ballot)
    if ballot.state is not BallotState.COUNTED or ballot.run != run or is_explained(session, ballot):
        return
    _store(session, ballot, found, is_explained=True, now=now)
    record(session, act="ballot.counted", subject=ballot, by=SYSTEM, now=now, count=ballot.run)
    session.flush()


def _counted(
    ballot: Ballot, asked: Sequence[QuestionFacts], papers: Mapping[int, Sequence[Group]], *, what_if: bool
) -> Mapping[int, Trace]:
    return {
        question.id: results(_asked(ballot, question), _choices(papers[question.id]), what_if=what_if)
        for question in asked
    }


def _store(session: Session, ballot: Ballot, found: Mapping[int, Trace], *, is_explained: bool, now: datetime) -> None:
    ballot.run, ballot.counted_at = ballot.run + 1, now
    for question_id, result in found.items():
        session.add(
            Count(
                question_id=question_id,
                run=ballot.run,
                result=canonical(result).decode(),
                spent_eur=result["decided"]["spent_eur"],
                left_eur=result["decided"]["left_eur"],
                counted_at=now,
                is_explained=is_explained,
            )
        )
    session.flush()


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
    return Apart(papers)

"""Reading results: what was counted is stored as a whole, and pages only read it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.votes.domain import Channel, Electorate
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.bundle.files import is_withheld, result_shown
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.domain.results import Apart, Reasons, Result, Rounds, Verdicts, read_result, rounds, verdicts
from bihaelt.votes.models import Ballot, Count, Invalidation, Leaf, Option, Question
from bihaelt.votes.queries.ballots import QuestionFacts, questions
from bihaelt.votes.queries.turnout import voters

WITH_RESULT = (BallotState.COUNTED, BallotState.CERTIFIED)


@dataclass(frozen=True, slots=True)
class Voted:
    """What the vote said of a proposal. ``reasons`` has the figures; ``is_signed``: two counters vouch for the result.

    ``result`` is that of the whole question, without traces.
    """

    ballot_id: int
    question_id: int
    is_signed: bool
    result: Result
    reasons: Reasons

    @property
    def won(self) -> bool:
        return self.reasons.place is not None


@dataclass(frozen=True, slots=True)
class Taking:
    """Who took part, one electorate: verified at the close, how many of them voted, and on which way."""

    verified: int
    voters: int
    ways: Mapping[Channel, int]


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Papers that two people took out of the count, and why."""

    papers: int
    reason: str


Explained: TypeAlias = tuple[Result, Verdicts]
"""A question's result, without its traces, and the reasons of all options."""


def is_explained(session: Session, ballot: Ballot) -> bool:
    """Whether the last count knows what would have been enough for each that lost. One statement."""
    open_ones = sa.select(Count.id).join(Question, Question.id == Count.question_id)
    waiting = open_ones.where(Question.ballot_id == ballot.id, Count.run == ballot.run, Count.is_explained.is_(False))
    return session.scalar(waiting.limit(1)) is None


def unexplained(session: Session) -> Sequence[Ballot]:
    """Counted ballots whose last count waits for its explanations. One statement."""
    return session.scalars(
        sa.select(Ballot)
        .join(Question, Question.ballot_id == Ballot.id)
        .join(Count, sa.and_(Count.question_id == Question.id, Count.run == Ballot.run))
        .where(Ballot.state == BallotState.COUNTED, Count.is_explained.is_(False))
        .distinct()
    ).all()


def outcomes(session: Session, ballot: Ballot) -> Mapping[int, Explained]:
    """Each question of a counted ballot, by question id; empty before the count. One statement, and the questions."""
    found = {question.id: question for question in questions(session, ballot)}
    return {
        number: _explained(_read(ballot, found[number], text)) for number, text in _stored(session, ballot, [*found])
    }


def explained(session: Session, ballot: Ballot, question: QuestionFacts) -> Explained | None:
    """One question; None while it is not counted. One statement."""
    for _, text in _stored(session, ballot, [question.id]):
        return _explained(_read(ballot, question, text))
    return None


def _explained(result: Result) -> Explained:
    return _slim(result), verdicts(result)


def in_rounds(session: Session, ballot: Ballot, question: QuestionFacts) -> tuple[Result, Sequence[Rounds]] | None:
    """A question's result with the rounds of each count that decides; None while it is not counted. One statement.

    Traces of counts that had no rounds stay in ``result.decided.counts``.
    """
    for _, text in _stored(session, ballot, [question.id]):
        result = _read(ballot, question, text)
        pictures = [picture for trace in result.decided.counts if (picture := rounds(trace)) is not None]
        return (_slim(result) if pictures else result), pictures
    return None


def _stored(session: Session, ballot: Ballot, question_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """The newest results as they are stored, in the order of the ballot."""
    if ballot.state not in WITH_RESULT:
        return []
    rows = session.execute(
        sa.select(Question.id, Count.result)
        .join(Count, sa.and_(Count.question_id == Question.id, Count.run == ballot.run))
        .where(Question.id.in_(question_ids))
        .order_by(Question.position, Question.id)
    )
    return [(row[0], row[1]) for row in rows]


def _read(ballot: Ballot, question: QuestionFacts, text: str) -> Result:
    options = [(option.key, option.cost_eur) for option in question.options]
    return read_result(shown_document(json.loads(text)), ballot.count_rule, question.budget_eur, options)


def shown_document(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored result as everybody may see it: of few papers only winners and totals."""
    people = document["people"]
    papers = people["papers"][Electorate.PEOPLE.value] if people else 0
    return result_shown(document) if is_withheld(Electorate.PEOPLE, papers) else document


def _slim(result: Result) -> Result:
    """Without the traces, which may be large and are not needed to show a result."""
    return replace(result, traces=Apart({}), decided=replace(result.decided, counts=()))


def voted(session: Session, conference_id: int) -> Mapping[int, Voted]:
    """What the vote of a conference said of each of its proposals, by proposal; empty before the count.

    Two statements, one where nothing was counted.
    """
    rows = session.execute(
        sa.select(Ballot, Question.id, Option.key, Option.proposal_id)
        .join(Question, Question.ballot_id == Ballot.id)
        .join(Option, Option.question_id == Question.id)
        .where(Ballot.conference_id == conference_id, Ballot.state.in_(WITH_RESULT))
    ).all()
    if not rows:
        return {}
    ballot: Ballot = rows[0][0]
    asked = {question.id: question for question in questions(session, ballot)}
    found: dict[tuple[int, str], Voted] = {}
    for number, text in _stored(session, ballot, [*asked]):
        result, said = _explained(_read(ballot, asked[number], text))
        for each in (*said.winners, *said.losers):
            signed = ballot.state is BallotState.CERTIFIED
            found[number, each.figure.key] = Voted(ballot.id, number, signed, result, each)
    return {row.proposal_id: found[row.id, row.key] for row in rows if (row.id, row.key) in found}


def won_in(session: Session, conference_id: int) -> Mapping[int, bool]:
    """Whether each proposal that was put to the vote won, by proposal; empty before the count. Statements as ``voted``."""
    return {proposal_id: row.won for proposal_id, row in voted(session, conference_id).items()}


def is_undecided(session: Session, conference_id: int) -> bool:
    """Whether a conference has a vote that is open, or whose result nobody has signed yet. One statement."""
    waiting = (BallotState.OPEN, BallotState.CLOSED, BallotState.COUNTED)
    return bool(
        session.scalar(
            sa.select(sa.literal(True))
            .where(Ballot.conference_id == conference_id, Ballot.state.in_(waiting))
            .limit(1)
        )
    )  # fmt: skip


def taking_part(session: Session, ballot: Ballot) -> Apart[Taking]:
    """The public turnout of a closed ballot, each electorate on its own; empty before the close. Two statements."""
    at_close = rolls(session, ballot)
    if not at_close:
        return Apart({})
    came = voters(session, ballot.id)
    return Apart({who: Taking(roll.verified, roll.voters, came[who]) for who, roll in at_close.items()})


def rolls(session: Session, ballot: Ballot) -> Mapping[Electorate, leaves.Roll]:
    """What the log says at the close. Only a handful of its entries are no papers."""
    rows = session.scalars(
        sa.select(Leaf.data)
        .where(Leaf.ballot_id == ballot.id, Leaf.commitment.is_(None))
        .order_by(Leaf.position.desc())
    )
    for data in rows:
        if '"type":"closed"' in data:
            closed = leaves.parse(data.encode())
            assert isinstance(closed, leaves.Closed), "its type says so"
            return {Electorate.PEOPLE: closed.people, Electorate.ORGANISATIONS: closed.organisations}
    return {}


def taken_out(session: Session, ballot_id: int) -> Sequence[TakenOut]:
    """Every time that papers were taken out of the count after two people had agreed. One statement."""
    rows = session.execute(
        sa.select(Invalidation.papers, Invalidation.reason)
        .where(Invalidation.ballot_id == ballot_id, Invalidation.is_confirmed.is_(True))
        .order_by(Invalidation.id)
    )
    return [TakenOut(row.papers, row.reason) for row in rows]

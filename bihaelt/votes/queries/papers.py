"""Reading the urn: one's own papers, by pseudonym, and everybody's as groups without a trace of whose they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.organisations.models import Organisation
from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.domain.electorates import Kind, Voter, pseudonym
from bihaelt.votes.domain.keys import BallotKeys, KeyRing, MissingKeys
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Ballot, Leaf, Paper, PendingLeaf, Question
from bihaelt.votes.queries.ballots import QuestionFacts


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """One's own paper in a question. ``choice`` is what was cast, ``draft`` what is ticked and not cast (None: nothing open).

    Both are canonical choices; a draft [] takes the cast choice back when it is cast.
    """

    pseudonym: str
    state: PaperState
    choice: Any
    draft: Any
    commitment: str | None

    @property
    def shown(self) -> Any:
        """What the page ticks: the open draft if there is one, else what was cast."""
        return self.choice if self.draft is None else self.draft


COLUMNS = (Paper.question_id, Paper.pseudonym, Paper.state, Paper.choice, Paper.draft, Paper.commitment)


@cache
def is_own(kind: Kind, questions: int) -> sa.ColumnElement[bool]:
    """Which papers are the voter's, with the values of ``whose``; made once for each number of questions."""
    asked = [sa.bindparam(f"question{n}", type_=sa.Integer) for n in range(questions)]
    if kind is Kind.ORGANISATION:
        organisation = sa.bindparam("organisation", type_=sa.Integer)
        return sa.and_(Paper.question_id.in_(asked), Paper.organisation_id == organisation)
    names = [sa.bindparam(f"name{n}", type_=sa.String) for n in range(questions)]
    pairs = zip(asked, names, strict=True)
    return sa.or_(*(sa.and_(Paper.question_id == question, Paper.pseudonym == name) for question, name in pairs))


@cache
def _statement(kind: Kind, questions: int) -> Any:
    return sa.select(*COLUMNS).where(is_own(kind, questions))


def keys(ring: KeyRing, ballot: Ballot) -> BallotKeys:
    """The keys of an opened ballot. Raises MissingKeys when one is lost, destroyed, or another ballot's."""
    found = ring.read(ballot.key, ballot.origin)
    if (found.public_key, found.pepper_check) != (ballot.public_key, ballot.pepper_check):
        raise MissingKeys
    return found


def pepper(ring: KeyRing, ballot: Ballot) -> bytes:
    """The pepper of an opened ballot. Raises as ``keys``."""
    return keys(ring, ballot).pepper


def pseudonyms(secret: bytes, voter: Voter, questions: Sequence[QuestionFacts]) -> Mapping[int, str]:
    """The voter's pseudonym in each question; none for an organisation, which votes by name."""
    if voter.kind is Kind.ORGANISATION:
        return {}
    return {question.id: pseudonym(secret, voter, question.id) for question in questions}


def own_papers(
    session: Session, secret: bytes, voter: Voter, questions: Sequence[QuestionFacts]
) -> Mapping[int, OwnPaper]:
    """The voter's papers by question. One statement."""
    values = whose(pseudonyms(secret, voter, questions), voter, questions)
    rows = session.connection().execute(_statement(voter.kind, len(questions)), values)
    return {row.question_id: own_paper(row) for row in rows}


def whose(names: Mapping[int, str], voter: Voter, questions: Sequence[QuestionFacts]) -> dict[str, Any]:
    """The values for ``is_own``; ``names`` are the voter's ``pseudonyms``."""
    asked = {f"question{n}": question.id for n, question in enumerate(questions)}
    if voter.kind is Kind.ORGANISATION:
        return {**asked, "organisation": voter.id}
    return asked | {f"name{n}": names[question.id] for n, question in enumerate(questions)}


def own_paper(row: Any) -> OwnPaper:
    """From a row with ``COLUMNS``."""
    return OwnPaper(row.pseudonym, PaperState(row.state), _read(row.choice), _read(row.draft), row.commitment)


def _read(written: str | None) -> Any:
    return None if written is None else json.loads(written)


def were_promised(session: Session, ballot_id: int, commitments: Sequence[str]) -> bool:
    """Whether any of these commitments is in the log or waits for it: everything that was ever promised. One statement."""
    waiting = sa.exists().where(PendingLeaf.ballot_id == ballot_id, PendingLeaf.commitment.in_(commitments))
    logged = sa.exists().where(Leaf.ballot_id == ballot_id, Leaf.commitment.in_(commitments))
    return bool(session.scalar(sa.select(sa.or_(waiting, logged))))


@dataclass(frozen=True, slots=True)
class Group:
    """Equal papers of one question and electorate: their canonical choice, and how many they are."""

    electorate: Electorate
    choice: Any
    papers: int


def groups(session: Session, question_id: int) -> Sequence[Group]:
    """What the count is made from: cast papers only, people first, then by choice. One statement."""
    rows = session.execute(
        sa.select(Paper.electorate, Paper.choice, sa.func.count())
        .where(Paper.question_id == question_id, Paper.state == PaperState.CAST)
        .group_by(Paper.electorate, Paper.choice)
    )
    found = [Group(row[0], _read(row[1]), row[2]) for row in rows]
    return sorted(found, key=lambda group: (group.electorate is not Electorate.PEOPLE, json.dumps(group.choice)))


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A cast paper as it is published: without a pseudonym, by commitment. ``organisation`` is its name, or None."""

    electorate: Electorate
    commitment: str
    nonce: str
    choice: Any
    organisation: str | None


def openings(session: Session, question_id: int) -> Sequence[OpeningRow]:
    """All cast papers of a question, sorted by commitment; for the open data after the close. One statement."""
    rows = session.execute(
        sa.select(Paper.electorate, Paper.commitment, Paper.nonce, Paper.choice, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Paper.organisation_id)
        .where(Paper.question_id == question_id, Paper.state == PaperState.CAST)
        .order_by(Paper.commitment)
    )
    return [
        OpeningRow(row.electorate, row.commitment or "", row.nonce or "", _read(row.choice), row.name) for row in rows
    ]


def papers_by_question(session: Session, ballot_id: int) -> Mapping[Electorate, Mapping[str, int]]:
    """How many papers are cast in each question, by electorate, never added up. One statement."""
    rows = session.execute(
        sa.select(Paper.electorate, Question.key, sa.func.count())
        .join(Question, Question.id == Paper.question_id)
        .where(Question.ballot_id == ballot_id, Paper.state == PaperState.CAST)
        .group_by(Paper.electorate, Question.key)
    )
    found: dict[Electorate, dict[str, int]] = {electorate: {} for electorate in Electorate}
    for electorate, key, number in rows:
        found[electorate][key] = number
    return found


def invalidated(session: Session, ballot_id: int) -> Sequence[tuple[str, str]]:
    """Commitments that two people took out of the count, each with its public reason. One statement."""
    rows = session.execute(
        sa.select(Paper.commitment, Paper.invalid_reason)
        .join(Question, Question.id == Paper.question_id)
        .where(Question.ballot_id == ballot_id, Paper.state == PaperState.INVALIDATED)
        .order_by(Paper.commitment)
    )
    return [(row.commitment or "", row.invalid_reason or "") for row in rows]

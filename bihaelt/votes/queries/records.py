"""Reading everything that the open data of a ballot are made from. Nothing of it names a person or a time of casting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import Conference
from bihaelt.organisations.models import Organisation
from bihaelt.texts.queries import shown
from bihaelt.votes.domain import Electorate
from bihaelt.votes.domain.ballots import SPENDING, CountRule, Method, PaperState
from bihaelt.votes.domain.bundle.material import Material, Opening, Turnout
from bihaelt.votes.domain.counting import mes
from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.counting.instance import Option as Priced
from bihaelt.votes.domain.pabulib import About, write
from bihaelt.votes.domain.protocol.notes import Note
from bihaelt.votes.models import (
    Ballot,
    Checkpoint,
    Count,
    Countersignature,
    Leaf,
    Paper,
    Question,
)
from bihaelt.votes.queries.ballots import QuestionFacts, questions
from bihaelt.votes.queries.results import WITH_RESULT, rolls
from bihaelt.votes.queries.turnout import voters

LANGUAGE = "de"  # Pabulib's files have one language
CHAIN = ("de", "en")
Openings = dict[tuple[str, Electorate], list[Opening]]


@dataclass(frozen=True, slots=True)
class Edition:
    """Which open data of a ballot: made from the log as it was when ``moment`` came, with ``size`` entries."""

    ballot_key: str
    run: int
    state: str
    size: int
    root: str

    @property
    def name(self) -> str:
        """Two databases that have the same ballot by chance still have other logs, so the root is part of the name."""
        return f"{self.ballot_key}-{self.run}-{self.state}-{self.root[:32]}"


def edition(session: Session, ballot: Ballot) -> Edition | None:
    """The open data that a ballot has now; None before it is counted. One statement.

    Entries that the log gets later (the pepper was destroyed, say) do not make another edition.
    """
    moment = ballot.certified_at or ballot.counted_at
    if ballot.state not in WITH_RESULT or moment is None:
        return None
    found = session.execute(
        sa.select(Checkpoint.size, Checkpoint.root)
        .where(Checkpoint.ballot_id == ballot.id, Checkpoint.signed_at <= moment)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    ).one()
    return Edition(ballot.key, ballot.run, ballot.state.value, found.size, found.root)


def material(session: Session, ballot: Ballot, of: Edition, *, city: str, verifier: bytes) -> Material:
    """What the edition consists of. A fixed number of statements; all papers of the ballot are held in memory."""
    asked = questions(session, ballot)
    openings = _openings(session, asked)
    results = _results(session, ballot, asked)
    return Material(
        configuration=ballot.configuration.encode(),
        leaves=_lines(session, ballot.id, of.size),
        checkpoints=_checkpoints(session, ballot.id, of.size),
        openings=openings,
        papers=_papers(session, ballot, asked, openings, results, city),
        results=results,
        turnout=_turnout(session, ballot),
        verifier=verifier,
    )


def _lines(session: Session, ballot_id: int, size: int) -> Sequence[bytes]:
    rows = session.scalars(
        sa.select(Leaf.data).where(Leaf.ballot_id == ballot_id, Leaf.position < size).order_by(Leaf.position)
    )
    return [row.encode() for row in rows]


def _checkpoints(session: Session, ballot_id: int, size: int) -> Sequence[Note]:
    """All signed notes up to this size, each with its countersignatures."""
    lines: dict[int, list[str]] = {}
    rows = session.execute(
        sa.select(Checkpoint.id, Countersignature.line)
        .join(Countersignature, Countersignature.checkpoint_id == Checkpoint.id)
        .where(Checkpoint.ballot_id == ballot_id)
        .order_by(Countersignature.received_at, Countersignature.witness_id)
    )
    for row in rows:
        lines.setdefault(row.id, []).append(row.line)
    notes = session.execute(
        sa.select(Checkpoint.id, Checkpoint.note)
        .where(Checkpoint.ballot_id == ballot_id, Checkpoint.size <= size)
        .order_by(Checkpoint.size)
    )
    return [Note.parse(row.note + "".join(f"{line}\n" for line in lines.get(row.id, ()))) for row in notes]


def _openings(session: Session, asked: Sequence[QuestionFacts]) -> Openings:
    """The counted papers; questions and electorates without papers have an empty list."""
    keys = {question.id: question.key for question in asked}
    openings: Openings = {(key, electorate): [] for key in keys.values() for electorate in Electorate}
    rows = session.execute(
        sa.select(
            Paper.question_id, Paper.electorate, Paper.commitment, Paper.nonce, Paper.choice,
            sa.func.coalesce(Organisation.name, "").label("organisation"),
        )
        .outerjoin(Organisation, Organisation.id == Paper.organisation_id)
        .where(Paper.question_id.in_(keys), Paper.state == PaperState.CAST)
    )  # fmt: skip
    for row in rows:
        opening = Opening(row.commitment, bytes.fromhex(row.nonce), json.loads(row.choice), row.organisation)
        openings[keys[row.question_id], row.electorate].append(opening)
    return openings


def _results(session: Session, ballot: Ballot, asked: Sequence[QuestionFacts]) -> Mapping[str, Any]:
    rows = session.execute(
        sa.select(Question.key, Count.result)
        .join(Count, sa.and_(Count.question_id == Question.id, Count.run == ballot.run))
        .where(Question.id.in_([question.id for question in asked]))
        .order_by(Question.position, Question.id)
    )
    return {row.key: json.loads(row.result) for row in rows}


def _turnout(session: Session, ballot: Ballot) -> Mapping[Electorate, Turnout]:
    """Verified and voters as the log has them, and the ways on which the voters came."""
    found = voters(session, ballot.id)
    return {electorate: Turnout(roll, found[electorate]) for electorate, roll in rolls(session, ballot).items()}


def _papers(
    session: Session, ballot: Ballot, asked: Sequence[QuestionFacts], openings: Openings, results: Mapping[str, Any],
    city: str,
) -> Mapping[tuple[str, Electorate], str]:  # fmt: skip
    """Pabulib files of those questions and electorates that have papers which spend money."""
    if ballot.method not in SPENDING:
        return {}
    conference = session.get_one(Conference, ballot.conference_id)
    texts = [text for question in asked for text in (question.text_id, *(each.text_id for each in question.options))]
    words = shown(session, [conference.text_id, *texts], CHAIN)
    made: dict[tuple[str, Electorate], str] = {}
    for question in asked:
        for electorate in Electorate:
            opened = openings[question.key, electorate]
            trace = results.get(question.key, {}).get(electorate.value)
            if not opened or trace is None:
                continue
            options = tuple(Priced(option.key, option.cost_eur) for option in question.options)
            ballots: Any = {electorate: [opening.choice for opening in opened]}
            instance = Instance.of(question.budget_eur, options, ballots, ballot.lots_seed)
            made[question.key, electorate] = write(
                instance,
                electorate,
                about=replace(
                    _about(ballot, city, words[conference.text_id].title, words[question.text_id].title, electorate),
                    **_rule(ballot, instance),
                ),
                winners=trace["winners"],
                names={option.key: words[option.text_id].title for option in question.options},
                points=ballot.method is Method.POINTS,
            )
    return made


def _rule(ballot: Ballot, instance: Instance) -> dict[str, Any]:
    """Pabulib's word for the rule, where other programs find the same winners by it; else what the rule is called here."""
    rule = mes.outside_rule(mes.count(instance)) if ballot.count_rule is CountRule.EQUAL_SHARES else "unknown"
    comments = () if rule != "unknown" else (f"counted by the rule {ballot.count_rule.value}",)
    return {"rule": rule, "comments": comments}


def _about(ballot: Ballot, city: str, conference: str, question: str, electorate: Electorate) -> About:
    who = {Electorate.PEOPLE: "Menschen", Electorate.ORGANISATIONS: "Organisationen"}[electorate]
    approval = ballot.method is Method.APPROVAL
    return About(
        description=f"{question}: {conference}, {city}",
        unit=city,
        instance=ballot.key,
        subunit=f"{question} – {who}",
        begin=ballot.opens_at.date(),
        end=ballot.closes_at.date(),
        most=ballot.max_choices if approval else ballot.max_points,
        language=LANGUAGE,
    )

"""Saving ticks, casting and withdrawing. One transaction with a handful of statements, however many questions there are.

Nothing here writes a person beside a choice: the roll is read, the urn is written, and a person's cast leaves no entry in
the journal, only a number in the turnout.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import PaperState, takes_papers
from bihaelt.votes.domain.choices import BAD_PAPER, FOREIGN, BadChoice, checked
from bihaelt.votes.domain.electorates import Kind, Voter, account_age, keyed
from bihaelt.votes.domain.keys import BallotKeys, KeyRing
from bihaelt.votes.domain.protocol.canonical import JSON, Malformed, canonical
from bihaelt.votes.domain.protocol.commitments import NONCE_BYTES, head, receipt_text, sealed
from bihaelt.votes.domain.protocol.notes import Note
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Ballot, random_name
from bihaelt.votes.operations.urn import NOTHING, Changes, counted, note_unfinished, state_without, write
from bihaelt.votes.operations.voters import entered
from bihaelt.votes.queries import ballots as ballot_queries
from bihaelt.votes.queries import papers as queries
from bihaelt.votes.queries.ballots import QuestionFacts
from bihaelt.votes.queries.papers import OwnPaper

TAKEN_OUT = N_("This paper was taken out of the count. It cannot be changed any more.")
NOTHING_TO_CAST = N_("There is nothing to cast yet.")
DRAFT, CAST = PaperState.DRAFT.value, PaperState.CAST.value


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter takes along: the commitment of each of their papers by question key, and the server's signed promise.

    ``note`` is a signed text (docs/open-data.md) over all of them. It says nothing about the choices and holds no time.
    """

    commitments: Mapping[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class _Booth:
    """A voter in a ballot, with their papers as they are, under the voter's lock."""

    ballot: Ballot
    voter: Voter
    questions: tuple[QuestionFacts, ...]
    papers: Mapping[int, OwnPaper]
    names: Mapping[int, str]
    keys: BallotKeys
    account_age: str
    electorate: str
    channel: str


def save_draft(
    session: Session, *, ring: KeyRing, ballot: Ballot, voter: Voter, choices: Mapping[str, Any], now: datetime
) -> None:
    """Keep ticks that are not cast yet, for the questions (by key) in ``choices``; see ``domain.choices.checked``.

    Raises BadChoice, DomainError when the voter may not vote, Conflict for a paper that was taken out.
    """
    booth = _enter(session, ring, ballot, voter, now)
    changes = Changes()
    unfinished = {number for number, paper in booth.papers.items() if paper.draft is not None}
    for question, choice in _checked(booth, choices):
        paper = booth.papers.get(question.id)
        same = choice == (paper.choice if paper else None)
        changes.put(_row(booth, question, paper), {"draft": None if same else canonical(choice or []).decode()})
        (unfinished.discard if same else unfinished.add)(question.id)
    write(session, changes)
    _note(session, booth, bool(unfinished), now)
    session.flush()


def cast(
    session: Session, *, ring: KeyRing, ballot: Ballot, voter: Voter, by: Voice, now: datetime,
    choices: Mapping[str, Any] | None = None, nonces: Mapping[str, str] | None = None, network: str = "",
    from_sheet: bool = False,
) -> Receipt:  # fmt: skip
    """Cast papers: those in ``choices`` (raw choices by question key), or, without it, all saved ticks.

    An empty choice takes the question's paper back; a question that is not named stays as it is. ``nonces``: 64
    hexadecimal digits by question key, drawn by the browser; the server draws the missing ones. ``network``: a prefix of
    the address (``domain.networks.prefix``), counted in aggregate. ``from_sheet``: typed in from a sheet that was handed
    in before the end, which may take until the ballot is closed. Raises BadChoice, DomainError when the voter may not
    vote or nothing is there to cast, Conflict for a paper that was taken out, MissingKeys.
    """
    booth = _enter(session, ring, ballot, voter, now, late=from_sheet)
    given = _saved(booth) if choices is None else choices
    changes = _changes(booth, _checked(booth, given), nonces or {})
    if nonces:
        _refuse_used_numbers(session, ballot, changes)
    had = any(paper.state is PaperState.CAST for paper in booth.papers.values())
    if not changes.standing and not had:
        raise DomainError(NOTHING_TO_CAST)
    turnout = None
    if changes.casts:
        turnout = counted(
            ballot_id=ballot.id, voter=voter, account_age=booth.account_age, now=now,
            voters=int(bool(changes.standing)) - int(had), network=_network(booth, network, now),
        )  # fmt: skip
    write(session, changes, turnout)
    _note(session, booth, _left_open(booth, given), now)
    if voter.kind is Kind.ORGANISATION:
        act = "ballot.cast_by_organisation" if changes.standing else "ballot.withdrawn_by_organisation"
        record(session, act=act, subject=ballot, by=by, now=now)
    session.flush()
    return _receipt(booth, changes.standing)


def _refuse_used_numbers(session: Session, ballot: Ballot, changes: Changes) -> None:
    """A number that a browser sends again would make a commitment again, which the log can hold only once."""
    made = [row["commitment"] for row in (*changes.new, *changes.papers) if row.get("commitment")]
    if made and queries.were_promised(session, ballot.id, made):
        raise DomainError(BAD_PAPER)


def withdraw(session: Session, *, ring: KeyRing, ballot: Ballot, voter: Voter, by: Voice, now: datetime) -> None:
    """Take all papers of a voter back, and forget open ticks. Raises as ``cast``; nothing to take back is an error."""
    asked = ballot_queries.questions(session, ballot)
    cast(session, ring=ring, ballot=ballot, voter=voter, by=by, now=now, choices={each.key: None for each in asked})


def _enter(
    session: Session, ring: KeyRing, ballot: Ballot, voter: Voter, now: datetime, *, late: bool = False
) -> _Booth:
    asked = ballot_queries.questions(session, ballot)
    keys = queries.keys(ring, ballot)
    names = queries.pseudonyms(keys.pepper, voter, asked)
    found = entered(session, ballot.id, voter, names, asked)
    moment = min(now, ballot.closes_at - timedelta(seconds=1)) if late else now
    verdict = takes_papers(found.state, ballot.opens_at, ballot.closes_at, moment)
    if not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)
    return _Booth(
        ballot=ballot,
        voter=voter,
        questions=asked,
        papers=found.papers,
        names=names,
        keys=keys,
        account_age=account_age(found.account_made, now) if found.account_made else "",
        electorate=voter.electorate.value,
        channel=voter.channel.value,
    )


def _checked(booth: _Booth, choices: Mapping[str, Any]) -> list[tuple[QuestionFacts, JSON]]:
    """The questions in ``choices`` with canonical choices (None: empty). Raises before anything is written."""
    by_key = {question.key: question for question in booth.questions}
    if not isinstance(choices, Mapping) or not all(key in by_key for key in choices):
        raise DomainError(FOREIGN)
    found = [(by_key[key], checked(given, by_key[key].sheet)) for key, given in choices.items()]
    for question, _ in found:
        paper = booth.papers.get(question.id)
        if paper is not None and paper.state is PaperState.INVALIDATED:
            raise Conflict(TAKEN_OUT, field=f"question-{question.key}")
    return found


def _saved(booth: _Booth) -> Mapping[str, Any]:
    keys = {question.id: question.key for question in booth.questions}
    return {keys[number]: paper.draft for number, paper in booth.papers.items() if paper.draft is not None}


def _changes(booth: _Booth, wanted: Sequence[tuple[QuestionFacts, JSON]], nonces: Mapping[str, str]) -> Changes:
    keys = {question.id: question.key for question in booth.questions}
    changes = Changes()
    for number, paper in booth.papers.items():
        if paper.state is PaperState.CAST and paper.commitment is not None:
            changes.standing[keys[number]] = paper.commitment
    for question, choice in wanted:
        own = booth.papers.get(question.id)
        old = changes.standing.get(question.key)
        row = _row(booth, question, own)
        if old is not None and own is not None and choice == own.choice:
            changes.put(row, {"draft": None})
            continue
        changes.casts += old is not None or choice is not None
        changes.standing.pop(question.key, None)
        if choice is not None:
            values = _filled(booth, question, choice, nonces.get(question.key))
            changes.put(row, values)
            changes.standing[question.key] = values["commitment"]
        elif own is not None:
            changes.put(row, {**NOTHING, "state": state_without(own.state).value, "channel": booth.channel})
    return changes


def _row(booth: _Booth, question: QuestionFacts, paper: OwnPaper | None) -> dict[str, Any]:
    """Which paper it is; a new one begins as a draft."""
    return {
        "known": paper is not None,
        "question_id": question.id,
        "pseudonym": paper.pseudonym if paper else booth.names.get(question.id) or random_name(),
        "electorate": booth.electorate,
        "organisation_id": booth.voter.id if booth.voter.kind is Kind.ORGANISATION else None,
        "state": DRAFT,
        "channel": booth.channel,
    }


def _filled(booth: _Booth, question: QuestionFacts, choice: JSON, nonce: str | None) -> dict[str, Any]:
    drawn, written = _nonce(question, nonce), canonical(choice)
    return {
        "state": CAST,
        "channel": booth.channel,
        "draft": None,
        "choice": written.decode(),
        "nonce": drawn.hex(),
        "commitment": sealed(head(booth.ballot.key, question.key, booth.voter.electorate), drawn, written),
    }


def _nonce(question: QuestionFacts, given: str | None) -> bytes:
    if given is None:
        return secrets.token_bytes(NONCE_BYTES)
    try:
        drawn = bytes.fromhex(given)
    except ValueError:
        drawn = b""
    if len(drawn) != NONCE_BYTES or len(given) != 2 * NONCE_BYTES:
        raise BadChoice(question.key, BAD_PAPER)
    return drawn


def _network(booth: _Booth, network: str, now: datetime) -> str:
    """A person's network as it is counted: another hash on every day. Organisations vote in public, from anywhere."""
    if not network or booth.voter.electorate is not Electorate.PEOPLE:
        return ""
    return keyed(booth.keys.pepper, "network", now.date().isoformat(), network)[:16]


def _note(session: Session, booth: _Booth, is_open: bool, now: datetime) -> None:
    was_open = any(paper.draft is not None for paper in booth.papers.values())
    note_unfinished(session, ballot_id=booth.ballot.id, voter=booth.voter, is_open=is_open, was_open=was_open, now=now)


def _left_open(booth: _Booth, given: Mapping[str, Any]) -> bool:
    """Whether ticks stay saved that this cast did not name."""
    keys = {question.id: question.key for question in booth.questions}
    return any(paper.draft is not None and keys[number] not in given for number, paper in booth.papers.items())


def _receipt(booth: _Booth, standing: Mapping[str, str]) -> Receipt:
    ballot = booth.ballot
    promised = [(key, booth.voter.electorate, digest) for key, digest in standing.items()]
    try:
        text = receipt_text(ballot.origin, promised)
    except Malformed as error:  # pragma: no cover  the commitments are our own
        raise AssertionError from error
    return Receipt(dict(standing), str(Note(text, (booth.keys.signer.sign(text),))))

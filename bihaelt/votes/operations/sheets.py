"""Paper ballots: typed in by two people who do not see each other's entry, and by a third where the two differ."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.choices import FOREIGN, checked
from bihaelt.votes.domain.electorates import CodeUse, Kind, Voter, keyed
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol.canonical import JSON, canonical, read
from bihaelt.votes.models import Ballot, CodeBatch, PaperEntry, VotingCode
from bihaelt.votes.operations.casting import cast
from bihaelt.votes.operations.codes import BadCode, claim, found_code
from bihaelt.votes.operations.locks import share_ballot
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.papers import pepper


class Typed(StrEnum):
    """What became of a sheet by an entry."""

    ONCE = "once"
    SAME = "same"
    DIFFERS = "differs"
    SETTLED = "settled"


def type_in(
    session: Session, *, ring: KeyRing, ballot: Ballot, code: str, choices: Mapping[str, Any], by: Voice, now: datetime
) -> Typed:
    """Type a sheet in: the first or the second time, whichever it is. Two equal entries cast the sheet.

    ``choices``: raw choices by question key; a question that is left out is empty, and so is one that the voter has
    overfilled. Raises BadCode for what is no sheet of this ballot, BadChoice, Conflict for a person who has typed it
    in before or a sheet that needs no further entry.
    """
    found, batch, entries = _sheet(session, ring, ballot, code)
    if "second" in entries:
        raise Conflict(N_("This paper ballot was typed in twice already."))
    first = entries.get("first")
    if first is not None and first.typed_by_id == by.actor_id:
        raise Conflict(N_("Somebody else has to type this paper ballot in the second time."))
    written = _written(session, ballot, choices)
    _add(session, ring, ballot, found, batch, "second" if first else "first", written, by, now)
    record(session, act="ballot.sheet_entered", subject=ballot, by=by, now=now, public=False)
    if first is None:
        return Typed.ONCE
    if first.choices != written:
        return Typed.DIFFERS
    _cast(session, ring, ballot, found, batch, written, by, now)
    return Typed.SAME


def settle(
    session: Session, *, ring: KeyRing, ballot: Ballot, code: str, choices: Mapping[str, Any], by: Voice, now: datetime
) -> Typed:
    """A third person looks at a sheet on which the first two differ, and what they type in is cast. Raises as ``type_in``."""
    found, batch, entries = _sheet(session, ring, ballot, code)
    first, second = entries.get("first"), entries.get("second")
    if first is None or second is None:
        raise Conflict(N_("This paper ballot was not typed in twice yet."))
    if by.actor_id in (first.typed_by_id, second.typed_by_id):
        raise Conflict(N_("A third person has to settle this."))
    written = _written(session, ballot, choices)
    _add(session, ring, ballot, found, batch, "settled", written, by, now)
    record(session, act="ballot.sheet_settled", subject=ballot, by=by, now=now, public=False)
    _cast(session, ring, ballot, found, batch, written, by, now)
    return Typed.SETTLED


def both(session: Session, *, ring: KeyRing, ballot: Ballot, code: str) -> Mapping[str, tuple[Any, Any]]:
    """The two entries of a sheet: canonical choices (None: empty) by question key. Raises as ``settle``."""
    _, _, entries = _sheet(session, ring, ballot, code)
    if not {"first", "second"} <= entries.keys():
        raise Conflict(N_("This paper ballot was not typed in twice yet."))
    one, other = _read(entries["first"]), _read(entries["second"])
    return {key: (one[key], other[key]) for key in one}


def differing(session: Session, *, ring: KeyRing, ballot: Ballot, code: str) -> Mapping[str, tuple[Any, Any]]:
    """Where the two entries of a sheet differ, as ``both``."""
    pairs = both(session, ring=ring, ballot=ballot, code=code)
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _sheet(
    session: Session, ring: KeyRing, ballot: Ballot, code: str
) -> tuple[VotingCode, CodeBatch, Mapping[str, PaperEntry]]:
    share_ballot(session, ballot.id)  # before the code's row, as everybody who takes both
    found, batch, of_ballot = found_code(session, ring, code)
    if not batch.on_sheets or of_ballot.id != ballot.id:
        raise BadCode
    if ballot.state is not BallotState.OPEN:
        raise Conflict(N_("Paper ballots can be typed in until the vote is closed."))
    rows = session.scalars(
        sa.select(PaperEntry).where(PaperEntry.ballot_id == ballot.id, PaperEntry.sheet == _name(ring, ballot, found))
    ).all()
    if any(row.is_done for row in rows):
        raise Conflict(N_("This paper ballot is typed in to the end."))
    return found, batch, {row.part: row for row in rows}


def _name(ring: KeyRing, ballot: Ballot, code: VotingCode) -> str:
    """The sheet's own pseudonym, which is not that of its papers."""
    return keyed(pepper(ring, ballot), "sheet", str(code.id))


def _number(batch: CodeBatch, code: VotingCode) -> str:
    return f"{batch.name} {code.number}"


def _written(session: Session, ballot: Ballot, choices: Mapping[str, Any]) -> str:
    asked = {question.key: question.sheet for question in queries.questions(session, ballot)}
    if not set(choices) <= asked.keys():
        raise DomainError(FOREIGN)
    made: dict[str, JSON] = {key: checked(choices.get(key), sheet) for key, sheet in asked.items()}
    return canonical(made).decode()


def _read(entry: PaperEntry) -> Mapping[str, Any]:
    found = read(entry.choices.encode())
    assert isinstance(found, dict), "written by ourselves"
    return found


def _add(
    session: Session, ring: KeyRing, ballot: Ballot, code: VotingCode, batch: CodeBatch, part: str, written: str,
    by: Voice, now: datetime,
) -> None:  # fmt: skip
    claim(session, code, CodeUse.SHEET)
    session.add(
        PaperEntry(
            ballot_id=ballot.id,
            sheet=_name(ring, ballot, code),
            number=_number(batch, code),
            part=part,
            choices=written,
            typed_by_id=by.actor_id,
            typed_at=now,
        )
    )
    session.flush()


def _cast(
    session: Session, ring: KeyRing, ballot: Ballot, code: VotingCode, batch: CodeBatch, written: str, by: Voice,
    now: datetime,
) -> None:  # fmt: skip
    session.execute(
        sa.update(PaperEntry)
        .where(PaperEntry.ballot_id == ballot.id, PaperEntry.sheet == _name(ring, ballot, code))
        .values(is_done=True),
        execution_options={"synchronize_session": False},
    )
    choices = {key: choice for key, choice in read(written.encode()).items() if choice is not None}  # type: ignore[union-attr]
    if choices:
        cast(
            session, ring=ring, ballot=ballot, voter=Voter(Kind.CODE, code.id, batch.channel), choices=choices, by=by,
            now=now, from_sheet=True,
        )  # fmt: skip
    session.flush()

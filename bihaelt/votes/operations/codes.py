"""Codes of letters, sheets and rooms: made in batches, shown once, good for one voter; and sheets handed out in person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import BallotState, Channel, PaperState, takes_papers
from bihaelt.votes.domain.codes import MOST_AT_ONCE, code_hash, new_code, typed_code
from bihaelt.votes.domain.electorates import CodeUse, Entitlement, Kind, Person, Voter, may_vote
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, CodeBatch, Paper, Strike, Unfinished, Verification, VotingCode
from bihaelt.votes.operations.locks import lock_ballot
from bihaelt.votes.queries import ballots as ballot_queries
from bihaelt.votes.queries import papers

RUNNING = (BallotState.DRAFT, BallotState.OPEN)
IN_PERSON = (Channel.PAPER, Channel.DESK, Channel.ROOM)
ON_SHEETS, ALONE = (Channel.PAPER, Channel.ROOM), (Channel.CODE, Channel.DESK, Channel.ROOM)


class BadCode(DomainError):
    """A code that does not exist, was used in another way or made void: which of these, is nobody's business."""

    def __init__(self) -> None:
        super().__init__(N_("This code is not valid, or it was used before."), field="code")


@dataclass(frozen=True, slots=True)
class MadeCodes:
    """A new batch. ``codes`` are in clear, in order, and can never be shown again; None where a person needs none."""

    batch: CodeBatch
    codes: Sequence[str | None]


def make_codes(
    session: Session, *, ring: KeyRing, ballot: Ballot, channel: Channel, name: str, by: Voice, now: datetime,
    count: int = 0, people: Sequence[Person] = (), on_sheets: bool = False, nonce: str | None = None,
) -> MadeCodes:  # fmt: skip
    """Make codes: one for each of ``people`` (letters whose addressees are known), or ``count`` without names.

    People who are verified already, or whose letter was used, get none; an unused letter is replaced by the new one.
    Sheets print the questions, so their codes (``on_sheets``) are made once the ballot is open. Raises DomainError;
    Conflict for the same form again (``nonce``): its codes were shown.
    """
    wanted = len(people) or count
    _refuse_batch(session, ballot, channel, name, wanted, on_sheets, nonce)
    key = ring.roll()
    hashes: list[str | None] = [person.hash(key) for person in people] or [None] * wanted
    if people and len(people) != len(set(hashes)):
        raise DomainError(N_("The list names somebody twice."), field="people")
    settled = _settled(session, ballot, [each for each in hashes if each], now)
    codes = [None if hashed in settled else new_code() for hashed in hashes]
    made = sum(code is not None for code in codes)
    if not made:
        raise DomainError(N_("Everybody on this list is verified already."), field="people")
    batch = CodeBatch(
        ballot_id=ballot.id,
        channel=channel,
        on_sheets=on_sheets,
        name=name.strip(),
        codes=made,
        made_by_id=by.actor_id,
        made_at=now,
        nonce=nonce,
    )
    session.add(batch)
    session.flush()
    session.execute(
        sa.insert(VotingCode),
        [
            {
                "ballot_id": ballot.id, "batch_id": batch.id, "number": number, "code_hash": code_hash(key, code),
                "person_hash": hashed,
            }
            for number, (hashed, code) in enumerate(zip(hashes, codes, strict=True), start=1)
            if code is not None
        ],
    )  # fmt: skip
    record(
        session,
        act="ballot.codes_made",
        subject=ballot,
        by=by,
        now=now,
        public=False,
        codes=made,
        channel=channel.value,
    )
    session.flush()
    return MadeCodes(batch, codes)


def void_codes(session: Session, *, batch: CodeBatch, first: int, last: int, by: Voice, now: datetime) -> int:
    """Make unused codes void, by their printed numbers (both inclusive): letters that came back, sheets that were left over.

    Returns how many; codes that were used stay.
    """
    ballot = session.get_one(Ballot, batch.ballot_id)
    lock_ballot(session, ballot)
    voided = session.scalars(
        sa.update(VotingCode)
        .where(
            VotingCode.batch_id == batch.id, VotingCode.number.between(first, last), VotingCode.used_as.is_(None),
            VotingCode.voided_at.is_(None),
        )
        .values(voided_at=now)
        .returning(VotingCode.id),
        execution_options={"synchronize_session": False},
    ).all()  # fmt: skip
    if voided:
        record(session, act="ballot.codes_voided", subject=ballot, by=by, now=now, public=False, codes=len(voided))
    session.flush()
    return len(voided)


def enter_with_code(session: Session, *, ring: KeyRing, code: str, now: datetime) -> tuple[Ballot, Voter]:
    """Begin to vote with a code alone. The same code may come back until the close, to change the vote.

    From here on it cannot verify an account any more. Raises BadCode, DomainError outside of the time of the vote and
    when the letter's addressee votes with an account.
    """
    found, batch, ballot = found_code(session, ring, code)
    if batch.on_sheets:
        raise BadCode
    verdict = takes_papers(ballot.state, ballot.opens_at, ballot.closes_at, now)
    if not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)
    if found.used_as is None:
        _refuse_verified_addressee(session, found)
    claim(session, found, CodeUse.ALONE)
    return ballot, Voter(Kind.CODE, found.id, batch.channel)


def found_code(session: Session, ring: KeyRing, typed: str) -> tuple[VotingCode, CodeBatch, Ballot]:
    """The code behind what was typed, locked, with its batch and ballot. Raises BadCode for none and for a void one."""
    code = typed_code(typed)
    row = session.execute(
        sa.select(VotingCode, CodeBatch, Ballot)
        .join(CodeBatch, CodeBatch.id == VotingCode.batch_id)
        .join(Ballot, Ballot.id == VotingCode.ballot_id)
        .where(VotingCode.code_hash == (code_hash(ring.roll(), code) if code else ""))
        .with_for_update(of=VotingCode, key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.VotingCode.voided_at is not None:
        raise BadCode
    return row.VotingCode, row.CodeBatch, row.Ballot


def claim(session: Session, code: VotingCode, use: CodeUse) -> None:
    """The first use of a code settles what it is good for. The caller holds its row. Raises BadCode for another use."""
    if code.used_as not in (None, use) or (code.used_as is CodeUse.ACCOUNT):
        raise BadCode
    code.used_as = use
    session.flush()


def hand_out(
    session: Session,
    *,
    ring: KeyRing,
    ballot: Ballot,
    verification: Verification,
    channel: Channel,
    by: Voice,
    now: datetime,
) -> None:
    """Strike somebody off the online roll, because they take a sheet or a code in person. Which one is noted nowhere.

    Ticks that they had saved are forgotten. Raises DomainError for somebody who may not vote or has voted online, and
    outside of the time of the vote; Conflict for somebody who was struck off before.
    """
    if channel not in IN_PERSON:
        raise DomainError(N_("Choose what was handed out."), field="channel")
    voter = Voter(Kind.VERIFICATION, verification.id)
    session.refresh(verification, with_for_update={"key_share": True})  # waits for a cast of this person
    if session.get(Strike, (ballot.id, verification.id)) is not None:
        raise Conflict(N_("This person has taken a paper ballot or a code already."))
    entitlement = Entitlement(verification.ballot_id, verification.age_met, verification.revoked_at is not None, None)
    for verdict in (
        takes_papers(ballot.state, ballot.opens_at, ballot.closes_at, now),
        may_vote(entitlement, ballot.id, ballot.min_age),
    ):
        if not verdict:
            raise DomainError(verdict.reason, field="", **verdict.values)
    _forget_ticks(session, ring, ballot, voter)
    session.add(
        Strike(
            ballot_id=ballot.id,
            verification_id=verification.id,
            channel=channel,
            struck_by_id=by.actor_id,
            struck_at=now,
        )
    )
    verification.struck_in, verification.struck_as = ballot.id, channel
    record(session, act="ballot.handed_out", subject=ballot, by=by, now=now, public=False, channel=channel.value)
    session.flush()


def _forget_ticks(session: Session, ring: KeyRing, ballot: Ballot, voter: Voter) -> None:
    asked = ballot_queries.questions(session, ballot)
    own = papers.own_papers(session, papers.pepper(ring, ballot), voter, asked)
    if any(paper.state in (PaperState.CAST, PaperState.INVALIDATED) for paper in own.values()):
        raise DomainError(
            N_("This person has voted online. They can take that back with their account and come again.")
        )
    session.execute(
        sa.update(Paper)
        .where(Paper.question_id.in_(own), Paper.pseudonym.in_([paper.pseudonym for paper in own.values()]))
        .values(draft=None),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        sa.delete(Unfinished).where(Unfinished.ballot_id == ballot.id, Unfinished.verification_id == voter.id),
        execution_options={"synchronize_session": False},
    )


def _refuse_batch(
    session: Session, ballot: Ballot, channel: Channel, name: str, wanted: int, on_sheets: bool, nonce: str | None
) -> None:
    if nonce is not None and session.scalar(sa.select(CodeBatch.id).where(CodeBatch.nonce == nonce)) is not None:
        raise Conflict(N_("These codes were made and shown already. They cannot be shown again."))
    if ballot.state not in RUNNING or (on_sheets and ballot.state is BallotState.DRAFT):
        raise Conflict(N_("Codes can be made until the vote ends, and sheets only once it is open."))
    if channel not in (ON_SHEETS if on_sheets else ALONE):
        raise DomainError(N_("Choose what the codes are for."), field="channel")
    if not name.strip() or len(name.strip()) > 80:
        raise DomainError(N_("Give the batch a name of at most 80 characters."), field="name")
    if not 0 < wanted <= MOST_AT_ONCE:
        raise DomainError(N_("Enter a number from 1 to %(most)s."), field="count", most=MOST_AT_ONCE)


def _settled(session: Session, ballot: Ballot, hashes: Sequence[str], now: datetime) -> frozenset[str]:
    """Whose right to vote is settled in another way; letters that nobody has used yet are made void on the way."""
    found: set[str] = set()
    for start in range(0, len(hashes), 500):
        part = hashes[start : start + 500]
        verified = session.scalars(
            sa.select(Verification.person_hash).where(
                Verification.person_hash.in_(part),
                sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == ballot.id),
            )
        )
        found.update(each for each in verified if each is not None)
        mine = (VotingCode.ballot_id == ballot.id, VotingCode.person_hash.in_(part))
        used = session.scalars(sa.select(VotingCode.person_hash).where(*mine, VotingCode.used_as.is_not(None)))
        found.update(each for each in used if each is not None)
        session.execute(
            sa.update(VotingCode).where(*mine, VotingCode.used_as.is_(None)).values(voided_at=now, person_hash=None),
            execution_options={"synchronize_session": False},
        )
    return frozenset(found)


def _refuse_verified_addressee(session: Session, code: VotingCode) -> None:
    if code.person_hash is None:
        return
    known = session.scalar(
        sa.select(Verification.id).where(
            Verification.person_hash == code.person_hash,
            sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == code.ballot_id),
        )
    )
    if known is not None:
        raise BadCode

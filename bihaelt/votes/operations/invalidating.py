"""Taking votes out of the count: by two people, with a public reason, and never by removing anything.

Staff name whose votes they are (an account, codes, an organisation) and see no choice. The papers are found by
pseudonym; from then on nothing says whose they were.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import TRANSITIONS, BallotState, Channel, PaperState
from bihaelt.votes.domain.electorates import Kind, Voter, pseudonym
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.models import (
    SHARDS,
    Ballot,
    CodeBatch,
    Invalidation,
    Paper,
    Question,
    TurnoutHour,
    Unfinished,
    Verification,
    VotingCode,
)
from bihaelt.votes.operations.locks import lock_ballot
from bihaelt.votes.operations.log import append
from bihaelt.votes.operations.roll import revoke
from bihaelt.votes.queries import ballots as ballot_queries
from bihaelt.votes.queries.papers import pepper

CHANGEABLE = (BallotState.OPEN, BallotState.CLOSED, BallotState.COUNTED)
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Target:
    """Whose votes: exactly one of these numbers is given."""

    verification_id: int | None = None
    code_id: int | None = None
    batch_id: int | None = None
    organisation_id: int | None = None


def ask(session: Session, *, ballot: Ballot, target: Target, reason: str, by: Voice, now: datetime) -> Invalidation:
    """Ask that the votes of ``target`` be taken out. ``reason`` will be public and must name nobody.

    Raises DomainError without a reason or a target of this ballot, Conflict before the opening and after the end.
    """
    if ballot.state not in CHANGEABLE:
        raise Conflict(N_("Votes of this ballot cannot be taken out any more."))
    if not 0 < len(reason.strip()) <= LONGEST:
        raise DomainError(
            N_("Please give a reason of at most %(most)s characters. It is public."), field="reason", most=LONGEST
        )
    given = [target.verification_id, target.code_id, target.batch_id, target.organisation_id]
    if sum(number is not None for number in given) != 1:
        raise DomainError(N_("Say whose votes these are."), field="target")
    found = Invalidation(
        ballot_id=ballot.id, verification_id=target.verification_id, code_id=target.code_id, batch_id=target.batch_id,
        organisation_id=target.organisation_id, reason=reason.strip(), asked_by_id=by.actor_id, asked_at=now,
    )  # fmt: skip
    if not _voters(session, found):
        raise DomainError(N_("Say whose votes these are."), field="target")
    session.add(found)
    session.flush()
    record(session, act="ballot.invalidation_asked", subject=ballot, by=by, now=now, public=False)
    session.flush()
    return found


def answer(
    session: Session, *, ring: KeyRing, invalidation: Invalidation, agree: bool, by: Voice, now: datetime
) -> int:
    """The second person agrees, or refuses. Returns how many papers were taken out; whose they were is forgotten.

    An account loses its verification and gets a letter, codes become void. A count that was made already has to be
    made again. Raises DomainError for the person who asked, Conflict for an answered one, MissingKeys.
    """
    ballot = session.get_one(Ballot, invalidation.ballot_id)
    lock_ballot(session, ballot)
    session.refresh(invalidation)
    if invalidation.answered_at is not None or ballot.state not in CHANGEABLE:
        raise Conflict(N_("This request has been answered already."))
    if by.actor_id is None or by.actor_id == invalidation.asked_by_id:
        raise DomainError(N_("Somebody else has to agree."))
    taken = _take_out(session, ring, ballot, invalidation, by, now) if agree else []
    invalidation.is_confirmed, invalidation.answered_by_id, invalidation.answered_at = agree, by.actor_id, now
    invalidation.papers = len(taken)
    invalidation.verification_id = invalidation.code_id = invalidation.batch_id = invalidation.organisation_id = None
    session.flush()
    if not agree:
        record(session, act="ballot.invalidation_refused", subject=ballot, by=by, now=now, public=False)
    else:
        record(
            session,
            act="ballot.invalidated",
            subject=ballot,
            by=by,
            now=now,
            reason=invalidation.reason,
            papers=len(taken),
        )
    if taken and ballot.state is not BallotState.OPEN:
        signer = ring.signer(ballot.key, ballot.origin)
        entries = [leaves.Invalidated(digest, invalidation.reason) for digest in sorted(taken)]
        append(session, ballot=ballot, entries=entries, signer=signer, now=now)
    if taken and ballot.state is BallotState.COUNTED:
        ballot.state = step(TRANSITIONS, ballot.state, BallotState.CLOSED)
    session.flush()
    return len(taken)


def _voters(session: Session, asked: Invalidation) -> Sequence[Voter]:
    """The voters that are meant, if they exist in this ballot."""
    if asked.verification_id is not None:
        known = session.get(Verification, asked.verification_id)
        return [Voter(Kind.VERIFICATION, known.id)] if known else []
    if asked.organisation_id is not None:
        cast = sa.select(Paper.question_id).join(Question, Question.id == Paper.question_id)
        mine = cast.where(Question.ballot_id == asked.ballot_id, Paper.organisation_id == asked.organisation_id)
        return [Voter(Kind.ORGANISATION, asked.organisation_id)] if session.scalar(mine.limit(1)) else []
    rows = session.execute(
        sa.select(VotingCode.id, CodeBatch.channel)
        .join(CodeBatch, CodeBatch.id == VotingCode.batch_id)
        .where(
            VotingCode.ballot_id == asked.ballot_id,
            VotingCode.batch_id == asked.batch_id if asked.code_id is None else VotingCode.id == asked.code_id,
        )
    )
    return [Voter(Kind.CODE, row.id, row.channel) for row in rows]


def _take_out(
    session: Session, ring: KeyRing, ballot: Ballot, asked: Invalidation, by: Voice, now: datetime
) -> list[str]:
    """Mark the papers, correct the turnout, and end what they were cast with. Returns their commitments."""
    meant = _voters(session, asked)
    questions = [question.id for question in ballot_queries.questions(session, ballot)]
    taken: dict[str, str] = {}
    gone: dict[Channel, int] = defaultdict(int)
    for start in range(0, len(meant), 50):
        for voter, papers in _papers(session, ring, ballot, questions, meant[start : start + 50]).items():
            taken |= papers
            gone[voter.channel] += 1
    names = sorted(taken)
    for start in range(0, len(names), 500):
        session.execute(
            sa.update(Paper)
            .where(Paper.question_id.in_(questions), Paper.pseudonym.in_(names[start : start + 500]))
            .values(state=PaperState.INVALIDATED, invalid_reason=asked.reason, draft=None),
            execution_options={"synchronize_session": False},
        )
    _count_off(session, ballot, meant, gone, now)
    _end(session, asked, by, now)
    return sorted(taken.values())


def _papers(
    session: Session, ring: KeyRing, ballot: Ballot, asked: Sequence[int], meant: Sequence[Voter]
) -> Mapping[Voter, dict[str, str]]:
    """The cast papers of some voters: commitments by pseudonym; who has none is left out."""
    cast = sa.select(Paper.pseudonym, Paper.commitment).where(
        Paper.question_id.in_(asked), Paper.state == PaperState.CAST
    )
    if meant[0].kind is Kind.ORGANISATION:
        rows = session.execute(cast.where(Paper.organisation_id == meant[0].id)).all()
        return {meant[0]: {row.pseudonym: row.commitment or "" for row in rows}} if rows else {}
    secret = pepper(ring, ballot)
    names = {pseudonym(secret, voter, number): voter for voter in meant for number in asked}
    found: dict[Voter, dict[str, str]] = defaultdict(dict)
    for row in session.execute(cast.where(Paper.pseudonym.in_(names))):
        found[names[row.pseudonym]][row.pseudonym] = row.commitment or ""
    return found


def _count_off(
    session: Session, ballot: Ballot, meant: Sequence[Voter], gone: Mapping[Channel, int], now: datetime
) -> None:
    """Whose every paper was taken out has not voted, in the figures. A row of its own, never a change of an hour."""
    for channel, number in gone.items():
        session.add(
            TurnoutHour(
                ballot_id=ballot.id,
                electorate=meant[0].electorate,
                channel=channel,
                hour=now,
                account_age="",
                network="",
                shard=SHARDS + secrets.randbelow(2**30),
                voters=-number,
                casts=0,
            )
        )
    session.flush()


def _end(session: Session, asked: Invalidation, by: Voice, now: datetime) -> None:
    """What the papers were cast with cannot be used again."""
    quietly = {"synchronize_session": False}
    if asked.verification_id is not None:
        known = session.get_one(Verification, asked.verification_id)
        _forget_unfinished(session, asked.ballot_id, verification_id=known.id)
        if known.revoked_at is None:
            revoke(session, verification=known, reason=asked.reason, by=by, now=now)
    elif asked.organisation_id is not None:
        _forget_unfinished(session, asked.ballot_id, organisation_id=asked.organisation_id)
    else:
        these = VotingCode.batch_id == asked.batch_id if asked.code_id is None else VotingCode.id == asked.code_id
        verified = session.scalars(
            sa.select(VotingCode.id).where(
                VotingCode.ballot_id == asked.ballot_id, these, VotingCode.used_as == "account"
            )
        ).all()
        _revoke_by_codes(session, verified, asked.reason, by, now)
        session.execute(
            sa.update(VotingCode)
            .where(
                VotingCode.ballot_id == asked.ballot_id, these, VotingCode.voided_at.is_(None),
                sa.or_(VotingCode.used_as.is_(None), VotingCode.used_as != "account"),
            )
            .values(voided_at=now),
            execution_options=quietly,
        )  # fmt: skip


def _revoke_by_codes(session: Session, codes: Iterable[int], reason: str, by: Voice, now: datetime) -> None:
    """Accounts that were verified with these codes."""
    rows = session.scalars(
        sa.select(Verification).where(Verification.code_id.in_(list(codes)), Verification.revoked_at.is_(None))
    ).all()
    for row in rows:
        revoke(session, verification=row, reason=reason, by=by, now=now)


def _forget_unfinished(session: Session, ballot_id: int, **whose: int) -> None:
    session.execute(
        sa.delete(Unfinished).where(
            Unfinished.ballot_id == ballot_id, *(getattr(Unfinished, name) == number for name, number in whose.items())
        ),
        execution_options={"synchronize_session": False},
    )

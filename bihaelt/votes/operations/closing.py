"""The end of a ballot: closing it, early only by two people, and the public draw that decides the last ties."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import TRANSITIONS, BallotState, PaperState
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Ballot, Paper, PaperEntry, Question, Replaced, Unfinished
from bihaelt.votes.operations.locks import lock_ballot, lock_log
from bihaelt.votes.operations.log import append, waiting_entries
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import papers
from bihaelt.votes.queries.turnout import voters
from bihaelt.workdays import day_of

NOT_OPEN = N_("This vote is not open.")


def close(session: Session, *, ring: KeyRing, ballot: Ballot, by: Voice, now: datetime) -> None:
    """Close a ballot whose time is over: what waits goes into the log, then what was replaced, and the figures.

    Raises DomainError before the end, while sheets are half typed in, and when there are more papers than people;
    Conflict when it is not open; MissingKeys.
    """
    lock_ballot(session, ballot)
    if now < ballot.closes_at:
        raise DomainError(N_("The vote runs until %(moment)s."), moment=ballot.closes_at)
    _close(session, ring, ballot, by, now)


def ask_early_end(session: Session, *, ballot: Ballot, reason: str, by: Voice, now: datetime) -> None:
    """Ask for an early end, with a reason that is public; another person has to agree. Raises DomainError, Conflict."""
    lock_log(session, ballot)
    _open_before_its_end(ballot, now)
    if not reason.strip():
        raise DomainError(N_("Please give a reason. It is public."), field="reason")
    if ballot.closing_reason:
        raise Conflict(N_("An early end has been asked for already."))
    ballot.closing_asked_by_id, ballot.closing_reason = by.actor_id, reason.strip()
    record(
        session, act="ballot.closing_asked", subject=ballot, by=by, now=now, public=False, reason=ballot.closing_reason
    )
    session.flush()


def answer_early_end(session: Session, *, ring: KeyRing, ballot: Ballot, agree: bool, by: Voice, now: datetime) -> None:
    """The second person closes the ballot now, or takes the request off the table (which the first one may do, too).

    Raises DomainError when the person who asked wants to agree, and as ``close``.
    """
    lock_ballot(session, ballot)
    _open_before_its_end(ballot, now)
    if not ballot.closing_reason:
        raise Conflict(N_("Nobody has asked for an early end."))
    if not agree:
        ballot.closing_asked_by_id, ballot.closing_reason = None, ""
        session.flush()
        return
    if by.actor_id is None or by.actor_id == ballot.closing_asked_by_id:
        raise DomainError(N_("Somebody else has to agree."))
    _close(session, ring, ballot, by, now, reason=ballot.closing_reason)


def close_if_due(session: Session, *, ring: KeyRing, ballot_id: int, now: datetime) -> bool:
    """The job: close a ballot whose time is over, unless it had paper sheets; then people close it, when all are typed in."""
    if ballot_id not in queries.due_to_close(session, now):
        return False
    close(session, ring=ring, ballot=session.get_one(Ballot, ballot_id), by=SYSTEM, now=now)
    return True


def enter_lots(session: Session, *, ring: KeyRing, ballot: Ballot, seed: str, by: Voice, now: datetime) -> None:
    """Enter the numbers of the public draw that the ballot has named, from its day on; they go into the log for good.

    Raises DomainError before the day and for what is no line of text, Conflict when there are numbers already.
    """
    lock_log(session, ballot)
    if ballot.state is not BallotState.CLOSED or ballot.lots_seed or ballot.lottery_on is None:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if day_of(now, CITY_ZONE) < ballot.lottery_on:
        raise DomainError(N_("The draw takes place on %(day)s."), field="seed", day=ballot.lottery_on)
    _draw(session, ring, ballot, " ".join(seed.split()), now)
    record(session, act="ballot.lots", subject=ballot, by=by, now=now, seed=ballot.lots_seed)
    session.flush()


def _open_before_its_end(ballot: Ballot, now: datetime) -> None:
    if ballot.state is not BallotState.OPEN:
        raise Conflict(NOT_OPEN)
    if now >= ballot.closes_at:
        raise Conflict(N_("The time of this vote is over. It can simply be closed."))


def _close(session: Session, ring: KeyRing, ballot: Ballot, by: Voice, now: datetime, reason: str = "") -> None:
    if ballot.state is not BallotState.OPEN:
        raise Conflict(NOT_OPEN)
    half = session.scalar(
        sa.select(sa.func.count(sa.distinct(PaperEntry.sheet))).where(
            PaperEntry.ballot_id == ballot.id, PaperEntry.is_done.is_(False)
        )
    )
    if half:
        raise DomainError(N_("%(number)s paper ballots are not typed in to the end yet."), number=half)
    papers.pepper(ring, ballot)
    rolls = _rolls(session, ballot)
    entries = [
        *waiting_entries(session, ballot.id),
        leaves.Replaced(_replaced(session, ballot.id)),
        *(leaves.Invalidated(digest, why) for digest, why in papers.invalidated(session, ballot.id)),
        leaves.Closed(rolls[Electorate.PEOPLE], rolls[Electorate.ORGANISATIONS]),
    ]
    signer = ring.signer(ballot.key, ballot.origin)
    try:
        last = append(session, ballot=ballot, entries=entries, signer=signer, now=now)
    except Malformed:
        raise DomainError(
            N_("There are more papers than people who may vote. Please look at the codes first.")
        ) from None
    _forget_ticks(session, ballot)
    ballot.state, ballot.closed_at = step(TRANSITIONS, ballot.state, BallotState.CLOSED), now
    session.flush()
    record(
        session, act="ballot.closed", subject=ballot, by=by, now=now, reason=reason,
        voters_people=rolls[Electorate.PEOPLE].voters, voters_organisations=rolls[Electorate.ORGANISATIONS].voters,
    )  # fmt: skip
    if ballot.lottery_on is None:
        _draw(session, ring, ballot, last.root, now)
    session.flush()


def _replaced(session: Session, ballot_id: int) -> tuple[str, ...]:
    return tuple(sorted(session.scalars(sa.select(Replaced.commitment).where(Replaced.ballot_id == ballot_id))))


def _rolls(session: Session, ballot: Ballot) -> dict[Electorate, leaves.Roll]:
    """The final figures of each electorate, side by side."""
    entitled = queries.census(session, ballot)
    verified = {Electorate.PEOPLE: entitled.people, Electorate.ORGANISATIONS: entitled.organisations}
    voted, cast = voters(session, ballot.id), papers.papers_by_question(session, ballot.id)
    keys = [question.key for question in queries.questions(session, ballot)]
    return {
        electorate: leaves.Roll(
            verified=verified[electorate],
            voters=sum(voted[electorate].values()),
            papers={key: cast[electorate].get(key, 0) for key in keys},
        )
        for electorate in Electorate
    }


def _forget_ticks(session: Session, ballot: Ballot) -> None:
    """What was ticked and never cast is nobody's business any more."""
    mine = sa.select(Question.id).where(Question.ballot_id == ballot.id)
    quietly = {"synchronize_session": False}
    session.execute(
        sa.delete(Paper).where(Paper.question_id.in_(mine), Paper.state == PaperState.DRAFT), execution_options=quietly
    )
    session.execute(
        sa.update(Paper).where(Paper.question_id.in_(mine), Paper.draft.is_not(None)).values(draft=None),
        execution_options=quietly,
    )
    session.execute(sa.delete(Unfinished).where(Unfinished.ballot_id == ballot.id), execution_options=quietly)


def _draw(session: Session, ring: KeyRing, ballot: Ballot, seed: str, now: datetime) -> None:
    try:
        append(
            session, ballot=ballot, entries=[leaves.Lots(seed)], signer=ring.signer(ballot.key, ballot.origin), now=now
        )
    except Malformed:
        raise DomainError(N_("Enter the numbers of the draw in one line."), field="seed") from None
    ballot.lots_seed, ballot.lots_at = seed, now

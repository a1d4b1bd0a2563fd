"""The formal check: publish, ask back, return. The content of an idea is never a reason to return it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.conferences.queries import collecting
from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_, label_of
from bihaelt.proposals.domain import CITY_ZONE, TRANSITIONS, ReturnReason, Round, State, answer_until
from bihaelt.proposals.models import Proposal, ProposalRound, Question
from bihaelt.proposals.operations.letters import tell
from bihaelt.proposals.operations.writing import lock
from bihaelt.proposals.queries import unanswered
from bihaelt.states import step
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version
from bihaelt.verdicts import Conflict
from bihaelt.workdays import day_of

OVER = (Phase.REPORTING, Phase.DONE)


def publish(session: Session, *, proposal: Proposal, by: Voice, now: datetime, seen: int | None = None) -> None:
    """Make it public. ``seen`` is the id of the version that was read: raises Conflict if there is a newer one.

    A proposal that was checked after its conference was over goes to the one that collects now (R15).
    """
    lock(session, proposal)
    _check_version(session, proposal, seen)
    proposal.state = step(TRANSITIONS, proposal.state, State.PUBLISHED)
    proposal.published_at = now
    proposal.due_on = proposal.answer_by = None
    if phase_at(proposal.conference, now) in OVER:
        proposal.conference = collecting(session, now) or proposal.conference
    session.flush()
    known = sa.select(ProposalRound.id).where(
        ProposalRound.proposal_id == proposal.id, ProposalRound.conference_id == proposal.conference_id
    )
    if session.scalar(known) is None:
        session.add(ProposalRound(proposal_id=proposal.id, conference_id=proposal.conference_id, result=Round.OPEN))
    record(session, act="proposal.published", subject=proposal, by=by, now=now)
    tell(session, proposal, "proposal_published", now)
    session.flush()


def ask(
    session: Session, *, proposal: Proposal, question: str, by: Voice, now: datetime, seen: int | None = None
) -> None:
    """Ask the author something. The clock of the check stands still until the answer, 21 days at most."""
    lock(session, proposal)
    _check_version(session, proposal, seen)
    proposal.state = step(TRANSITIONS, proposal.state, State.NEEDS_INFO)
    proposal.answer_by = answer_until(day_of(now, CITY_ZONE))
    session.add(Question(proposal_id=proposal.id, asked_by_id=by.actor_id, body=question, asked_at=now))
    record(session, act="proposal.asked", subject=proposal, by=by, now=now, public=False)
    tell(
        session, proposal, "proposal_question", now, question=question, answer_by=proposal.answer_by.isoformat()
    )  # fmt: skip
    session.flush()


def give_back(
    session: Session, *, proposal: Proposal, reason: ReturnReason, words: str, by: Voice, now: datetime,
    seen: int | None = None,
) -> None:  # fmt: skip
    """Return it for a formal reason, with words of explanation. The author may change it and hand it in again."""
    lock(session, proposal)
    _check_version(session, proposal, seen)
    _give_back(session, proposal, reason, words, by, now)


def return_unanswered(session: Session, *, now: datetime) -> int:
    """Return every proposal whose question was not answered in time; how many there were. For the daily job."""
    late = unanswered(session, day_of(now, CITY_ZONE))
    for proposal in late:
        _give_back(session, proposal, ReturnReason.UNANSWERED, "", SYSTEM, now)
    return len(late)


def _give_back(
    session: Session, proposal: Proposal, reason: ReturnReason, words: str, by: Voice, now: datetime
) -> None:
    proposal.state = step(TRANSITIONS, proposal.state, State.RETURNED)
    proposal.return_reason, proposal.return_words = reason, words
    proposal.due_on = proposal.answer_by = None
    record(session, act="proposal.returned", subject=proposal, by=by, now=now, public=False, return_reason=reason.value)
    tell(session, proposal, "proposal_returned", now, reason=label_of(reason), words=words)
    session.flush()


def _check_version(session: Session, proposal: Proposal, seen: int | None) -> None:
    text = session.get_one(Text, proposal.text_id)
    version = current_version(session, text.id, text.source_language)
    if seen is not None and (version is None or version.id != seen):
        raise Conflict(N_("The author has changed the text meanwhile. Please read it again."))

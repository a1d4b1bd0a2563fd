"""The author's acts: writing, changing, handing in, answering, withdrawing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.conferences.models import Conference
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.proposals.domain import (
    CITY_ZONE,
    EDITABLE,
    PUBLIC,
    TRANSITIONS,
    Round,
    Sheet,
    State,
    check_complete,
    due_after,
    due_after_answer,
    text_is_frozen,
)
from bihaelt.proposals.models import Proposal, ProposalField, ProposalRound, ProposalTargetGroup, Question
from bihaelt.proposals.operations.letters import tell
from bihaelt.states import step
from bihaelt.texts import operations as texts
from bihaelt.texts.models import Text
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.workdays import day_of

WITHDRAWN = N_("Withdrawn by its author.")


def write(
    session: Session, *, sheet: Sheet, conference: Conference, by: Voice, now: datetime, nonce: str | None = None
) -> Proposal:
    """A new draft. The same ``nonce`` again (a double click, the back button) gives the same draft.

    ``conference`` is the one it is written for; handing it in may choose another.
    """
    known = _by_nonce(session, nonce, by)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            text = texts.write(session, language=sheet.language, words=sheet.words, now=now, author_id=by.actor_id)
            proposal = Proposal(
                text_id=text.id,
                author_id=by.actor_id,
                conference=conference,
                state=State.DRAFT,
                created_at=now,
                nonce=nonce,
            )
            _speak(proposal, by)
            _fill(proposal, sheet)
            session.add(proposal)
            session.flush()
    except IntegrityError:
        # Two clicks at the same moment: the other one was faster, and is committed by now.
        known = _by_nonce(session, nonce, by)
        if known is None:
            raise
        return known
    _tag(session, proposal, sheet)
    session.flush()
    return proposal


def change(session: Session, *, proposal: Proposal, sheet: Sheet, by: Voice, now: datetime, reason: str = "") -> None:
    """New words and topics. A draft is written over; later each change is a version with its reason.

    Raises Conflict when it can no longer be changed, DomainError once the vote has begun.
    """
    lock(session, proposal)
    if proposal.state not in EDITABLE:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if proposal.state is State.DRAFT:
        _write_over(session, proposal, sheet, by, now)
        return
    check_complete(sheet.words, sheet.cluster_id)
    if proposal.state is State.PUBLISHED and text_is_frozen(proposal.conference.vote_opens, now):
        raise DomainError(N_("The vote has begun: the text stays as it is."))
    text = session.get_one(Text, proposal.text_id)
    version = texts.rewrite(session, text=text, words=sheet.words, now=now, author_id=by.actor_id, reason=reason)
    _fill(proposal, sheet)
    _tag(session, proposal, sheet)
    record(
        session, act="proposal.changed", subject=proposal, by=by, now=now, reason=reason,
        public=proposal.state in PUBLIC, version=version.number,
    )  # fmt: skip
    session.flush()


def submit(session: Session, *, proposal: Proposal, conference: Conference, by: Voice, now: datetime) -> None:
    """Hand it in for the formal check of ``conference``, which must be collecting. A second time changes nothing."""
    lock(session, proposal)
    if proposal.state is State.SUBMITTED:
        return
    if phase_at(conference, now) is not Phase.COLLECTING:
        raise DomainError(N_("No conference collects proposals at the moment."))
    text = session.get_one(Text, proposal.text_id)
    version = texts.current_version(session, text.id, text.source_language)
    assert version is not None, "a text always has its original"
    check_complete(texts.words_of(version), proposal.cluster_id)
    proposal.state = step(TRANSITIONS, proposal.state, State.SUBMITTED)
    proposal.conference = conference
    proposal.submitted_at = now
    proposal.due_on = due_after(day_of(now, CITY_ZONE))
    proposal.return_reason, proposal.return_words = None, ""
    record(session, act="proposal.submitted", subject=proposal, by=by, now=now, public=False)
    tell(session, proposal, "proposal_submitted", now, due_on=proposal.due_on.isoformat())
    session.flush()


def answer(session: Session, *, proposal: Proposal, answer: str, by: Voice, now: datetime) -> None:
    """Answer the open question: the proposal goes back into the queue with the working days that were left."""
    lock(session, proposal)
    proposal.state = step(TRANSITIONS, proposal.state, State.SUBMITTED)
    question = session.scalar(
        sa.select(Question)
        .where(Question.proposal_id == proposal.id, Question.answered_at.is_(None))
        .order_by(Question.id.desc())
        .limit(1)
    )
    today = day_of(now, CITY_ZONE)
    asked_on = today
    if question is not None:
        question.answer, question.answered_at = answer, now
        asked_on = day_of(question.asked_at, CITY_ZONE)
    proposal.due_on = due_after_answer(proposal.due_on or today, asked_on, today)
    proposal.answer_by = None
    record(session, act="proposal.answered", subject=proposal, by=by, now=now, public=False)
    session.flush()


def withdraw(session: Session, *, proposal: Proposal, by: Voice, now: datetime) -> None:
    """Take it back. A draft is gone for good; what was handed in stays with its author as withdrawn."""
    lock(session, proposal)
    if proposal.state is State.DRAFT:
        _remove(session, proposal)
        return
    was_public = proposal.state in PUBLIC
    if proposal.state is State.PUBLISHED and text_is_frozen(proposal.conference.vote_opens, now):
        raise DomainError(N_("The vote has begun: a proposal can no longer be withdrawn."))
    proposal.state = step(TRANSITIONS, proposal.state, State.WITHDRAWN)
    proposal.due_on = proposal.answer_by = None
    session.execute(
        sa.update(ProposalRound)
        .where(ProposalRound.proposal_id == proposal.id, ProposalRound.result == Round.OPEN)
        .values(
            result=Round.CLOSED, reason=WITHDRAWN, ended_at=now,
            supports_people=proposal.supports_people, supports_organisations=proposal.supports_organisations,
        )
    )  # fmt: skip
    record(session, act="proposal.withdrawn", subject=proposal, by=by, now=now, public=was_public)
    session.flush()


def lock(session: Session, proposal: Proposal) -> None:
    """Read the proposal anew and hold its row, so that of two acts at once the second sees what the first did."""
    session.refresh(proposal, with_for_update={"of": Proposal})


def _by_nonce(session: Session, nonce: str | None, by: Voice) -> Proposal | None:
    if nonce is None:
        return None
    return session.scalar(sa.select(Proposal).where(Proposal.nonce == nonce, Proposal.author_id == by.actor_id))


def _speak(proposal: Proposal, by: Voice) -> None:
    proposal.organisation_id, proposal.title_of_author = by.organisation_id, by.title


def _fill(proposal: Proposal, sheet: Sheet) -> None:
    proposal.cluster_id = sheet.cluster_id
    proposal.district_id = sheet.district_id
    proposal.cost_cents = sheet.cost_cents


def _tag(session: Session, proposal: Proposal, sheet: Sheet) -> None:
    for model, column, wanted in (
        (ProposalField, ProposalField.field_id, sheet.field_ids),
        (ProposalTargetGroup, ProposalTargetGroup.target_group_id, sheet.target_group_ids),
    ):
        session.execute(sa.delete(model).where(model.proposal_id == proposal.id))
        rows = [{"proposal_id": proposal.id, column.key: number} for number in sorted(wanted)]
        if rows:
            session.execute(sa.insert(model), rows)


def _write_over(session: Session, proposal: Proposal, sheet: Sheet, by: Voice, now: datetime) -> None:
    """A draft has no history: its text is replaced, also by one in another language."""
    old = proposal.text_id
    text = texts.write(session, language=sheet.language, words=sheet.words, now=now, author_id=by.actor_id)
    proposal.text_id = text.id
    if proposal.author_id == by.actor_id:
        _speak(proposal, by)
    _fill(proposal, sheet)
    _tag(session, proposal, sheet)
    session.flush()
    session.execute(sa.delete(Text).where(Text.id == old))


def _remove(session: Session, proposal: Proposal) -> None:
    text_id = proposal.text_id
    session.delete(proposal)
    session.flush()
    session.execute(sa.delete(Text).where(Text.id == text_id))

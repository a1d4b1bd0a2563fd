"""Writing an answer that nobody outside sees, and checking it by a second person."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bihaelt.decisions import queries
from bihaelt.decisions.domain import TRANSITIONS, DecisionState, Draft, against_order, against_vote, completed
from bihaelt.decisions.models import Decision
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.organisations.models import RegularService
from bihaelt.proposals.domain import Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.states import step
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, write
from bihaelt.texts.operations import translate as translate_text
from bihaelt.verdicts import Conflict, DomainError

LANGUAGE = "de"  # decisions are official: their original is German
AGAINST_VOTE = N_("This goes against the result of the vote. Say why in plain words.")
AGAINST_ORDER = N_(
    "This goes against the order of supports: a proposal with fewer supports is accepted. Say why in plain words."
)


def prepare(session: Session, *, proposal: Proposal, draft: Draft, by: Voice, now: datetime) -> Decision:
    """Write, or rewrite, the answer to a published proposal in its present conference.

    Raises DomainError at the field that the outcome lacks, also for a rejection against the order of supports and for
    an answer against the vote without their extra reasons; Conflict when the proposal is no longer open or its decision was checked.
    """
    if proposal.state is not State.PUBLISHED:
        raise Conflict(N_("Only a published proposal can be decided."))
    draft = completed(draft)
    if draft.merged_into_id is not None:
        _merge_target(session, proposal, draft.merged_into_id)
    if draft.service_id is not None and session.get(RegularService, draft.service_id) is None:
        raise DomainError(N_("Choose the regular service."), field="service")
    against = _must_say(session, proposal, draft.outcome, draft.words.extra)
    if not against.vote:
        draft = replace(draft, words=replace(draft.words, extra={**draft.words.extra, "against_vote": ""}))
    decision = queries.decision_on(session, proposal)
    if decision is None:
        text = write(session, language=LANGUAGE, words=draft.words, now=now, author_id=by.actor_id)
        decision = Decision(
            proposal_id=proposal.id,
            conference_id=proposal.conference_id,
            text_id=text.id,
            state=DecisionState.PREPARED,
        )
        session.add(decision)
    else:
        if decision.state is not DecisionState.PREPARED:
            raise Conflict(N_("This decision has been checked already."))
        text = session.get_one(Text, decision.text_id)
        rewrite(session, text=text, words=draft.words, now=now, author_id=by.actor_id)
    decision.outcome, decision.reason, decision.against_order = draft.outcome, draft.reason, against.order
    decision.body, decision.decided_on, decision.paper = draft.body, draft.decided_on, draft.paper
    decision.forwarded_to, decision.service_id = draft.forwarded_to, draft.service_id
    decision.merged_into_id = draft.merged_into_id
    decision.prepared_by_id, decision.prepared_at = by.actor_id, now
    session.flush()
    record(session, act="decision.prepared", subject=decision, by=by, now=now, public=False, **_facts(decision))
    session.flush()
    return decision


def translate(
    session: Session, *, decision: Decision, language: str, words: Words, status: Status, by: Voice, now: datetime
) -> None:
    """Say a prepared answer in another language; raises Conflict once it was checked."""
    if decision.state is not DecisionState.PREPARED:
        raise Conflict(N_("This decision has been checked already."))
    text = session.get_one(Text, decision.text_id)
    original = current_version(session, text.id, text.source_language)
    assert original is not None, "a text always has its original"
    translate_text(
        session,
        text=text,
        language=language,
        words=words,
        status=status,
        made_from=original,
        now=now,
        author_id=by.actor_id,
    )
    record(session, act="decision.translated", subject=decision, by=by, now=now, public=False, language=language)
    session.flush()


def check(session: Session, *, decision: Decision, by: Voice, now: datetime) -> None:
    """A second person agrees with a prepared answer.

    Raises DomainError for the preparer's own eyes, for an answer that its author cannot read because the
    translation into the proposal's language is missing or out of date, and for a missing extra reason.
    """
    state = step(TRANSITIONS, decision.state, DecisionState.CHECKED)
    if by.actor_id is None or by.actor_id == decision.prepared_by_id:
        raise DomainError(N_("Somebody else has to check what you have prepared."))
    proposal = decision.proposal
    lacking = untold(session, decision)
    if lacking is not None:
        raise DomainError(
            N_("The author writes in another language. Please add the answer in this language first: %(language)s."),
            language=BY_BABEL[lacking].name,
        )
    original = current_version(session, decision.text_id, LANGUAGE)
    assert original is not None, "a decision is written in German"
    against = _must_say(session, proposal, decision.outcome, original.extra)
    decision.state, decision.against_order = state, against.order
    decision.checked_by_id, decision.checked_at = by.actor_id, now
    session.flush()
    record(session, act="decision.checked", subject=decision, by=by, now=now, public=False, **_facts(decision))
    session.flush()


def send_back(session: Session, *, decision: Decision, reason: str, by: Voice, now: datetime) -> None:
    """Return an answer to its preparer with a reason, checked or not."""
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    decision.state = step(TRANSITIONS, decision.state, DecisionState.PREPARED)
    decision.checked_by_id = decision.checked_at = None
    session.flush()
    record(session, act="decision.sent_back", subject=decision, by=by, now=now, reason=reason, public=False)
    session.flush()


def untold(session: Session, decision: Decision) -> str | None:
    """The language (Babel id) in which the author wrote and cannot read the answer yet, or None."""
    wrote = session.get_one(Text, decision.proposal.text_id).source_language
    if wrote == LANGUAGE or wrote not in BY_BABEL:
        return None
    original = current_version(session, decision.text_id, LANGUAGE)
    translation = current_version(session, decision.text_id, wrote)
    assert original is not None, "a decision is written in German"
    return None if translation is not None and translation.made_from_id == original.id else wrote


class _Goes(NamedTuple):
    """Against what an outcome goes."""

    order: bool
    vote: bool


def _must_say(session: Session, proposal: Proposal, outcome: Outcome, extra: Mapping[str, str]) -> _Goes:
    """Whether this outcome goes against the supports or the vote, with all the other answers as they are now.

    Raises DomainError where the reason for it is missing.
    """
    rows = [
        replace(row, outcome=outcome) if row.proposal_id == proposal.id else row
        for row in queries.ranking(session, proposal.conference_id)
    ]
    mine = next((row for row in rows if row.proposal_id == proposal.id), None)
    goes = _Goes(proposal.id in against_order(rows), mine is not None and against_vote(mine.won, outcome) is not None)
    if goes.vote and not extra.get("against_vote"):
        raise DomainError(AGAINST_VOTE, field="against_vote")
    if goes.order and not extra.get("against_order"):
        raise DomainError(AGAINST_ORDER, field="against_order")
    return goes


def _merge_target(session: Session, proposal: Proposal, target_id: int) -> None:
    target = session.get(Proposal, target_id)
    fits = target is not None and target.id != proposal.id and target.conference_id == proposal.conference_id
    if target is None or not fits or target.state is not State.PUBLISHED:
        raise DomainError(N_("Choose another published proposal of the same conference."), field="merged_into")
    theirs = queries.decision_on(session, target)
    if theirs is not None and theirs.outcome is Outcome.MERGED:
        raise DomainError(
            N_("That proposal is to be merged itself. Choose the one that it is merged into."), field="merged_into"
        )
    if queries.is_target(session, proposal):
        raise DomainError(N_("Another proposal is to be merged into this one. It has to stay."), field="outcome")


def _facts(decision: Decision) -> dict[str, str]:
    return {"outcome": decision.outcome.value, "reason_code": decision.reason.value}

"""All decisions of a conference become public in one act."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from bihaelt.conferences.models import Conference
from bihaelt.decisions import queries
from bihaelt.decisions.domain import TRANSITIONS, DecisionState, against_order, against_vote
from bihaelt.decisions.models import Decision
from bihaelt.decisions.operations.letters import tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.proposals.domain import TRANSITIONS as PROPOSAL_TRANSITIONS
from bihaelt.proposals.domain import Outcome, Round, State
from bihaelt.proposals.models import CoAuthor, Proposal, ProposalRound
from bihaelt.states import step
from bihaelt.texts.models import Text, TextVersion
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.queries.results import is_undecided


def publish_all(session: Session, *, conference: Conference, by: Voice, now: datetime) -> int:
    """Publish every decision of the conference together; returns how many.

    Raises DomainError, and nothing has changed, unless each published proposal has a checked decision, every merge
    still has its target, and each answer against the order of supports or against the vote says why. The conference's
    vote, if there is one, must have its signed result.
    """
    session.refresh(conference, with_for_update=True)
    if is_undecided(session, conference.id):
        raise DomainError(N_("The result of the vote has not been signed yet. The decisions have to wait for it."))
    waiting = queries.unready(session, conference.id)
    lacking = waiting["without"] + waiting["prepared"]
    if lacking:
        raise DomainError(
            N_("Proposals that still have no checked decision: %(number)s. All are published together."),
            number=lacking,
        )
    decisions = session.scalars(
        sa.select(Decision)
        .join(Decision.proposal)
        .options(contains_eager(Decision.proposal), joinedload(Decision.merged_into), joinedload(Decision.service))
        .where(
            Decision.conference_id == conference.id,
            Decision.state == DecisionState.CHECKED,
            Proposal.conference_id == conference.id,
            Proposal.state == State.PUBLISHED,
        )
        .order_by(Decision.id)
    ).all()
    if not decisions:
        raise Conflict(N_("There is no decision to publish."))
    _still_right(session, conference, decisions)
    passages = _passages(session, conference)
    for decision in decisions:
        _publish(session, decision, passages[decision.proposal_id], by, now)
    conference.decided_at = now
    record(session, act="conference.decided", subject=conference, by=by, now=now, decisions=len(decisions))
    session.flush()
    tell(session, decisions=decisions, now=now)
    session.flush()
    return len(decisions)


def _still_right(session: Session, conference: Conference, decisions: Sequence[Decision]) -> None:
    """What was right when each one was checked must be right for all of them together."""
    rows = queries.ranking(session, conference.id)
    against = against_order(rows)
    told = _told(session, conference.id)
    silent = sorted(against.keys() - told["against_order"])
    if silent:
        raise DomainError(
            N_("These proposals are passed over against the order of supports, without a reason: %(numbers)s"),
            numbers=", ".join(str(number) for number in silent),
        )
    unheard = {row.proposal_id for row in rows if against_vote(row.won, row.outcome)} - told["against_vote"]
    if unheard:
        raise DomainError(
            N_("These proposals are answered against the result of the vote, without a reason: %(numbers)s"),
            numbers=", ".join(str(number) for number in sorted(unheard)),
        )
    outcomes = {decision.proposal_id: decision.outcome for decision in decisions}
    for decision in decisions:
        if decision.outcome is Outcome.MERGED:
            assert decision.merged_into_id is not None, "the database keeps a merged decision's target"
            if outcomes.get(decision.merged_into_id, Outcome.MERGED) is Outcome.MERGED:
                raise DomainError(
                    N_("The proposal that no. %(number)s is merged into is no longer open."),
                    number=decision.proposal_id,
                )
        decision.against_order = decision.proposal_id in against


def _told(session: Session, conference_id: int) -> Mapping[str, set[int]]:
    """Which proposals have which extra reason in their original answer. One statement."""
    rows = session.execute(
        sa.select(Decision.proposal_id, TextVersion.extra)
        .join(Text, Text.id == Decision.text_id)
        .join(
            TextVersion,
            sa.and_(
                TextVersion.text_id == Text.id,
                TextVersion.language == Text.source_language,
                TextVersion.is_current,
            ),
        )
        .where(Decision.conference_id == conference_id)
    ).all()
    return {
        part: {row.proposal_id for row in rows if row.extra.get(part)} for part in ("against_order", "against_vote")
    }


def _passages(session: Session, conference: Conference) -> Mapping[int, ProposalRound]:
    rows = session.scalars(sa.select(ProposalRound).where(ProposalRound.conference_id == conference.id))
    return {row.proposal_id: row for row in rows}


def _publish(session: Session, decision: Decision, passage: ProposalRound, by: Voice, now: datetime) -> None:
    decision.state = step(TRANSITIONS, decision.state, DecisionState.PUBLISHED)
    decision.published_at = now
    proposal = decision.proposal
    proposal.state = step(PROPOSAL_TRANSITIONS, proposal.state, State.DECIDED)
    proposal.outcome, proposal.merged_into_id = decision.outcome, decision.merged_into_id
    merged = decision.outcome is Outcome.MERGED
    # The counts of this round are kept; the supports themselves stay as they are.
    passage.result, passage.ended_at = Round.MERGED if merged else Round.DECIDED, now
    passage.supports_people = proposal.supports_people
    passage.supports_organisations = proposal.supports_organisations
    if merged:
        _join_authors(session, proposal, decision.merged_into)
    record(
        session,
        act="decision.published",
        subject=proposal,
        by=by,
        now=now,
        outcome=decision.outcome.value,
        reason_code=decision.reason.value,
        body=decision.body,
        decided_on=decision.decided_on.isoformat(),
        paper=decision.paper,
        decision=decision.id,
    )
    if decision.merged_into is not None:
        record(session, act="decision.merged", subject=decision.merged_into, by=by, now=now, proposal=proposal.id)


def _join_authors(session: Session, proposal: Proposal, target: Proposal | None) -> None:
    """The author of a merged proposal is named at the other one from now on."""
    assert target is not None, "the database keeps a merged decision's target"
    session.add(
        CoAuthor(
            proposal_id=target.id,
            from_proposal_id=proposal.id,
            account_id=proposal.author_id,
            organisation_id=proposal.organisation_id,
        )
    )

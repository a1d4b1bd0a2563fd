"""Who may prepare, check and publish decisions, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.decisions.domain import DecisionState
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.proposals.domain import State
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.conferences.models import Conference
    from bihaelt.decisions.models import Decision
    from bihaelt.proposals.models import Proposal

PREPARERS = (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
CHECKERS = (Role.PLAN_OWNER, Role.OFFICE_EDITOR, Role.COUNCIL_CLERK)
PUBLISHERS = (Role.PLAN_OWNER, Role.COUNCIL_CLERK, Role.ADMIN)
AFTER_THE_VOTE = frozenset({Phase.DECIDING, Phase.REPORTING, Phase.DONE})
TOO_EARLY = N_("Decisions can be made from %(moment)s on, when the vote is over.")
NOT_OPEN = N_("Only a published proposal can be decided.")
PUBLISHED = N_("This decision has been published. It can no longer be changed.")
NOT_PREPARED = N_("This decision has been checked already.")
SECOND_PERSON = N_("Somebody else has to check what you have prepared.")


def see_decisions(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of decisions, with what the public does not see yet."""
    return holds(actor, *CHECKERS, *PUBLISHERS)


def prepare_decision(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Write the answer to a proposal, and its translations."""
    verdict = holds(actor, *PREPARERS)
    if not verdict:
        return verdict
    if proposal.state is not State.PUBLISHED:
        return Verdict(NOT_OPEN)
    return _after_the_vote(proposal.conference, now)


def check_decision(actor: Actor | None, decision: "Decision", _now: datetime) -> Verdict:
    """Check an answer that somebody else has prepared (four eyes)."""
    verdict = holds(actor, *CHECKERS)
    if not verdict or actor is None:
        return verdict
    if decision.state is DecisionState.PUBLISHED:
        return Verdict(PUBLISHED)
    if decision.state is DecisionState.CHECKED:
        return Verdict(NOT_PREPARED)
    return Verdict(SECOND_PERSON) if decision.prepared_by_id == actor.id else ALLOWED


def send_back_decision(actor: Actor | None, decision: "Decision", _now: datetime) -> Verdict:
    """Return an answer to its preparer, before it is published."""
    verdict = holds(actor, *CHECKERS)
    if not verdict:
        return verdict
    return Verdict(PUBLISHED) if decision.state is DecisionState.PUBLISHED else ALLOWED


def publish_decisions(actor: Actor | None, conference: "Conference", now: datetime) -> Verdict:
    """Publish all answers of a conference together."""
    verdict = holds(actor, *PUBLISHERS)
    return _after_the_vote(conference, now) if verdict else verdict


def _after_the_vote(conference: "Conference", now: datetime) -> Verdict:
    return ALLOWED if phase_at(conference, now) in AFTER_THE_VOTE else Verdict(TOO_EARLY, moment=conference.vote_closes)

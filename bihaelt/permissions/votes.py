"""Who may support a proposal, in which voice, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor
from bihaelt.marks import N_
from bihaelt.permissions.base import SIGN_IN
from bihaelt.verdicts import ALLOWED, Verdict
from bihaelt.votes.domain import supportable

if TYPE_CHECKING:
    from bihaelt.proposals.models import Proposal


def support(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Support, or take it back, for oneself: everybody with a confirmed account, whatever their passport (R63)."""
    verdict = supportable(proposal.state, proposal.conference, now)
    if not verdict:
        return verdict
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def support_for(actor: Actor | None, subject: "tuple[Proposal, int]", now: datetime) -> Verdict:
    """Support a proposal for an organisation (``subject``: the proposal and the organisation's id)."""
    proposal, organisation_id = subject
    verdict = support(actor, proposal, now)
    return votes_for(actor, organisation_id) if verdict and actor is not None else verdict


def votes_for(actor: Actor, organisation_id: int) -> Verdict:
    """Whether somebody holds a seat with voting right."""
    seat = actor.seat(organisation_id)
    if seat is None:
        return Verdict(N_("You do not speak for this organisation."))
    return ALLOWED if seat.may_vote else Verdict(N_("You do not vote for this organisation."))

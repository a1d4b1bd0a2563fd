"""Who may read, write, change and withdraw a proposal, and who checks it."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import OTHERS, SIGN_IN, holds
from bihaelt.proposals.domain import EDITABLE, PUBLIC, WITHDRAWABLE, State, text_is_frozen
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.conferences.models import Conference
    from bihaelt.proposals.models import Proposal

NOT_NOW = N_("This step is not possible any more. Please look at the current state.")
NO_CALL = N_("No conference collects proposals at the moment.")
NEXT_CALL = N_("Proposals can be submitted from %(moment)s. Until then you can keep yours as a draft.")


def owns(actor: Actor | None, proposal: "Proposal") -> Verdict:
    """Their own proposal, or one of an organisation that they speak for now."""
    if actor is None:
        return Verdict(SIGN_IN)
    if proposal.organisation_id is not None:
        return ALLOWED if actor.seat(proposal.organisation_id) else Verdict(OTHERS)
    return ALLOWED if proposal.author_id == actor.id else Verdict(OTHERS)


def see_proposal(actor: Actor | None, proposal: "Proposal", _now: datetime) -> Verdict:
    """Public ones: everybody. Others: who wrote them; and moderators, once they were handed in."""
    if proposal.state in PUBLIC:
        return ALLOWED
    if proposal.submitted_at is not None and holds(actor, Role.MODERATOR):
        return ALLOWED
    return owns(actor, proposal)


def see_earlier_versions(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """What a proposal said before it became public: who wrote it, and moderators."""
    holder = holds(actor, Role.MODERATOR)
    return holder if holder else owns(actor, proposal)


def write_proposal(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Everybody with a confirmed account, whatever their passport (R63); drafts at any time (R15)."""
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def edit_proposal(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Who wrote it, until the vote begins: what is voted on stays as it is."""
    verdict = owns(actor, proposal)
    if not verdict:
        return verdict
    if proposal.state not in EDITABLE:
        return Verdict(NOT_NOW)
    if proposal.state is State.PUBLISHED and text_is_frozen(proposal.conference.vote_opens, now):
        return Verdict(N_("The vote has begun: the text stays as it is."))
    return ALLOWED


def submit_proposal(
    actor: Actor | None, subject: "tuple[Proposal, Conference | None, datetime | None]", now: datetime
) -> Verdict:
    """Who wrote it, while a conference collects. Subject: the proposal, the collecting conference, the next opening."""
    proposal, collecting, next_opening = subject
    verdict = owns(actor, proposal)
    if not verdict:
        return verdict
    # Submitted already: a second click does the same again, that is nothing.
    if proposal.state not in (State.DRAFT, State.RETURNED, State.SUBMITTED):
        return Verdict(NOT_NOW)
    if collecting is not None:
        return ALLOWED
    return Verdict(NEXT_CALL, moment=next_opening) if next_opening else Verdict(NO_CALL)


def answer_question(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Who wrote it, while a question is open."""
    verdict = owns(actor, proposal)
    return verdict if not verdict or proposal.state is State.NEEDS_INFO else Verdict(NOT_NOW)


def withdraw_proposal(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Who wrote it, until the vote begins; a draft at any time."""
    verdict = owns(actor, proposal)
    if not verdict:
        return verdict
    if proposal.state not in WITHDRAWABLE:
        return Verdict(NOT_NOW)
    if proposal.state is State.PUBLISHED and text_is_frozen(proposal.conference.vote_opens, now):
        return Verdict(N_("The vote has begun: a proposal can no longer be withdrawn."))
    return ALLOWED


def check_proposals(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of the formal check: moderators."""
    return holds(actor, Role.MODERATOR)


def check_proposal(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Publish, ask back or return: moderators, and never their own proposal."""
    verdict = holds(actor, Role.MODERATOR)
    if not verdict or actor is None:
        return verdict
    if owns(actor, proposal):
        return Verdict(N_("This is your own proposal: somebody else has to check it."))
    return ALLOWED if proposal.submitted_at is not None else Verdict(OTHERS)

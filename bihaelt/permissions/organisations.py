"""Who may do what with organisations and their delegates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.organisations.domain import OrganisationState
from bihaelt.permissions.base import OTHERS, SIGN_IN, holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.organisations.models import Delegation, Invitation, Organisation, WorkingGroup

NOT_VERIFIED = N_("This organisation is not verified yet.")
SUSPENDED = N_("This organisation is suspended. Nobody can speak for it at the moment.")
OWN_REQUEST = N_("You cannot verify an organisation that you registered yourself.")
OTHER_LEAD = N_("Another office leads this working group.")


def verify_organisations(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The office's desk: moderators, the plan's owner and administrators."""
    return holds(actor, Role.MODERATOR, Role.PLAN_OWNER, Role.ADMIN)


def verify_organisation(actor: Actor | None, organisation: Organisation, now: datetime) -> Verdict:
    """Four eyes: nobody verifies an organisation for themselves."""
    verdict = verify_organisations(actor, None, now)
    if verdict and actor is not None and organisation.requested_by_id == actor.id:
        return Verdict(OWN_REQUEST)
    return verdict


def see_organisation(actor: Actor | None, organisation: Organisation, now: datetime) -> Verdict:
    """Verified and suspended ones are public; before that, the person who asked and the office see it."""
    if organisation.state in (OrganisationState.VERIFIED, OrganisationState.SUSPENDED):
        return ALLOWED
    if actor is not None and organisation.requested_by_id == actor.id:
        return ALLOWED
    return verify_organisations(actor, None, now)


def register_organisation(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def manage_organisation(actor: Actor | None, organisation: Organisation, now: datetime) -> Verdict:
    """Describe it and appoint its delegates: its own administrators.

    The plan's owner and administrators may too, for an organisation that has lost its last administrator.
    """
    if actor is None:
        return Verdict(SIGN_IN)
    seat = actor.seat(organisation.id)
    if not ((seat is not None and seat.is_admin) or holds(actor, Role.PLAN_OWNER, Role.ADMIN)):
        return Verdict(_why_not(organisation))
    return ALLOWED if organisation.state is OrganisationState.VERIFIED else Verdict(_why_not(organisation))


def _why_not(organisation: Organisation) -> str:
    reasons = {OrganisationState.VERIFIED: OTHERS, OrganisationState.SUSPENDED: SUSPENDED}
    return reasons.get(organisation.state, NOT_VERIFIED)


def end_delegation(actor: Actor | None, delegation: Delegation, now: datetime) -> Verdict:
    """The organisation's administrators; and everybody may step down."""
    if actor is not None and delegation.account_id == actor.id:
        return ALLOWED
    return manage_organisation(actor, delegation.organisation, now)


def answer_invitation(actor: Actor | None, invitation: Invitation, _now: datetime) -> Verdict:
    """Only the person whose address was invited, also a second time with the same answer."""
    if actor is None:
        return Verdict(SIGN_IN)
    invited = invitation.email == actor.email.lower() or invitation.answered_by_id == actor.id
    return ALLOWED if invited else Verdict(OTHERS)


def keep_group(actor: Actor | None, group: WorkingGroup, _now: datetime) -> Verdict:
    """Keep a working group's members, meetings and minutes: the plan's owner, administrators, and its leading office.

    An editor without an office of their own looks after all; a group without a leading office is everybody's.
    """
    if actor is not None and actor.has(Role.PLAN_OWNER, Role.ADMIN):
        return ALLOWED
    verdict = holds(actor, Role.OFFICE_EDITOR)
    if not verdict or actor is None:
        return verdict
    ours = not actor.office_ids or group.lead_office_id is None or group.lead_office_id in actor.office_ids
    return ALLOWED if ours else Verdict(OTHER_LEAD)


def keep_groups(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of the working groups."""
    return holds(actor, Role.OFFICE_EDITOR, Role.PLAN_OWNER, Role.ADMIN)


def see_drafts(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Minutes that are not public yet: everybody who works for the city's plan."""
    return keep_groups(actor, None, _now)

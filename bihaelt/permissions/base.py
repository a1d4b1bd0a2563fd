"""The questions that many permissions share."""

from datetime import datetime

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.verdicts import ALLOWED, Verdict

SIGN_IN = N_("Please sign in first.")
SECOND_FACTOR = N_("Your role needs a second factor. Please set it up, or sign in with it.")
OTHERS = N_("This is for other people.")


def public(_actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Pages that everybody may read."""
    return ALLOWED


def signed_in(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Acts and pages of every person with an account."""
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def holds(actor: Actor | None, *roles: Role) -> Verdict:
    """Whether the person holds one of ``roles`` with the second factor that staff need."""
    if actor is None:
        return Verdict(SIGN_IN)
    if actor.roles.isdisjoint(roles):
        return Verdict(OTHERS)
    return ALLOWED if actor.trusted else Verdict(SECOND_FACTOR)


def staff(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desks: everybody who holds a role."""
    return holds(actor, *Role)


def administer(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Roles and accounts: administrators only."""
    return holds(actor, Role.ADMIN)


def arrange_city(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Clusters, fields, districts, offices, groups and the city's own pages: the plan's owner and administrators."""
    return holds(actor, Role.PLAN_OWNER, Role.ADMIN)

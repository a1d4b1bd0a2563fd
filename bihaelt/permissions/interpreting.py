"""Who may count requests for interpreters."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import OTHERS, SIGN_IN, holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.interpreting.models import InterpreterRequest

COUNTERS = (Role.OFFICE_EDITOR, Role.PLAN_OWNER)
NOT_YOURS = N_("Somebody else has made this entry.")


def count_requests(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Offices, the plan's owner, and those who speak for an organisation."""
    if actor is None:
        return Verdict(SIGN_IN)
    if not actor.roles.isdisjoint(COUNTERS):
        return holds(actor, *COUNTERS)
    return ALLOWED if actor.seats else Verdict(OTHERS)


def remove_request(actor: Actor | None, entry: "InterpreterRequest", now: datetime) -> Verdict:
    """Take an entry away that was a mistake: whoever made it, and the plan's owner."""
    verdict = count_requests(actor, entry, now)
    if not verdict or actor is None:
        return verdict
    own = entry.entered_by_id == actor.id or actor.has(Role.PLAN_OWNER)
    return ALLOWED if own else Verdict(NOT_YOURS)

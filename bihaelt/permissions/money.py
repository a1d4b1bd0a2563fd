"""Who may set budgets and book money."""

from datetime import datetime

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.base import holds
from bihaelt.verdicts import Verdict

BUDGETS = (Role.TREASURY, Role.PLAN_OWNER, Role.ADMIN)


def set_budget(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Set what the council gave a cluster for a year."""
    return holds(actor, *BUDGETS)

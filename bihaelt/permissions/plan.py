"""Who may set budgets and enter funding."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.base import holds
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure

BUDGETS = (Role.TREASURY, Role.PLAN_OWNER, Role.ADMIN)


def set_budget(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Set what the council gave a cluster for a year."""
    return holds(actor, *BUDGETS)


def fund_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Enter what a programme pays for a measure: whoever may change its sheet."""
    return edit_measure(actor, measure, now)

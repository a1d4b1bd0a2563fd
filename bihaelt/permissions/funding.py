"""Who may keep the catalogue of programmes, check what fits, and apply."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.base import holds
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure

KEEPERS = (Role.PLAN_OWNER, Role.TREASURY, Role.ADMIN)
FUNDERS = (Role.PLAN_OWNER, Role.OFFICE_EDITOR, Role.TREASURY, Role.ADMIN)


def keep_programmes(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Add, change and end programmes of the catalogue."""
    return holds(actor, *KEEPERS)


def see_funding(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of deadlines: everybody who works with funding, and who looks after budgets."""
    return holds(actor, *FUNDERS, Role.BUDGET_HOLDER)


def fund_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Check programmes for a measure and apply: whoever may change its sheet."""
    return edit_measure(actor, measure, now)

"""Who may draft, change, move and report on measures."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure

KEEPERS = (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
OTHER_OFFICE = N_("Another office is responsible for this measure.")


def see_measures(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of measures."""
    return holds(actor, *KEEPERS)


def draft_measure(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Make a measure from accepted proposals."""
    return holds(actor, *KEEPERS)


def edit_measure(actor: Actor | None, measure: "Measure", _now: datetime) -> Verdict:
    """Change the sheet, its origin and its figures: the plan's owner, and editors of the responsible office.

    An editor without an office of their own looks after all of them; a measure without an office is everybody's.
    """
    verdict = holds(actor, *KEEPERS)
    if not verdict or actor is None or actor.has(Role.PLAN_OWNER):
        return verdict
    ours = not actor.office_ids or measure.office_id is None or measure.office_id in actor.office_ids
    return ALLOWED if ours else Verdict(OTHER_OFFICE)


def move_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Take a measure through the gates between C, B and A, or to another state."""
    return edit_measure(actor, measure, now)

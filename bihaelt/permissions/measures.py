"""Who may draft, change, move and report on measures."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.imports.models import PlanImport
    from bihaelt.measures.models import Cosignature, Measure

KEEPERS = (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
# Whoever holds one of these roles in an office may speak for it.
OF_OFFICES = (Role.OFFICE_EDITOR, Role.BUDGET_HOLDER, Role.TREASURY, Role.PLAN_OWNER)
CLERKS = (Role.PLAN_OWNER, Role.COUNCIL_CLERK)
OTHER_FILE = N_("Somebody else is working on this file.")
NOT_YOURS = N_("Another office is asked to co-sign.")
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


def see_cosignatures(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of what waits to be co-signed."""
    return holds(actor, *OF_OFFICES)


def co_sign(actor: Actor | None, cosignature: "Cosignature", _now: datetime) -> Verdict:
    """Answer for an office: only for an office in which the person holds a role, whatever else they may do."""
    verdict = holds(actor, *OF_OFFICES)
    if not verdict or actor is None:
        return verdict
    return ALLOWED if cosignature.office_id in actor.office_ids else Verdict(NOT_YOURS)


def take_to_body(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Put a measure on the agenda of a body: who may change it, and the council office."""
    verdict = holds(actor, *CLERKS)
    return verdict if verdict else edit_measure(actor, measure, now)


def record_result(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Note what a body said or decided: the council office and the plan's owner."""
    return holds(actor, *CLERKS)


def release_brake(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Release a brake with a public reason: the plan's owner only."""
    return holds(actor, Role.PLAN_OWNER)


def import_plan(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Read tables of an existing plan: editors may enter measures of their own offices only."""
    return holds(actor, *KEEPERS)


def keep_import(actor: Actor | None, found: "PlanImport", _now: datetime) -> Verdict:
    """Take a table over, undo or forget it: the plan's owner, and whoever brought it."""
    verdict = holds(actor, *KEEPERS)
    if not verdict or actor is None or actor.has(Role.PLAN_OWNER):
        return verdict
    return ALLOWED if found.uploaded_by_id == actor.id else Verdict(OTHER_FILE)


def offices_to_enter(actor: Actor) -> frozenset[int] | None:
    """The offices whose measures a person may enter; None for all of them."""
    return None if actor.has(Role.PLAN_OWNER) or not actor.office_ids else actor.office_ids

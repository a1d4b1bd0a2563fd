"""Who may set budgets, book money, ask for it and approve."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.money.domain import APPROVERS, DONE, NOT_OWN, OWN, TWICE
from bihaelt.permissions.base import holds
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure
    from bihaelt.money.models import Transfer

BUDGETS = (Role.TREASURY, Role.PLAN_OWNER, Role.ADMIN)
HOLDERS = (Role.BUDGET_HOLDER, Role.TREASURY)
BOOKERS = (Role.PLAN_OWNER, Role.BUDGET_HOLDER, Role.TREASURY, Role.OFFICE_EDITOR)
READERS = (*BOOKERS, Role.COUNCIL_CLERK, Role.ADMIN)


def set_budget(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Set what the council gave a cluster for a year."""
    return holds(actor, *BUDGETS)


def steer_money(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Release, freeze and close budgets; set pools and thresholds."""
    return holds(actor, Role.TREASURY)


def see_money(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desks of money: requests, commitments, the year's end, and what the rules would say."""
    return holds(actor, *READERS)


def book_money(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Commit and spend money of a measure, and ask for more: whoever keeps its sheet, budget holders and the treasury."""
    if holds(actor, *HOLDERS):
        return ALLOWED
    return edit_measure(actor, measure, now)


def allocate_money(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Give a measure money of its cluster's budget, within its plan."""
    return holds(actor, *HOLDERS)


def correct_booking(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Take a booking back by a counter entry."""
    return holds(actor, *HOLDERS)


def approve_money(actor: Actor | None, request: "Transfer", _now: datetime) -> Verdict:
    """Take the next step of a request: the role whose turn it is, never the person who asked, no person twice."""
    if request.next_step is None:
        verdict = holds(actor, *READERS)
        return Verdict(DONE) if verdict else verdict
    verdict = holds(actor, APPROVERS[request.next_step])
    if not verdict or actor is None:
        return verdict
    if request.requested_by_id == actor.id:
        return Verdict(OWN)
    if any(approval.by_id == actor.id for approval in request.approvals):
        return Verdict(TWICE)
    return ALLOWED


def withdraw_money(actor: Actor | None, request: "Transfer", _now: datetime) -> Verdict:
    """Withdraw a request that waits: only the person who made it."""
    verdict = holds(actor, *BOOKERS)
    if not verdict or actor is None:
        return verdict
    if request.next_step is None:
        return Verdict(DONE)
    return ALLOWED if request.requested_by_id == actor.id else Verdict(NOT_OWN)


def approve_as_holder(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of requests that wait for budget holders."""
    return holds(actor, Role.BUDGET_HOLDER)


def approve_for_council(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of requests that wait for the council's decision."""
    return holds(actor, Role.COUNCIL_CLERK)


def import_expenses(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Read files of the finance system, book what they say, and take that back."""
    return holds(actor, *HOLDERS)

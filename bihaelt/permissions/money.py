"""Who may set budgets, book money, ask for it and approve."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.money.domain import APPROVERS, DONE, NOT_OWN, OWN, TWICE
from bihaelt.permissions.base import holds
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure
    from bihaelt.money.models import Transfer

BUDGETS = (Role.TREASURY, Role.PLAN_OWNER, Role.ADMIN)
OTHER_CLUSTER = N_("Another budget holder answers for this cluster.")
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


def answers_for(actor: Actor, cluster_id: int) -> bool:
    """Whether a budget holder answers for the budget of a cluster."""
    return actor.cluster_ids is None or cluster_id in actor.cluster_ids


def book_money(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Commit and spend money of a measure, and ask for more: whoever keeps its sheet, its budget holder and the treasury."""
    keeping = edit_measure(actor, measure, now)
    return keeping if keeping or not holds(actor, *HOLDERS) else allocate_money(actor, measure, now)


def allocate_money(actor: Actor | None, measure: "Measure", _now: datetime) -> Verdict:
    """Give a measure money of its cluster's budget, within its plan: the treasury, and the cluster's budget holder."""
    verdict = holds(actor, *HOLDERS)
    if not verdict or actor is None or actor.has(Role.TREASURY):
        return verdict
    return ALLOWED if answers_for(actor, measure.cluster_id) else Verdict(OTHER_CLUSTER)


def correct_booking(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Take a booking of a measure back by a counter entry."""
    return allocate_money(actor, measure, now)


def approve_money(actor: Actor | None, request: "Transfer", _now: datetime) -> Verdict:
    """Take the next step of a request: the role whose turn it is (a budget holder for the cluster that is asked), never the
    person who asked, no person twice.
    """
    if request.next_step is None:
        verdict = holds(actor, *READERS)
        return Verdict(DONE) if verdict else verdict
    verdict = holds(actor, APPROVERS[request.next_step])
    if not verdict or actor is None:
        return verdict
    if request.requested_by_id == actor.id:
        return Verdict(OWN)
    if request.asked_cluster_id is not None and not answers_for(actor, request.asked_cluster_id):
        return Verdict(OTHER_CLUSTER)
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

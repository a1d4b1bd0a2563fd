"""The money of the plan in plain Python: budgets, pools, bookings, and the way of a request through four eyes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled

FIRST_YEAR, LAST_YEAR = 2000, 2100
PRODUCT_GROUP = re.compile(r"\d{2}\.\d{2}\.\d{2}")


class BudgetState(StrEnum):
    """Planned by the council's draft, released for booking, blocked by a budget freeze, closed after the year."""

    PLANNED = "planned"
    RELEASED = "released"
    BLOCKED = "blocked"
    CLOSED = "closed"


labelled(
    {
        BudgetState.PLANNED: N_("Planned"),
        BudgetState.RELEASED: N_("Released"),
        BudgetState.BLOCKED: N_("Frozen"),
        BudgetState.CLOSED: N_("Closed"),
    }
)
BUDGET_STEPS: Mapping[BudgetState, frozenset[BudgetState]] = {
    BudgetState.PLANNED: frozenset({BudgetState.RELEASED}),
    BudgetState.RELEASED: frozenset({BudgetState.BLOCKED, BudgetState.CLOSED}),
    BudgetState.BLOCKED: frozenset({BudgetState.RELEASED, BudgetState.CLOSED}),
    BudgetState.CLOSED: frozenset(),
}


class MoneyKind(StrEnum):
    """Consumptive money is used up in its year, investive money buys what lasts; neither becomes the other (B3)."""

    CONSUMPTIVE = "consumptive"
    INVESTIVE = "investive"


labelled({MoneyKind.CONSUMPTIVE: N_("Running costs"), MoneyKind.INVESTIVE: N_("Investment")})


class PoolKind(StrEnum):
    MUTUAL = "mutual"
    ONE_WAY = "one_way"


labelled({PoolKind.MUTUAL: N_("in both directions"), PoolKind.ONE_WAY: N_("in one direction")})


class BookingKind(StrEnum):
    ALLOCATION = "allocation"
    COMMITMENT = "commitment"
    SETTLEMENT = "settlement"
    ACTUAL = "actual"
    CARRY = "carry"
    TRANSFER = "transfer"


labelled(
    {
        BookingKind.ALLOCATION: N_("Allocation"),
        BookingKind.COMMITMENT: N_("Commitment"),
        BookingKind.SETTLEMENT: N_("Commitment settled"),
        BookingKind.ACTUAL: N_("Expense"),
        BookingKind.CARRY: N_("Carried forward"),
        BookingKind.TRANSFER: N_("Transfer"),
    }
)


class CommitmentState(StrEnum):
    """Reserved without a contract, bound by one, settled by expenses; what is released is free again."""

    RESERVED = "reserved"
    BOUND = "bound"
    SETTLED = "settled"
    RELEASED = "released"


labelled(
    {
        CommitmentState.RESERVED: N_("Reserved"),
        CommitmentState.BOUND: N_("Bound by contract"),
        CommitmentState.SETTLED: N_("Settled"),
        CommitmentState.RELEASED: N_("Released"),
    }
)
OPEN_COMMITMENTS = frozenset({CommitmentState.RESERVED, CommitmentState.BOUND})


class RequestKind(StrEnum):
    """What needs four eyes: money from measure to measure, more than is planned, and money for the next year."""

    TRANSFER = "transfer"
    ALLOCATION = "allocation"
    CARRY = "carry"


labelled(
    {
        RequestKind.TRANSFER: N_("Transfer"),
        RequestKind.ALLOCATION: N_("More than planned"),
        RequestKind.CARRY: N_("Carry-forward"),
    }
)


class TransferState(StrEnum):
    """Checked: the first pair of eyes has said yes, others are still to come."""

    REQUESTED = "requested"
    CHECKED = "checked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    BOOKED = "booked"


labelled(
    {
        TransferState.REQUESTED: N_("Requested"),
        TransferState.CHECKED: N_("Checked"),
        TransferState.APPROVED: N_("Approved"),
        TransferState.REFUSED: N_("Refused"),
        TransferState.WITHDRAWN: N_("Withdrawn"),
        TransferState.BOOKED: N_("Booked"),
    }
)
TRANSFER_STEPS: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.REQUESTED: frozenset(
        {TransferState.CHECKED, TransferState.APPROVED, TransferState.REFUSED, TransferState.WITHDRAWN}
    ),
    TransferState.CHECKED: frozenset(
        {TransferState.CHECKED, TransferState.APPROVED, TransferState.REFUSED, TransferState.WITHDRAWN}
    ),
    TransferState.APPROVED: frozenset({TransferState.BOOKED}),
    TransferState.REFUSED: frozenset(),
    TransferState.WITHDRAWN: frozenset(),
    TransferState.BOOKED: frozenset(),
}
WAITING = frozenset({TransferState.REQUESTED, TransferState.CHECKED})


class Step(StrEnum):
    """Who has to say yes next; the order is that of the way."""

    HOLDER = "holder"
    OTHER_HOLDER = "other_holder"
    TREASURY = "treasury"
    COUNCIL = "council"


labelled(
    {
        Step.HOLDER: N_("Budget holder"),
        Step.OTHER_HOLDER: N_("Budget holder of the other cluster"),
        Step.TREASURY: N_("Treasury"),
        Step.COUNCIL: N_("Council"),
    }
)
APPROVERS: Mapping[Step, Role] = {
    Step.HOLDER: Role.BUDGET_HOLDER,
    Step.OTHER_HOLDER: Role.BUDGET_HOLDER,
    Step.TREASURY: Role.TREASURY,
    Step.COUNCIL: Role.COUNCIL_CLERK,
}
DAYS_TO_ANSWER = 14
OWN = N_("A person never approves their own request.")
NOT_OWN = N_("Only the person who made this request can withdraw it.")
TWICE = N_("You have approved this request already. The second pair of eyes belongs to somebody else.")
DONE = N_("This request is decided already.")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which amounts (in cents, exclusive) the treasury and the council decide as well."""

    treasury_if_over: int = 10_000_00
    council_if_over: int = 50_000_00


def way_of(kind: RequestKind, cents: int, *, across: bool, thresholds: Thresholds) -> tuple[Step, ...]:
    """Who has to approve, in order. ``across``: from one cluster to another without a pool that covers it (B5).

    Inside a pool the budget holder alone; across pools both budget holders and the treasury; more than planned and
    for the next year also the treasury; the council above its threshold.
    """
    way = [Step.HOLDER]
    if across:
        way.append(Step.OTHER_HOLDER)
    if across or kind is not RequestKind.TRANSFER or cents > thresholds.treasury_if_over:
        way.append(Step.TREASURY)
    if cents > thresholds.council_if_over:
        way.append(Step.COUNCIL)
    return tuple(way)


name_acts(
    {
        "budget.set": N_("Budget of a cluster set"),
        "budget.state": N_("Budget of a cluster released, frozen or closed"),
        "money.booked": N_("Money booked"),
        "money.corrected": N_("Booking corrected by a counter entry"),
        "money.requested": N_("Money requested"),
        "money.checked": N_("Request for money checked"),
        "money.approved": N_("Request for money approved"),
        "money.refused": N_("Request for money refused"),
        "money.withdrawn": N_("Request for money withdrawn"),
        "money.recounted": N_("Sums of money corrected"),
        "money.thresholds": N_("Thresholds for approvals changed"),
        "pool.set": N_("Pool of clusters set"),
        "pool.ended": N_("Pool of clusters ended"),
    }
)
name_details(
    {
        "cluster": Detail(N_("Cluster")),
        "year": Detail(N_("Year")),
        "old_cents": Detail(N_("Before"), As.MONEY),
        "new_cents": Detail(N_("Now"), As.MONEY),
        "booking": Detail(N_("Booking"), enum=BookingKind),
        "cents": Detail(N_("Amount"), As.MONEY),
        "document": Detail(N_("Reference")),
        "request": Detail(N_("Request"), enum=RequestKind),
        "from_measure": Detail(N_("From")),
        "to_measure": Detail(N_("To")),
        "step": Detail(N_("Approved by"), enum=Step),
        "paper": Detail(N_("Paper number")),
        "old_budget_state": Detail(N_("Before"), enum=BudgetState),
        "budget_state": Detail(N_("Now"), enum=BudgetState),
        "treasury_if_over": Detail(N_("Treasury from more than"), As.MONEY),
        "council_if_over": Detail(N_("Council from more than"), As.MONEY),
    }
)

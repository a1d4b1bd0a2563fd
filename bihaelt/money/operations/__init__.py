"""What is done with money."""

from bihaelt.money.operations.booking import allocate, bind, commit, correct, expense, release
from bihaelt.money.operations.budgets import (
    end_pool,
    ensure_pool,
    set_budget,
    set_budget_state,
    set_pool,
    set_thresholds,
)
from bihaelt.money.operations.imports import book, discard, forget_previews, pay_back, preview, undo
from bihaelt.money.operations.ledger import Line, Refused, locked, write
from bihaelt.money.operations.recounting import recount
from bihaelt.money.operations.requests import (
    approve,
    refuse,
    request_allocation,
    request_carry,
    request_transfer,
    withdraw,
)

__all__ = [
    "Line",
    "Refused",
    "allocate",
    "approve",
    "bind",
    "book",
    "commit",
    "correct",
    "discard",
    "end_pool",
    "ensure_pool",
    "expense",
    "forget_previews",
    "locked",
    "pay_back",
    "preview",
    "recount",
    "refuse",
    "release",
    "request_allocation",
    "request_carry",
    "request_transfer",
    "set_budget",
    "set_budget_state",
    "set_pool",
    "set_thresholds",
    "undo",
    "withdraw",
    "write",
]

"""Writing organisations and who speaks for them."""

from bihaelt.organisations.operations.delegations import (
    Part,
    accept,
    change_delegation,
    decline,
    end_delegation,
    invite,
    withdraw_invitation,
)
from bihaelt.organisations.operations.entries import (
    Entry,
    arrange,
    describe,
    refuse,
    register,
    restore,
    suspend,
    verify,
)

__all__ = [
    "Entry",
    "Part",
    "accept",
    "arrange",
    "change_delegation",
    "decline",
    "describe",
    "end_delegation",
    "invite",
    "refuse",
    "register",
    "restore",
    "suspend",
    "verify",
    "withdraw_invitation",
]

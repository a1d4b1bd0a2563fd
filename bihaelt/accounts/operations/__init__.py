"""Writing accounts: each verb is one act of a person, of the staff, or of the clock."""

from bihaelt.accounts.operations.credentials import (
    ask_for_reset,
    change_email,
    change_password,
    confirm_email,
    reset_password,
    undo_email,
)
from bihaelt.accounts.operations.profile import change_profile
from bihaelt.accounts.operations.registration import confirm, purge_expired, purge_unconfirmed, register
from bihaelt.accounts.operations.roles import block, end_role, grant_role, keep_an_admin, unblock
from bihaelt.accounts.operations.second_factor import (
    check_second_factor,
    new_recovery_codes,
    remove_second_factor,
    set_second_factor,
)
from bihaelt.accounts.operations.signing_in import (
    ask_for_code,
    check_code,
    check_password,
    end_other_sessions,
    end_session,
    prove,
    start_session,
)

__all__ = [
    "ask_for_code",
    "ask_for_reset",
    "block",
    "change_email",
    "change_password",
    "change_profile",
    "check_code",
    "check_password",
    "check_second_factor",
    "confirm",
    "confirm_email",
    "end_other_sessions",
    "end_role",
    "end_session",
    "grant_role",
    "keep_an_admin",
    "new_recovery_codes",
    "prove",
    "purge_expired",
    "purge_unconfirmed",
    "register",
    "remove_second_factor",
    "reset_password",
    "set_second_factor",
    "start_session",
    "unblock",
    "undo_email",
]

"""What happens to each trace of a person when they take their data along or erase their account (GDPR 15, 17, 20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihaelt.journal.domain import name_acts
from bihaelt.marks import N_, labelled


class Erasing(StrEnum):
    """``delete`` the row, ``forget`` whose it was, or leave it to an act of its own (``special``)."""

    DELETE = "delete"
    FORGET = "forget"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Rule:
    """``exported``: the row is part of the person's own data, not only a mark of an official act."""

    erasing: Erasing
    exported: bool


OWN, GONE = Rule(Erasing.FORGET, True), Rule(Erasing.DELETE, True)
OFFICIAL = Rule(Erasing.FORGET, False)
# (table, column) of every reference to an account; a test fails when one is missing here.
RULES: Mapping[tuple[str, str], Rule] = {
    ("sign_in", "account_id"): GONE,
    ("code", "account_id"): GONE,
    ("recovery_code", "account_id"): GONE,
    ("grant", "account_id"): GONE,
    ("grant", "granted_by_id"): OFFICIAL,
    ("delegation", "account_id"): GONE,
    ("delegation", "appointed_by_id"): OFFICIAL,
    ("organisation", "requested_by_id"): OWN,
    ("invitation", "invited_by_id"): OFFICIAL,
    ("invitation", "answered_by_id"): OWN,
    ("text_version", "author_id"): OWN,
    ("proposal", "author_id"): OWN,
    ("co_author", "account_id"): OWN,
    ("question", "asked_by_id"): OFFICIAL,
    ("support", "account_id"): Rule(Erasing.SPECIAL, True),
    ("comment", "author_id"): OWN,
    ("statement", "author_id"): OWN,
    ("report", "reporter_id"): OWN,
    ("report", "decided_by_id"): OFFICIAL,
    ("hiding", "moderator_id"): OFFICIAL,
    ("appeal", "appellant_id"): OWN,
    ("appeal", "decided_by_id"): OFFICIAL,
    ("decision", "prepared_by_id"): OFFICIAL,
    ("decision", "checked_by_id"): OFFICIAL,
    ("move", "by_id"): OFFICIAL,
    ("cosignature", "answered_by_id"): OFFICIAL,
    ("brake_override", "by_id"): OFFICIAL,
    ("revision", "by_id"): OFFICIAL,
    ("sheet_version", "by_id"): OFFICIAL,
    ("council_paper", "drafted_by_id"): OFFICIAL,
    ("paper_cosignature", "by_id"): OFFICIAL,
    ("build", "ordered_by_id"): OWN,
    ("indicator_value", "entered_by_id"): OFFICIAL,
    ("status_report", "submitted_by_id"): OFFICIAL,
    ("status_report", "checked_by_id"): OFFICIAL,
    ("edition", "made_by_id"): OFFICIAL,
    ("programme_check", "by_id"): OFFICIAL,
    ("finance_import", "uploaded_by_id"): OFFICIAL,
    ("finance_import", "booked_by_id"): OFFICIAL,
    ("plan_import", "uploaded_by_id"): OFFICIAL,
    ("plan_import", "done_by_id"): OFFICIAL,
    ("interpreter_request", "entered_by_id"): OFFICIAL,
    ("transfer", "requested_by_id"): OFFICIAL,
    ("approval", "by_id"): OFFICIAL,
    ("ballot", "closing_asked_by_id"): OFFICIAL,
    ("code_batch", "made_by_id"): OFFICIAL,
    ("verification", "account_id"): OWN,
    ("verification", "verified_by_id"): OFFICIAL,
    ("strike", "struck_by_id"): OFFICIAL,
    ("paper_entry", "typed_by_id"): OFFICIAL,
    ("invalidation", "asked_by_id"): OFFICIAL,
    ("invalidation", "answered_by_id"): OFFICIAL,
    ("certification", "account_id"): OFFICIAL,
}


class Contributions(StrEnum):
    """What becomes of what a person wrote."""

    KEEP = "keep"
    REMOVE = "remove"


labelled(
    {
        Contributions.KEEP: N_("My contributions stay, without my name, as “Deleted profile”"),
        Contributions.REMOVE: N_("My comments and my undecided proposals are removed too"),
    }
)
name_acts({"account.erased": N_("Account erased")})

"""The constitution: who may do what, and when. One function per action, no HTTP, no SQL.

Every function takes ``(actor, subject, now)`` and answers with a Verdict. One module per chapter of the story.
"""

from bihaelt.permissions.accounts import (
    block_account,
    change_sign_in,
    end_role,
    grant_role,
    others_account,
    own_account,
    unblock_account,
)
from bihaelt.permissions.base import SIGN_IN, administer, arrange_city, public, signed_in, staff
from bihaelt.permissions.conferences import (
    arrange_conferences,
    edit_conference,
    extend_conference,
    follow_conference,
)
from bihaelt.permissions.decisions import (
    check_decision,
    prepare_decision,
    publish_decisions,
    see_decisions,
    send_back_decision,
)
from bihaelt.permissions.organisations import (
    answer_invitation,
    end_delegation,
    manage_organisation,
    register_organisation,
    see_organisation,
    verify_organisation,
    verify_organisations,
)
from bihaelt.permissions.pages import answer_feedback
from bihaelt.permissions.votes import support, support_for

__all__ = [
    "SIGN_IN",
    "administer",
    "answer_feedback",
    "answer_invitation",
    "arrange_city",
    "arrange_conferences",
    "block_account",
    "change_sign_in",
    "check_decision",
    "edit_conference",
    "end_delegation",
    "end_role",
    "extend_conference",
    "follow_conference",
    "grant_role",
    "manage_organisation",
    "others_account",
    "own_account",
    "prepare_decision",
    "public",
    "publish_decisions",
    "register_organisation",
    "see_decisions",
    "see_organisation",
    "send_back_decision",
    "signed_in",
    "staff",
    "support",
    "support_for",
    "unblock_account",
    "verify_organisation",
    "verify_organisations",
]

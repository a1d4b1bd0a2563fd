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
from bihaelt.permissions.comments import answer_comment, comment, edit_comment, publish_statement, withdraw_comment
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
from bihaelt.permissions.measures import (
    draft_measure,
    edit_measure,
    move_measure,
    report_on_measure,
    see_measures,
)
from bihaelt.permissions.moderation import (
    appeal_dismissal,
    appeal_hiding,
    decide_appeal,
    moderate,
    moderate_comment,
    report_comment,
    see_hiding,
    see_report,
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
from bihaelt.permissions.plan import fund_measure, set_budget
from bihaelt.permissions.privacy import handle_own_data
from bihaelt.permissions.proposals import (
    answer_question,
    check_proposal,
    check_proposals,
    edit_proposal,
    see_earlier_versions,
    see_proposal,
    submit_proposal,
    withdraw_proposal,
    write_proposal,
)
from bihaelt.permissions.texts import translate
from bihaelt.permissions.votes import support, support_for

__all__ = [
    "SIGN_IN",
    "administer",
    "answer_comment",
    "answer_feedback",
    "answer_invitation",
    "answer_question",
    "appeal_dismissal",
    "appeal_hiding",
    "arrange_city",
    "arrange_conferences",
    "block_account",
    "change_sign_in",
    "check_decision",
    "check_proposal",
    "check_proposals",
    "comment",
    "decide_appeal",
    "draft_measure",
    "edit_comment",
    "edit_conference",
    "edit_measure",
    "edit_proposal",
    "end_delegation",
    "end_role",
    "extend_conference",
    "follow_conference",
    "fund_measure",
    "grant_role",
    "handle_own_data",
    "manage_organisation",
    "moderate",
    "moderate_comment",
    "move_measure",
    "others_account",
    "own_account",
    "prepare_decision",
    "public",
    "publish_decisions",
    "publish_statement",
    "register_organisation",
    "report_comment",
    "report_on_measure",
    "see_decisions",
    "see_earlier_versions",
    "see_hiding",
    "see_measures",
    "see_organisation",
    "see_proposal",
    "see_report",
    "send_back_decision",
    "set_budget",
    "signed_in",
    "staff",
    "submit_proposal",
    "support",
    "support_for",
    "translate",
    "unblock_account",
    "verify_organisation",
    "verify_organisations",
    "withdraw_comment",
    "withdraw_proposal",
    "write_proposal",
]

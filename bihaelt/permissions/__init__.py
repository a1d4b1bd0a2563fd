"""The constitution: who may do what, and when. One function per action, no HTTP, no SQL.

Every function takes ``(actor, subject, now)`` and answers with a Verdict. One module per chapter of the story.
"""

from bihaelt.permissions.base import SIGN_IN, administer, arrange_city, public, signed_in, staff
from bihaelt.permissions.conferences import (
    arrange_conferences,
    edit_conference,
    extend_conference,
    follow_conference,
)
from bihaelt.permissions.pages import answer_feedback

__all__ = [
    "SIGN_IN",
    "administer",
    "answer_feedback",
    "arrange_city",
    "arrange_conferences",
    "edit_conference",
    "extend_conference",
    "follow_conference",
    "public",
    "signed_in",
    "staff",
]

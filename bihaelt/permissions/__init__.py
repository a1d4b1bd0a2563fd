"""The constitution: who may do what, and when. One function per action, no HTTP, no SQL.

Every function takes ``(actor, subject, now)`` and answers with a Verdict. One module per chapter of the story.
"""

from bihaelt.permissions.base import SIGN_IN, administer, arrange_city, public, signed_in, staff

__all__ = [
    "SIGN_IN",
    "administer",
    "arrange_city",
    "public",
    "signed_in",
    "staff",
]

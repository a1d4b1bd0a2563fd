"""One's own data."""

from datetime import datetime

from bihaelt.accounts.domain import Actor
from bihaelt.permissions.accounts import PROVE
from bihaelt.permissions.base import SIGN_IN
from bihaelt.verdicts import ALLOWED, Verdict


def handle_own_data(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Export and erasure: the person themselves, and only shortly after they proved who they are."""
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if actor.fresh else Verdict(PROVE)

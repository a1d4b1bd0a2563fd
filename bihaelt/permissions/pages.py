"""Who may answer what people report about this site."""

from datetime import datetime

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.base import holds
from bihaelt.verdicts import Verdict


def answer_feedback(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The queue of barriers and faults: moderators, the plan's owner and administrators."""
    return holds(actor, Role.MODERATOR, Role.PLAN_OWNER, Role.ADMIN)

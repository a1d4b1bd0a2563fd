"""Who may translate what others wrote."""

from datetime import datetime

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.base import holds
from bihaelt.verdicts import Verdict


def translate(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Write and check translations of public texts: translators. What is public, the view finds out first."""
    return holds(actor, Role.TRANSLATOR)

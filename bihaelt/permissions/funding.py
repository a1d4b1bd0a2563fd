"""Who may enter funding."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure


def fund_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Enter what a programme pays for a measure: whoever may change its sheet."""
    return edit_measure(actor, measure, now)

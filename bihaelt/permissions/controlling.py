"""Who may report on measures."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor
from bihaelt.permissions.measures import edit_measure
from bihaelt.verdicts import Verdict

if TYPE_CHECKING:
    from bihaelt.measures.models import Measure


def report_on_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Publish a status report."""
    return edit_measure(actor, measure, now)

"""Who may report on measures, and who arranges, checks and publishes the reports."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.permissions.measures import KEEPERS, edit_measure
from bihaelt.verdicts import Verdict

if TYPE_CHECKING:
    from bihaelt.controlling.models import ReportingRound
    from bihaelt.measures.models import Measure

CLOSED = N_("This round is closed.")


def report_on_measure(actor: Actor | None, measure: "Measure", now: datetime) -> Verdict:
    """Write a status report: the plan's owner, and editors of the responsible office."""
    return edit_measure(actor, measure, now)


def see_reports(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of what one's office has to report."""
    return holds(actor, *KEEPERS)


def see_rounds(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of the rounds, with what is not published yet; and opening one."""
    return holds(actor, Role.PLAN_OWNER)


def arrange_round(actor: Actor | None, round: "ReportingRound", _now: datetime) -> Verdict:
    """Check, give back and publish the reports of a round, and close it."""
    verdict = holds(actor, Role.PLAN_OWNER)
    return Verdict(CLOSED) if verdict and round.closed_at is not None else verdict

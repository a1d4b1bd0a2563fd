"""Who may arrange conferences, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.conferences.models import Conference

OPENED = N_("This conference has been opened. Only its deadlines may still be extended.")
NOT_OPENED = N_("This conference has not been opened yet: its dates can be changed freely.")
OVER = N_("This conference is over.")
NOT_DECIDED = N_("The next conference can be made once the decisions of this one have been published.")


def arrange_conferences(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of the conferences: the plan's owner and administrators."""
    return holds(actor, Role.PLAN_OWNER, Role.ADMIN)


def edit_conference(actor: Actor | None, conference: "Conference", now: datetime) -> Verdict:
    """Change texts, dates, mandate and the act of opening itself: only before the conference was opened."""
    verdict = arrange_conferences(actor, conference, now)
    if not verdict:
        return verdict
    return ALLOWED if conference.opened_at is None else Verdict(OPENED)


def extend_conference(actor: Actor | None, conference: "Conference", now: datetime) -> Verdict:
    """Move a deadline to a later day: from the opening until the end."""
    verdict = arrange_conferences(actor, conference, now)
    if not verdict:
        return verdict
    if conference.opened_at is None:
        return Verdict(NOT_OPENED)
    return Verdict(OVER) if phase_at(conference, now) is Phase.DONE else ALLOWED


def follow_conference(actor: Actor | None, conference: "Conference", now: datetime) -> Verdict:
    """Make the next conference from this one: once its decisions are public, or its time for them is over."""
    verdict = arrange_conferences(actor, conference, now)
    if not verdict:
        return verdict
    decided = conference.decided_at is not None and conference.decided_at <= now
    over = phase_at(conference, now) in (Phase.REPORTING, Phase.DONE)
    return ALLOWED if decided or over else Verdict(NOT_DECIDED)

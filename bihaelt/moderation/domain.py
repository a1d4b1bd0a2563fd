"""Reports, hiding and appeals of both sides: reasons from a list, and a second person for each (DSA Art. 16, 17, 20)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bihaelt.comments.domain import Ground as Ground
from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.verdicts import ALLOWED, Verdict


class ReportState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


labelled({ReportState.OPEN: N_("Open"), ReportState.UPHELD: N_("Upheld"), ReportState.DISMISSED: N_("Dismissed")})
REPORT_TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.OPEN: frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    ReportState.UPHELD: frozenset(),
    ReportState.DISMISSED: frozenset(),
}


class AppealState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


labelled(
    {AppealState.OPEN: N_("Open"), AppealState.GRANTED: N_("Appeal granted"), AppealState.REFUSED: N_("Appeal refused")}
)
APPEAL_TRANSITIONS: Mapping[AppealState, frozenset[AppealState]] = {
    AppealState.OPEN: frozenset({AppealState.GRANTED, AppealState.REFUSED}),
    AppealState.GRANTED: frozenset(),
    AppealState.REFUSED: frozenset(),
}


# Who reports gets an answer soon; threats come first.
DUE_WITHIN: Mapping[Ground, timedelta] = {
    ground: timedelta(days=1 if ground is Ground.THREAT else 3) for ground in Ground
}
# Six months (DSA Art. 20); the longest six months of a calendar, so that nobody gets less.
APPEAL_WITHIN = timedelta(days=184)
REASON_LENGTH = 2_000
# So many open reports without an account may wait on one comment; more would tell a moderator nothing new.
MOST_ANONYMOUS = 20

name_acts(
    {
        "comment.reported": N_("Comment reported"),
        "comment.hidden": N_("Comment hidden"),
        "comment.restored": N_("Comment shown again"),
        "comment.reports_dismissed": N_("Report dismissed"),
        "comment.appealed": N_("Appeal made"),
        "comment.appeal_granted": N_("Appeal granted"),
        "comment.appeal_refused": N_("Appeal refused"),
    }
)
name_details({"ground": Detail(N_("Ground"), enum=Ground)})
# What the public log of moderation shows.
LOGGED = (
    "comment.hidden",
    "comment.restored",
    "comment.reports_dismissed",
    "comment.appeal_granted",
    "comment.appeal_refused",
)


def due_at(ground: Ground, reported_at: datetime) -> datetime:
    """When a report should be decided."""
    return reported_at + DUE_WITHIN[ground]


def appeal_until(decided_at: datetime) -> datetime:
    """The exclusive end of the time in which one may appeal against a hiding or a dismissal."""
    return decided_at + APPEAL_WITHIN


def another_decides(moderator_id: int | None, appellant_id: int | None, decider_id: int | None) -> Verdict:
    """An appeal is never decided by the person whose decision it is about (DSA Art. 20), nor by the one who made it."""
    if decider_id is None or decider_id == moderator_id:
        return Verdict(N_("You made this decision. Somebody else has to look at the appeal."))
    if decider_id == appellant_id:
        return Verdict(N_("This is your own appeal. Somebody else has to decide."))
    return ALLOWED

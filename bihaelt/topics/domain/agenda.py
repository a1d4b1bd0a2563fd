"""What comes before a working group: the kinds of things that are due."""

from datetime import timedelta
from enum import StrEnum

from bihaelt.marks import N_, labelled

AHEAD = timedelta(days=60)
"""How far an agenda looks ahead."""


class DueKind(StrEnum):
    MILESTONE = "milestone"
    OPEN_POINT = "open_point"
    SIGNATURE = "signature"
    SERVICE = "service"
    REVIEW = "review"
    CONFIRM = "confirm"
    END = "end"


labelled(
    {
        DueKind.MILESTONE: N_("Milestone"),
        DueKind.OPEN_POINT: N_("Open point"),
        DueKind.SIGNATURE: N_("Co-signature"),
        DueKind.SERVICE: N_("Check against the regular service"),
        DueKind.REVIEW: N_("Review of the measure"),
        DueKind.CONFIRM: N_("Confirmation by the body"),
        DueKind.END: N_("End of the measure"),
    }
)

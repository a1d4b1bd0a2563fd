"""Long documents that are built in the background: what may be ordered, and how far an order is."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.verdicts import DomainError


class BuildKind(StrEnum):
    """What takes long enough to be built in the background."""

    BOOKLET = "booklet"
    CONTROLLING = "controlling"
    CONFERENCE = "conference"


labelled(
    {
        BuildKind.BOOKLET: N_("Action plan as a booklet"),
        BuildKind.CONTROLLING: N_("Controlling report"),
        BuildKind.CONFERENCE: N_("Report of a conference"),
    }
)


class BuildState(StrEnum):
    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


labelled(
    {
        BuildState.QUEUED: N_("Waiting"),
        BuildState.BUILDING: N_("Being built"),
        BuildState.READY: N_("Ready"),
        BuildState.FAILED: N_("It could not be built"),
    }
)
BUILD_STEPS: Mapping[BuildState, frozenset[BuildState]] = {
    BuildState.QUEUED: frozenset({BuildState.BUILDING, BuildState.FAILED}),
    BuildState.BUILDING: frozenset({BuildState.READY, BuildState.FAILED}),
    BuildState.READY: frozenset(),
    BuildState.FAILED: frozenset(),
}
UNDER_WAY = frozenset({BuildState.QUEUED, BuildState.BUILDING})
KEPT = timedelta(days=14)
# A worker that was stopped in the middle never reports back; nothing takes that long.
GIVEN_UP = timedelta(minutes=30)
AT_ONCE, A_DAY = 3, 20


def within_limits(under_way: int, today: int) -> None:
    """Raises DomainError when an account has used up what it may order."""
    if under_way >= AT_ONCE:
        raise DomainError(N_("You have ordered several documents already. Please wait until they are ready."))
    if today >= A_DAY:
        raise DomainError(N_("You have ordered many documents today. Please go on tomorrow."))

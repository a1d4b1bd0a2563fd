"""Working groups: founded and ended with a reason, meetings with minutes to which versions are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

name_acts(
    {
        "working_group.member_added": N_("Member added"),
        "working_group.member_removed": N_("Member removed"),
        "working_group.meeting_planned": N_("Meeting planned"),
        "working_group.meeting_cancelled": N_("Meeting cancelled"),
        "working_group.minutes_drafted": N_("Minutes drafted"),
        "working_group.minutes_published": N_("Minutes published"),
    }
)
name_details(
    {
        "held_on": Detail(N_("Day"), As.DAY),
        "member": Detail(N_("Member")),
        "minutes_version": Detail(N_("Version"), As.NUMBER),
    }
)

SAY_WHY = N_("Say why.")
ENDED = N_("This group has ended.")
CANCELLED = N_("This meeting was cancelled.")
MEMBER_ALREADY = N_("This is a member already.")
MEETING_ALREADY = N_("There is a meeting of this group on that day already.")
CHANGED = N_("Somebody else has changed this meanwhile. Please look at it again.")


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the minutes. ``measure_number`` is "M007" or empty; ``who`` does it, ``until`` when."""

    title: str
    result: str = ""
    who: str = ""
    until: date | None = None
    measure_number: str = ""


@dataclass(frozen=True, slots=True)
class MinutesContent:
    """What minutes say: who was there, by their ids, and the points in their order."""

    office_ids: frozenset[int] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    points: Sequence[Point] = ()


def checked(
    content: MinutesContent, *, public: bool, reason: str, after_public: bool, held_on: date, today: date
) -> MinutesContent:
    """The content, if these minutes can be kept; raises DomainError otherwise.

    Public minutes say who was there and hold at least one point with its result; once a version was public
    (``after_public``), every further one says why it is written.
    """
    if held_on > today:
        raise DomainError(N_("This meeting has not been held yet."))
    if after_public and not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    if not content.points:
        raise DomainError(N_("Write down at least one point."), field="title_1")
    for place, point in enumerate(content.points, 1):
        if not point.title.strip():
            raise DomainError(N_("Enter a title"), field=f"title_{place}")
        if public and not point.result.strip():
            raise DomainError(N_("Say what came of it."), field=f"result_{place}")
    if public and not (content.office_ids or content.organisation_ids):
        raise DomainError(N_("Say who was there."), field="offices")
    return content


def measures_move_first(measures: int) -> None:
    """Raises DomainError while measures live in the group that is to be ended: each needs a place to be worked on."""
    if measures:
        raise DomainError(N_("Measures are worked on in this group. Give them another group first."))

"""Working groups with what comes before them, for the tests of their pages."""

from datetime import date, datetime, timedelta

from bihaelt.journal.domain import Voice
from bihaelt.topics import operations
from bihaelt.topics.domain import MinutesContent, Point
from tests.factories import NOW, make_group, make_office

TODAY = date(2026, 11, 22)
BY = Voice(None, "system")


def meet(session, group, days=-3, place="Rathaus, 10 Uhr"):
    """A meeting so many days from today."""
    held_on = TODAY + timedelta(days=days)
    return operations.plan_meeting(session, group=group, held_on=held_on, place=place, by=BY, now=NOW)


def write(session, meeting, *points, offices=None, public=True, reason="", seen=0, now: datetime = NOW):
    """A version of the minutes; the points are titles, each with a result."""
    offices = offices if offices is not None else [make_office(session).id]
    content = MinutesContent(
        frozenset(offices),
        frozenset(),
        [each if isinstance(each, Point) else Point(each, "Erledigt.") for each in points],
    )
    return operations.write_minutes(
        session, meeting=meeting, content=content, public=public, reason=reason, seen=seen, by=BY, now=now, today=TODAY
    )


def led_group(session, name="AG Sport", **values):
    """A group with an office that leads it."""
    office = make_office(session, "Sportamt")
    return make_group(session, name, lead_office_id=office.id, **values), office

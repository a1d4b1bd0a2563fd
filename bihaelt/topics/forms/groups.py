"""Forms of the working groups: founding, ending, members, meetings and minutes."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import request
from wtforms import fields as wtf
from wtforms.validators import Optional

from bihaelt.forms import BaseForm, Choice, Choices, Day, Line, Needed, Paragraphs, named
from bihaelt.i18n import lazy_gettext
from bihaelt.marks import N_
from bihaelt.topics.domain import MinutesContent, Point
from bihaelt.topics.queries import MinutesShown

WHY = N_("Why? This is published.")
SAY_WHY = N_("Say why.")
MOST_POINTS = 40
BLANK = 3
"""Empty points at the end of the form; "More points" adds as many again."""


class TopicsForm(BaseForm):
    """What a group works on."""

    clusters = Choices(N_("Clusters"))
    fields_of_action = Choices(N_("Fields of action"))


class FoundForm(TopicsForm):
    name = Line(N_("Name"), needed=N_("Enter a name"), most=160)
    reason = Paragraphs(
        N_("Why is a new group needed?"),
        needed=SAY_WHY,
        most=2000,
        hint=N_("Say which existing groups you looked at, and why none of them can do it. This is published."),
    )
    lead = Choice(N_("Led by"), coerce=int)


class ReasonForm(BaseForm):
    """The reason for an act, which everybody may read."""

    reason = Paragraphs(WHY, needed=SAY_WHY, most=1000)


class MemberForm(BaseForm):
    """An office or an organisation joins a group."""

    office = Choice(N_("Office"), coerce=int)
    organisation = Choice(N_("Organisation"), coerce=int, hint=N_("Choose an office or an organisation."))

    def validate(self, extra_validators: Any = None) -> bool:
        fitting = bool(super().validate(extra_validators))
        if fitting and (self.office.data is None) == (self.organisation.data is None):
            self.office.errors = [lazy_gettext(N_("Choose an office or an organisation."))]
            return False
        return fitting


class MeetingForm(BaseForm):
    held_on: Any = Day(lazy_gettext(N_("Day")), [Needed(N_("Enter a day."))])
    place = Line(N_("Hour and place"), most=160)


class MinutesForm(BaseForm):
    """Minutes with ``count`` points; empty points are left out. ``seen`` is the version that it was made from."""

    count = 0
    seen = wtf.HiddenField("")
    offices = Choices(N_("Offices that were there"))
    organisations = Choices(N_("Organisations that were there"))
    reason = Line(N_("What is changed, and why?"), most=300, hint=N_("Only once minutes were published."))

    def points(self) -> Sequence[tuple[Any, ...]]:
        """The fields of each point: title, measure, result, who, until."""
        return [
            tuple(self._fields[f"{name}_{n}"] for name in ("title", "measure", "result", "who", "until"))
            for n in range(1, self.count + 1)
        ]

    def seen_number(self) -> int:
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0

    def content(self) -> MinutesContent:
        rows = [[field.data for field in fields] for fields in self.points()]
        points = [
            Point(title or "", result or "", who or "", until, measure or "")
            for title, measure, result, who, until in rows
            if title or result or who or until or measure
        ]
        return MinutesContent(frozenset(self.offices.data or ()), frozenset(self.organisations.data or ()), points)


def points_asked() -> int:
    """How many points the sent form has; a foreign number means one that fits."""
    typed = request.form.get("count", "")
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else BLANK
    return max(1, min(count, MOST_POINTS))


@cache
def minutes_form(count: int) -> type[MinutesForm]:
    """The form with ``count`` points."""
    fields: dict[str, Any] = {"count": count}
    for n in range(1, count + 1):
        fields[f"title_{n}"] = Line(N_("Title"), most=200)
        fields[f"measure_{n}"] = Choice(N_("Measure"))
        fields[f"result_{n}"] = Paragraphs(N_("What came of it"), most=4000)
        fields[f"who_{n}"] = Line(N_("Who does it"), most=160)
        fields[f"until_{n}"] = Day(lazy_gettext(N_("Until when")), [Optional()])
    return type("MinutesForm", (MinutesForm,), fields)


def prefilled(last: MinutesShown | None, points: Sequence[Point], count: int) -> dict[str, Any]:
    """The values of a form: what the last version says, else the points of the agenda."""
    values: dict[str, Any] = {"seen": str(last.number if last else 0)}
    if last is not None:
        values["offices"] = [member.office_id for member in last.present if member.office_id]
        values["organisations"] = [member.organisation_id for member in last.present if member.organisation_id]
        points = [Point(row.title, row.result, row.who, row.until, row.measure_number) for row in last.points]
    for n, point in enumerate(points[:count], 1):
        values |= {
            f"title_{n}": point.title, f"measure_{n}": point.measure_number, f"result_{n}": point.result,
            f"who_{n}": point.who, f"until_{n}": point.until,
        }  # fmt: skip
    return values


def offer_measures(form: MinutesForm, measures: Sequence[tuple[str, str]]) -> None:
    """Each point may be about one of the measures, (number, title) each; one that left the group stays chosen."""
    for _, measure, *_ in form.points():
        known = {number for number, _ in measures}
        kept = [(measure.data, measure.data)] if measure.object_data and measure.object_data not in known else []
        pairs = [(number, f"{number}: {title}") for number, title in measures]
        measure.choices = named([*pairs, *kept], N_("None"))

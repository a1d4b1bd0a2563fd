"""Forms of the conferences' desk."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from bihaelt.conferences.domain import DAY_LABELS, DEADLINES, Access, AgendaKind, Days
from bihaelt.conferences.models import Conference
from bihaelt.conferences.operations import Facts
from bihaelt.conferences.queries import Piece
from bihaelt.forms import BaseForm, Choice, Choices, Day, Euros, Line, Needed, Paragraphs, Tick, options
from bihaelt.i18n import LANGUAGES, lazy_gettext
from bihaelt.marks import N_
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.models import TextVersion

ENTER_DAY = N_("Enter a day")


def a_day(name: str) -> Day:
    return Day(lazy_gettext(DAY_LABELS[name]), [Needed(ENTER_DAY)])


def whole_number(label: str, least: int, most: int, *, hint: str = "") -> IntegerField:
    """An optional whole number."""
    return IntegerField(
        lazy_gettext(label),
        [MayBeEmpty(), NumberRange(least, most)],
        description=lazy_gettext(hint) if hint else "",
    )


class CalendarForm(BaseForm):
    """The days of a conference, each the last one of its phase (or the first, where it says so)."""

    call_opens = a_day("call_opens")
    call_closes = a_day("call_closes")
    screening_until = a_day("screening_until")
    vote_opens = a_day("vote_opens")
    vote_closes = a_day("vote_closes")
    decision_by = a_day("decision_by")
    report_by = a_day("report_by")

    def days(self) -> Days:
        return Days(**{name: self[name].data for name in DEADLINES})


class ConferenceForm(CalendarForm):
    """What a conference is. Clusters are given by the view."""

    title = Line(N_("Title"), needed=N_("Enter a title"), most=160)
    body = Paragraphs(N_("What is it about?"), needed=N_("Write what it is about"), most=5000)
    held_on: Any = Day(lazy_gettext(N_("Day of the meeting")), [Needed(ENTER_DAY)])
    place = Line(N_("Place"), most=200)
    capacity = whole_number(N_("Seats"), 1, 100_000)
    clusters = Choices(N_("Topics"), hint=N_("What the conference asks about"))
    languages = Choices(
        N_("Languages at the meeting"),
        hint=N_("With interpreters, where it needs them"),
        coerce=str,
    )
    childcare = Tick(N_("Childcare"))
    step_free = Tick(N_("Step-free access"))
    sign_language = Tick(N_("Sign language interpreters"))
    hearing_loop = Tick(N_("Hearing loop"))
    cost = Euros(
        lazy_gettext(N_("Cost per person in euros")), description=lazy_gettext(N_("Empty means free of charge"))
    )
    access = Paragraphs(N_("More about access"), most=2000, hint=N_("How to get there, whom to ask for help"))

    def words(self) -> Words:
        return Words(self.title.data, self.body.data, {"access": self.access.data or ""})

    def facts(self, moments: Mapping[str, Any]) -> Facts:
        access = Access(
            languages=tuple(self.languages.data or ()),
            childcare=self.childcare.data,
            step_free=self.step_free.data,
            sign_language=self.sign_language.data,
            hearing_loop=self.hearing_loop.data,
            cost_cents=self.cost.data or 0,
        )
        return Facts(
            held_on=self.held_on.data,
            moments=moments,
            place=self.place.data or "",
            capacity=self.capacity.data,
            access=access,
            clusters=frozenset(self.clusters.data or ()),
        )


class NewConferenceForm(ConferenceForm):
    """With its series: one that there is, or a new one."""

    series = Choice(N_("Series"), coerce=int)
    series_title = Line(N_("Name of the new series"), most=120, hint=N_("Only if it begins a new series"))
    rhythm_months = whole_number(N_("A conference every … months"), 1, 120)


def values_of(conference: Conference, words: Shown, days: Days, clusters: frozenset[int]) -> dict[str, Any]:
    """What stands in the form of a conference that exists."""
    access = Access.read(conference.access)
    return {name: getattr(days, name) for name in DEADLINES} | {
        "title": words.title, "body": words.body, "access": words.extra.get("access", ""), "place": conference.place,
        "held_on": conference.held_on, "capacity": conference.capacity, "clusters": sorted(clusters),
        "languages": list(access.languages), "childcare": access.childcare, "step_free": access.step_free,
        "sign_language": access.sign_language, "hearing_loop": access.hearing_loop, "cost": access.cost_cents or None,
    }  # fmt: skip


class MandateForm(BaseForm):
    """Who ordered the conference, and how much is open (R3)."""

    body = Line(N_("Body that gave the mandate"), needed=N_("Enter the body, for example the city council"), most=160)
    on: Any = Day(lazy_gettext(N_("Date of the decision")), [Needed(ENTER_DAY)])
    paper = Line(
        N_("Number of the council paper"),
        needed=N_("Enter a paper number like 2424/2025-2030."),
        most=40,
        hint=N_("For example 2424/2025-2030"),
    )
    ordered = Paragraphs(N_("What was ordered"), needed=N_("Write what was ordered"), most=5000)
    open = Paragraphs(N_("What is open"), needed=N_("Write what people can decide or change"), most=3000)
    not_open = Paragraphs(N_("What is not open"), needed=N_("Write what is fixed, and why"), most=3000)

    def words(self) -> Words:
        return Words("", self.ordered.data, {"open": self.open.data, "not_open": self.not_open.data})


class ExtendForm(CalendarForm):
    reason = Paragraphs(N_("Reason"), needed=N_("Say why. Everybody can read it."), most=1000)


class AgendaForm(BaseForm):
    title = Line(N_("What happens"), needed=N_("Write what happens"), most=200)
    kind = Choice(N_("Kind"), needed=N_("Choose a kind"), coerce=AgendaKind, choices=options(AgendaKind))
    minutes = IntegerField(
        lazy_gettext(N_("Minutes")), [Needed(N_("Enter the minutes")), NumberRange(1, 600)], default=30
    )


# The parts of each kind of text, in the order of the form: name, label, most characters, one line only.
PARTS: Mapping[str, Sequence[tuple[str, str, int, bool]]] = {
    "conference": (
        ("title", N_("Title"), 160, True),
        ("body", N_("What is it about?"), 5000, False),
        ("access", N_("More about access"), 2000, False),
    ),
    "mandate": (
        ("body", N_("What was ordered"), 5000, False),
        ("open", N_("What is open"), 3000, False),
        ("not_open", N_("What is not open"), 3000, False),
    ),
    "item": (("title", N_("What happens"), 200, True),),
}


def words_form(pieces: Sequence[Piece], have: Mapping[int, TextVersion]) -> BaseForm:
    """One form for all texts of a conference in one language; ``have`` are the versions that there are, by text."""
    fields: dict[str, Any] = {}
    values: dict[str, str] = {}
    for piece in pieces:
        for name, label, most, short in PARTS[piece.kind]:
            key = f"{piece.name}_{name}"
            fields[key] = Line(label, most=most) if short else Paragraphs(label, most=most)
            values[key] = part_of(have.get(piece.text_id), name)
    return type("WordsForm", (BaseForm,), fields)(**values)


def part_of(version: TextVersion | None, name: str) -> str:
    if version is None:
        return ""
    return str(getattr(version, name) if name in ("title", "body") else version.extra.get(name, ""))


def words_in(form: BaseForm, piece: Piece) -> Words | None:
    """What was typed for a piece; None where nothing was."""
    typed = {name: form[f"{piece.name}_{name}"].data or "" for name, *_ in PARTS[piece.kind]}
    if not any(typed.values()):
        return None
    title, body = typed.pop("title", ""), typed.pop("body", "")
    return Words(title, body, typed)


def language_choices() -> list[tuple[str, str]]:
    return [(language.babel, language.name) for language in LANGUAGES]


def moments_of(form: CalendarForm, zone: ZoneInfo) -> Mapping[str, Any]:
    """The days as moments; raises DomainError at the first one out of order."""
    return form.days().moments(zone)

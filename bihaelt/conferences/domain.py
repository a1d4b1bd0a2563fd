"""A conference and its calendar. A phase is never switched: it follows from the dates and the time of asking."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.verdicts import DomainError
from bihaelt.workdays import add_months, day_of, end_of, is_holiday, last_day_of, next_working_day, start_of


class Phase(StrEnum):
    """The phases in their order; each ends (exclusively) where the next begins."""

    PLANNED = "planned"
    COLLECTING = "collecting"
    SCREENING = "screening"
    VOTING = "voting"
    DECIDING = "deciding"
    REPORTING = "reporting"
    DONE = "done"


labelled(
    {
        Phase.PLANNED: N_("Planned"),
        Phase.COLLECTING: N_("Collecting proposals"),
        Phase.SCREENING: N_("Checking proposals"),
        Phase.VOTING: N_("Conference and vote"),
        Phase.DECIDING: N_("Deciding"),
        Phase.REPORTING: N_("Reporting back"),
        Phase.DONE: N_("Done"),
    }
)


class AgendaKind(StrEnum):
    """What happens in a part of the conference day (requirements §3.1)."""

    ARRIVAL = "arrival"
    FRAME = "frame"
    PAST = "past"
    PRESENT = "present"
    BREAK = "break"
    FUTURE = "future"
    COMMON_GROUND = "common_ground"
    ACTION = "action"
    DOTS = "dots"
    CLOSING = "closing"


labelled(
    {
        AgendaKind.ARRIVAL: N_("Arriving"),
        AgendaKind.FRAME: N_("Mandate and rules"),
        AgendaKind.PAST: N_("Looking back"),
        AgendaKind.PRESENT: N_("Where we are today"),
        AgendaKind.BREAK: N_("Break"),
        AgendaKind.FUTURE: N_("Pictures of the future"),
        AgendaKind.COMMON_GROUND: N_("What we have in common"),
        AgendaKind.ACTION: N_("Planning measures"),
        AgendaKind.DOTS: N_("Setting priorities"),
        AgendaKind.CLOSING: N_("Closing"),
    }
)
name_acts(
    {
        "conference.created": N_("Conference created"),
        "conference.changed": N_("Conference changed"),
        "conference.mandated": N_("Mandate recorded"),
        "conference.opened": N_("Conference opened"),
        "conference.extended": N_("Deadline extended"),
        "conference.agenda": N_("Agenda changed"),
        "conference.words": N_("Text of the conference changed"),
        "conference.followed": N_("Next conference made from this one"),
    }
)
DAY_LABELS: Mapping[str, str] = {
    "call_opens": N_("First day for proposals"),
    "call_closes": N_("Last day for proposals"),
    "screening_until": N_("Last day of checking"),
    "vote_opens": N_("First day of the vote"),
    "vote_closes": N_("Last day of the vote"),
    "decision_by": N_("Last day for decisions"),
    "report_by": N_("Last day for the report"),
}
name_details(
    {
        "number": Detail(N_("Number"), As.NUMBER),
        "paper": Detail(N_("Council paper")),
        "mandate_body": Detail(N_("Body")),
        **{name: Detail(label, As.DAY) for name, label in DAY_LABELS.items()},
    }
)
PAPER = re.compile(r"\d{1,5}/\d{4}-\d{4}(/\d+)?")


class Calendar(Protocol):
    """The deadlines of a conference, aware UTC, each the exclusive end of a phase.

    ``opened_at`` is the act of opening.
    """

    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def call_opens(self) -> datetime: ...
    @property
    def call_closes(self) -> datetime: ...
    @property
    def screening_until(self) -> datetime: ...
    @property
    def vote_closes(self) -> datetime: ...
    @property
    def decision_by(self) -> datetime: ...
    @property
    def report_by(self) -> datetime: ...


def phase_at(calendar: Calendar, now: datetime) -> Phase:
    """The phase at ``now``. A conference that was never opened stays planned, whatever its dates say (R3)."""
    if calendar.opened_at is None or now < calendar.call_opens:
        return Phase.PLANNED
    ends = (
        (calendar.call_closes, Phase.COLLECTING),
        (calendar.screening_until, Phase.SCREENING),
        (calendar.vote_closes, Phase.VOTING),
        (calendar.decision_by, Phase.DECIDING),
        (calendar.report_by, Phase.REPORTING),
    )
    return next((phase for end, phase in ends if now < end), Phase.DONE)


@dataclass(frozen=True, slots=True)
class Step:
    """One phase on the phase line: local days, both inclusive; ``state`` is done, current or next."""

    phase: Phase
    starts: date
    ends: date | None
    state: str


def phase_line(calendar: Calendar, now: datetime, zone: ZoneInfo) -> Sequence[Step]:
    """The phases from collecting on, with their local days. The last one (done) has no end."""
    starts = (calendar.call_opens, calendar.call_closes, calendar.screening_until, calendar.vote_closes,
              calendar.decision_by, calendar.report_by)  # fmt: skip
    ends = (*starts[1:], None)
    phases = tuple(Phase)[1:]
    current = tuple(Phase).index(phase_at(calendar, now)) - 1
    return [
        Step(
            phase,
            day_of(start, zone),
            last_day_of(end, zone) if end else None,
            "done" if place < current else "current" if place == current else "next",
        )
        for place, (phase, start, end) in enumerate(zip(phases, starts, ends, strict=True))
        if end is None or start < end
    ]


def ends_at(calendar: Calendar, phase: Phase) -> datetime | None:
    """The exclusive end of ``phase``; None for the last one. Planned ends when the call opens."""
    return {
        Phase.PLANNED: calendar.call_opens,
        Phase.COLLECTING: calendar.call_closes,
        Phase.SCREENING: calendar.screening_until,
        Phase.VOTING: calendar.vote_closes,
        Phase.DECIDING: calendar.decision_by,
        Phase.REPORTING: calendar.report_by,
    }.get(phase)


def days_left(calendar: Calendar, now: datetime, zone: ZoneInfo) -> int | None:
    """Whole days from today to the last day of the present phase: 0 on that day itself; None after the last phase."""
    end = ends_at(calendar, phase_at(calendar, now))
    return None if end is None else (last_day_of(end, zone) - day_of(now, zone)).days


@dataclass(frozen=True, slots=True)
class Days:
    """A calendar as people write it: local days, each the last one of its phase (``…_opens``: the first one)."""

    call_opens: date
    call_closes: date
    screening_until: date
    vote_opens: date
    vote_closes: date
    decision_by: date
    report_by: date

    def moments(self, zone: ZoneInfo) -> Mapping[str, datetime]:
        """The same calendar as it is stored: first moments and exclusive ends in UTC.

        Raises DomainError at the first day that stands before the one it has to follow.
        """
        made = {
            each.name: (start_of if each.name in FIRST_DAYS else end_of)(getattr(self, each.name), zone)
            for each in fields(self)
        }
        _in_order(made)
        return made


def _in_order(moments: Mapping[str, datetime]) -> None:
    for earlier, later in pairwise(DEADLINES):
        if moments[later] < moments[earlier]:
            raise DomainError(N_("This day lies before the end of the phase before it."), field=later)


def retimed(calendar: Any, days: Days, zone: ZoneInfo) -> Mapping[str, datetime]:
    """The moments of a stored calendar after its days were edited: a day that stayed keeps its exact moment.

    Raises DomainError at the first day that is out of order.
    """
    before = days_of(calendar, zone)
    made: dict[str, datetime] = {
        name: getattr(calendar, name)
        if getattr(days, name) == getattr(before, name)
        else (start_of if name in FIRST_DAYS else end_of)(getattr(days, name), zone)
        for name in DEADLINES
    }
    _in_order(made)
    return made


FIRST_DAYS = frozenset({"call_opens", "vote_opens"})
DEADLINES = tuple(each.name for each in fields(Days))


def days_of(calendar: Any, zone: ZoneInfo) -> Days:
    """The days of a stored calendar, as they were entered."""
    return Days(
        **{name: (day_of if name in FIRST_DAYS else last_day_of)(getattr(calendar, name), zone) for name in DEADLINES}
    )


def shifted(days: Days, held_on: date, months: int) -> tuple[Days, date]:
    """The calendar and the day of the meeting ``months`` later, in the same order.

    No deadline falls on a free day: it moves to the next working day. The meeting keeps its weekday (a Saturday stays
    one) and avoids public holidays; a vote that began with the meeting does so again.
    """
    meeting = _meeting(held_on, months)
    moved: dict[str, date] = {}
    floor = date.min
    for name in DEADLINES:
        old: date = getattr(days, name)
        if name == "vote_opens":
            day = max(meeting if old == held_on else add_months(old, months), floor + timedelta(days=1))
        else:
            day = next_working_day(max(add_months(old, months), floor))
        moved[name] = floor = day
    return Days(**moved), meeting


def _meeting(day: date, months: int) -> date:
    target = add_months(day, months)
    beyond = (target.weekday() - day.weekday()) % 7
    target += timedelta(days=7 - beyond if beyond > 3 else -beyond)
    while is_holiday(target):
        target += timedelta(days=7)
    return target


@dataclass(frozen=True, slots=True)
class Access:
    """How a conference is open to all, as it is stored in ``Conference.access``. ``languages`` are Babel ids."""

    languages: tuple[str, ...] = ()
    childcare: bool = False
    step_free: bool = False
    sign_language: bool = False
    hearing_loop: bool = False
    cost_cents: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Access":
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        return replace(cls(**values), languages=tuple(stored.get("languages", ())))

    def stored(self) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"languages": list(self.languages)}


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a conference has, as far as opening it depends on it."""

    mandate_body: str
    mandate_on: date | None
    mandate_paper: str
    ordered: str
    open: str
    not_open: str
    clusters: int
    call_closes: datetime


def missing(conference: Readiness, now: datetime) -> Sequence[str]:
    """What has to be there before a conference may open (R3), as messages; empty when it is ready."""
    needs = (
        (conference.mandate_body, N_("the body that gave the mandate")),
        (conference.mandate_on, N_("the date of the mandate")),
        (conference.mandate_paper, N_("the number of the council paper")),
        (conference.ordered, N_("the text of the mandate")),
        (conference.open, N_("what is open in this conference")),
        (conference.not_open, N_("what is not open in this conference")),
        (conference.clusters, N_("at least one topic")),
        (conference.call_closes > now, N_("a last day for proposals that still lies ahead")),
    )
    return [words for given, words in needs if not given]


class NotReady(DomainError):
    """A conference cannot open; ``missing`` are the messages of what is not there yet."""

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(N_("The conference cannot open yet: something is missing."))
        self.missing = lacking

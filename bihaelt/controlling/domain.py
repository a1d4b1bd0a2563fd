"""Status reports in plain Python: rounds of half-years, the three lights as the rules propose them, and their states."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.verdicts import DomainError


class ReportState(StrEnum):
    """A report is owed, handed in by the office, checked by the plan's owner, and published with all others."""

    DUE = "due"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    PUBLISHED = "published"


labelled(
    {
        ReportState.DUE: N_("To be written"),
        ReportState.SUBMITTED: N_("Handed in"),
        ReportState.CHECKED: N_("Checked"),
        ReportState.PUBLISHED: N_("Published"),
    }
)
TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.DUE: frozenset({ReportState.SUBMITTED}),
    ReportState.SUBMITTED: frozenset({ReportState.SUBMITTED, ReportState.CHECKED, ReportState.DUE}),
    ReportState.CHECKED: frozenset({ReportState.SUBMITTED, ReportState.DUE, ReportState.PUBLISHED}),
    ReportState.PUBLISHED: frozenset(),
}
# While nobody has checked it, the office may say it better; a check is taken back first.
WRITABLE = frozenset({ReportState.DUE, ReportState.SUBMITTED})

name_acts(
    {
        "round.opened": N_("Reporting round opened"),
        "round.closed": N_("Reporting round closed"),
        "round.published": N_("Status reports published"),
        "measure.reported": N_("Status report published"),
        "report.submitted": N_("Status report handed in"),
        "report.checked": N_("Status report checked"),
        "report.unchecked": N_("Check of a status report taken back"),
        "report.asked": N_("Status report given back"),
    }
)
name_details(
    {
        "period": Detail(N_("Period")),
        "due_on": Detail(N_("Due on"), As.DAY),
        "reports": Detail(N_("Status reports"), As.NUMBER),
        "missing": Detail(N_("Missing reports"), As.NUMBER),
    }
)

WORSE = (Light.RED, Light.YELLOW, Light.GREEN)
PERIOD = re.compile(r"20[0-9]{2}-H[12]")
# What is decided and under way is reported on; ideas and drafts are not, and what has ended was reported on.
REPORTING = frozenset({MeasureState.DECIDED, MeasureState.RUNNING, MeasureState.PAUSED})
IN_PLAN = frozenset({Category.A, Category.B})
DAYS_YELLOW = 60
PERCENT_COST = (100, 110)  # forecast of planned: green up to, yellow up to
PERCENT_GOAL = (90, 70)  # value of what was due by now: green from, yellow from


def overall(lights: Iterable[Light]) -> Light:
    """The worst of the lights; those without data do not count, and only grey ones are grey."""
    given = set(lights)
    return next((light for light in WORSE if light in given), Light.GREY)


def half_year(period: str) -> str:
    """``period`` such as "2026-H1"; raises DomainError for anything else."""
    if not PERIOD.fullmatch(period):
        raise DomainError(N_("Enter a half-year, for example 2026-H1."), field="period")
    return period


def year_of(period: str) -> int:
    return int(period[:4])


def days_of(period: str) -> tuple[date, date]:
    """The first and the last day of a half-year."""
    year = year_of(period)
    first = period.endswith("H1")
    return (date(year, 1, 1), date(year, 6, 30)) if first else (date(year, 7, 1), date(year, 12, 31))


def time_light(days_late: int | None) -> Light:
    """By the days that the next milestone is late (0 or less: it is not); None without a milestone, or not started."""
    if days_late is None:
        return Light.GREY
    if days_late <= 0:
        return Light.GREEN
    return Light.YELLOW if days_late <= DAYS_YELLOW else Light.RED


def cost_light(forecast_cents: int | None, planned_cents: int) -> Light:
    """By what the measure will have cost, of what is planned; grey without either of them."""
    if forecast_cents is None or planned_cents <= 0:
        return Light.GREY
    green, yellow = PERCENT_COST
    if forecast_cents * 100 <= planned_cents * green:
        return Light.GREEN
    return Light.YELLOW if forecast_cents * 100 <= planned_cents * yellow else Light.RED


def missing(state: ReportState, due_on: date, today: date) -> bool:
    """Whether the report should be there and is not: the red frame."""
    return state is ReportState.DUE and today > due_on


class Lights(NamedTuple):
    """The three lights of a report."""

    time: Light
    cost: Light
    goal: Light


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. ``planned_cents`` is what the year of the period has for the measure."""

    days_late: int | None = None
    planned_cents: int = 0
    goal: Light = Light.GREY


@dataclass(frozen=True, slots=True)
class Told:
    """What an office reports. A light that is None is to be as the rules propose it; reasons by the light's name."""

    text: str
    next_step: str = ""
    risk: str = ""
    counter: str = ""
    forecast_cents: int | None = None
    time: Light | None = None
    cost: Light | None = None
    goal: Light | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def proposed(facts: Facts, forecast_cents: int | None) -> Lights:
    """The lights as the rules of the controlling report propose them (requirements §3.4)."""
    return Lights(time_light(facts.days_late), cost_light(forecast_cents, facts.planned_cents), facts.goal)


def settled(told: Told, rules: Lights) -> tuple[Lights, Mapping[str, str]]:
    """The lights that stand, and the reasons of those that differ from ``rules``.

    Raises DomainError at the field that is wanting: words, a reason for another light, or what is done where a light
    is yellow or red.
    """
    if not told.text.strip():
        raise DomainError(N_("Say in a few words how it goes."), field="text")
    lights = Lights(*(getattr(told, name) or getattr(rules, name) for name in Lights._fields))
    other = [name for name in Lights._fields if getattr(lights, name) is not getattr(rules, name)]
    reasons = {name: told.reasons.get(name, "").strip() for name in other}
    for name in other:
        if not reasons[name]:
            raise DomainError(N_("Say why this light differs from the rule."), field=f"{name}_reason")
    if not told.counter.strip() and overall(lights) in (Light.YELLOW, Light.RED):
        raise DomainError(N_("Say what is done about it."), field="counter")
    return lights, reasons


def owes(category: Category, state: MeasureState) -> bool:
    """Whether a report on the measure is due when a round opens."""
    return category in IN_PLAN and state in REPORTING


REMIND_DAYS = 7  # before the due day
REPEAT_DAYS = 14  # after it, for as long as the report is missing


def reminder(due_on: date, today: date) -> str:
    """Which letter about a report that is not there is due today: "" (none yet), "soon", or "late-0", "late-1" …"""
    days = (due_on - today).days
    if days > REMIND_DAYS:
        return ""
    return "soon" if days >= 0 else f"late-{(-days - 1) // REPEAT_DAYS}"

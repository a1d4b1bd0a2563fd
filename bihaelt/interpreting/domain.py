"""Requests for interpreters: what is counted, and how far the demand is met (R87, R88). No names, ever."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.small_cells import hidden_cells
from bihaelt.spoken import OTHER, SPOKEN
from bihaelt.verdicts import DomainError

MOST = 500  # requests in one entry
LOOKS_BACK = 400  # days that an entry may lie in the past


class Occasion(StrEnum):
    HEALTH = "health"
    ADVICE = "advice"
    CHILDREN = "children"
    SCHOOL = "school"
    AUTHORITY = "authority"
    WORK = "work"
    VIOLENCE = "violence"
    OTHER = "other"


labelled(
    {
        Occasion.HEALTH: N_("Health and treatment"),
        Occasion.ADVICE: N_("Advice and support"),
        Occasion.CHILDREN: N_("Day care and family"),
        Occasion.SCHOOL: N_("School and training"),
        Occasion.AUTHORITY: N_("Public authority"),
        Occasion.WORK: N_("Work"),
        Occasion.VIOLENCE: N_("Protection from violence"),
        Occasion.OTHER: N_("Other"),
    }
)


class Place(StrEnum):
    """What kind of institution asked."""

    SURGERY = "surgery"
    HOSPITAL = "hospital"
    ADVICE_CENTRE = "advice_centre"
    DAY_CARE = "day_care"
    SCHOOL = "school"
    OFFICE = "office"
    ASSOCIATION = "association"
    OTHER = "other"


labelled(
    {
        Place.SURGERY: N_("Doctor's surgery"),
        Place.HOSPITAL: N_("Hospital"),
        Place.ADVICE_CENTRE: N_("Advice centre"),
        Place.DAY_CARE: N_("Day care centre"),
        Place.SCHOOL: N_("School"),
        Place.OFFICE: N_("Office"),
        Place.ASSOCIATION: N_("Association"),
        Place.OTHER: N_("Other"),
    }
)


class Mode(StrEnum):
    ON_SITE = "on_site"
    VIDEO = "video"
    PHONE = "phone"


labelled({Mode.ON_SITE: N_("On site"), Mode.VIDEO: N_("By video"), Mode.PHONE: N_("By telephone")})


class Outcome(StrEnum):
    """Who interpreted, or why nobody did."""

    SWORN = "sworn"
    POOL = "pool"
    STAFF = "staff"
    REMOTE = "remote"
    NOBODY_FREE = "nobody_free"
    NO_MONEY = "no_money"
    LATE = "late"


labelled(
    {
        Outcome.SWORN: N_("Met: by a sworn interpreter"),
        Outcome.POOL: N_("Met: by the interpreter pool"),
        Outcome.STAFF: N_("Met: by trained staff"),
        Outcome.REMOTE: N_("Met: by a video or telephone service"),
        Outcome.NOBODY_FREE: N_("Not met: nobody was free"),
        Outcome.NO_MONEY: N_("Not met: nobody paid for it"),
        Outcome.LATE: N_("Not met: it came too late"),
    }
)
MET = frozenset({Outcome.SWORN, Outcome.POOL, Outcome.STAFF, Outcome.REMOTE})

name_acts(
    {
        "interpreter_request.counted": N_("Requests for interpreters counted"),
        "interpreter_request.removed": N_("Entry about interpreting removed"),
    }
)
name_details({"requests": Detail(N_("Requested"), As.NUMBER), "on": Detail(N_("Day"), As.DAY)})


@dataclass(frozen=True, slots=True)
class Counted:
    """What one entry says: ``count`` requests that are alike."""

    day: date
    language: str
    occasion: Occasion
    place: Place
    mode: Mode
    outcome: Outcome
    count: int


def fitting(counted: Counted, today: date) -> Counted:
    """The entry, if it can be true; raises DomainError at the field otherwise."""
    if counted.day > today:
        raise DomainError(N_("This day has not come yet."), field="day")
    if (today - counted.day).days > LOOKS_BACK:
        raise DomainError(N_("This day is too long ago."), field="day")
    if counted.language not in (*SPOKEN, OTHER):
        raise DomainError(N_("Choose a language."), field="language")
    if not 1 <= counted.count <= MOST:
        raise DomainError(N_("Enter a number from 1 to %(most)s."), field="count", most=MOST)
    return counted


QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])")


def quarter_of(day: date) -> str:
    """ "2026-Q3" for a day in July, August or September."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> date:
    """The first day of "2026-Q3"; ValueError for anything else."""
    match = QUARTER.fullmatch(quarter)
    if match is None:
        raise ValueError(quarter)
    return date(int(match[1]), int(match[2]) * 3 - 2, 1)


def quarters_back(today: date, how_many: int) -> Sequence[str]:
    """The present quarter and those before it, the newest first."""
    number = today.year * 4 + (today.month - 1) // 3
    return [f"{each // 4}-Q{each % 4 + 1}" for each in range(number, number - how_many, -1)]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Requests and how many of them were met; both None where so few asked that they stay hidden."""

    requested: int | None
    met: int | None

    @property
    def share(self) -> float | None:
        """Met requests as a fraction of all, or None without a figure to show."""
        return self.met / self.requested if self.requested and self.met is not None else None

    @property
    def hidden(self) -> bool:
        return self.requested is None


@dataclass(frozen=True, slots=True)
class QuarterCoverage:
    """One quarter: everything first, then the languages (ISO 639) in the order of SPOKEN."""

    quarter: str
    total: Coverage
    languages: Mapping[str, Coverage]


def coverage(rows: Iterable[tuple[str, str, int, int]]) -> Sequence[QuarterCoverage]:
    """Rows of (quarter, language, requested, met) as what may be published, the newest quarter first.

    A language that fewer than five asked for in a quarter is hidden, and others with it, so that nobody can compute it.
    Languages are never added up over the quarters: that sum would undo the hiding.
    """
    by_quarter: dict[str, dict[str, tuple[int, int]]] = {}
    for quarter, language, requested, met in rows:
        by_quarter.setdefault(quarter, {})[language] = (requested, met)
    return [_published(quarter, by_quarter[quarter]) for quarter in sorted(by_quarter, reverse=True)]


def _published(quarter: str, found: Mapping[str, tuple[int, int]]) -> QuarterCoverage:
    rank = {language: place for place, language in enumerate((*SPOKEN, OTHER))}
    ordered = dict(sorted(found.items(), key=lambda pair: rank.get(pair[0], len(rank))))
    hidden = hidden_cells({language: requested for language, (requested, _) in ordered.items()})
    return QuarterCoverage(
        quarter,
        Coverage(sum(pair[0] for pair in found.values()), sum(pair[1] for pair in found.values())),
        {key: Coverage(None, None) if key in hidden else Coverage(*pair) for key, pair in ordered.items()},
    )

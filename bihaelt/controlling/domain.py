"""Status reports in plain Python: three lights for a half-year, and the worst of them (R46)."""

import re
from collections.abc import Iterable

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_
from bihaelt.measures.domain import Light
from bihaelt.verdicts import DomainError

name_acts({"measure.reported": N_("Status report published")})
name_details({"period": Detail(N_("Period"))})

WORSE = (Light.RED, Light.YELLOW, Light.GREEN)
PERIOD = re.compile(r"20[0-9]{2}-H[12]")


def overall(lights: Iterable[Light]) -> Light:
    """The worst of the lights; those without data do not count, and only grey ones are grey."""
    given = set(lights)
    return next((light for light in WORSE if light in given), Light.GREY)


def half_year(period: str) -> str:
    """``period`` such as "2026-H1"; raises DomainError for anything else."""
    if not PERIOD.fullmatch(period):
        raise DomainError(N_("Enter a half-year, for example 2026-H1."), field="period")
    return period

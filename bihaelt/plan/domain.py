"""The action plan in plain Python: money per cluster, levels of funding, and cells that no table program runs."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.verdicts import DomainError


class Level(StrEnum):
    EU = "eu"
    FEDERAL = "federal"
    STATE = "state"
    CITY = "city"


labelled(
    {
        Level.EU: N_("European Union"),
        Level.FEDERAL: N_("Federal government"),
        Level.STATE: N_("State of North Rhine-Westphalia"),
        Level.CITY: N_("City"),
    }
)


class FundingState(StrEnum):
    PLANNED = "planned"
    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    SETTLED = "settled"


labelled(
    {
        FundingState.PLANNED: N_("Planned"),
        FundingState.APPLIED: N_("Applied for"),
        FundingState.GRANTED: N_("Granted"),
        FundingState.REFUSED: N_("Refused"),
        FundingState.SETTLED: N_("Settled"),
    }
)
name_acts(
    {
        "budget.set": N_("Budget of a cluster set"),
        "measure.funded": N_("Funding of the measure changed"),
    }
)
name_details(
    {
        "cluster": Detail(N_("Cluster")),
        "year": Detail(N_("Year")),
        "old_cents": Detail(N_("Before"), As.MONEY),
        "new_cents": Detail(N_("Now"), As.MONEY),
        "programme": Detail(N_("Programme")),
        "funding_state": Detail(N_("State"), enum=FundingState),
    }
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
COUNTING = frozenset(FundingState) - {FundingState.REFUSED}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a programme pays for: clusters (none: all), and whole years, both inclusive."""

    cluster_ids: Collection[int]
    first_year: int
    last_year: int


def fundable(terms: Terms, *, cluster_id: int, starts_on: date | None) -> None:
    """Raises DomainError where the programme does not pay for the cluster, or not in the year of the beginning (R40)."""
    if terms.cluster_ids and cluster_id not in terms.cluster_ids:
        raise DomainError(N_("This programme does not pay for this cluster."), field="programme")
    if starts_on is not None and not terms.first_year <= starts_on.year <= terms.last_year:
        raise DomainError(
            N_("This programme pays for the years %(first)s to %(last)s only."),
            field="programme",
            first=terms.first_year,
            last=terms.last_year,
        )


FORMULA = "=+-@"
SPLITTERS = ";,|\t\r\n"
BLANK = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff\"']")
HARMLESS = re.compile(r"[+-]?\d+(?:[.,]\d+)*|\+\d[\d /()-]*")


def cell(text: str) -> str:
    """``text`` as a cell of a CSV file that no table program takes for a formula (check 42).

    An apostrophe goes before = + - @ (also in full width) wherever a program may see the beginning of a cell: at the
    start, after blanks, invisible characters or quotes, and after anything that some program splits columns at.
    A leading TAB, CR or LF gets one too. Plain numbers and telephone numbers stay as they are.
    """
    if HARMLESS.fullmatch(text):
        return text
    out: list[str] = ["'"] if text[:1] in ("\t", "\r", "\n") and text else []
    beginning = True
    for character in text:
        if beginning and unicodedata.normalize("NFKC", character)[0] in FORMULA:
            out.append("'")
            beginning = False
        elif character in SPLITTERS:
            beginning = True
        elif not BLANK.match(character):
            beginning = False
        out.append(character)
    return "".join(out)


def euros(cents: int) -> str:
    """Integer cents as a German table reads them: 1234,50."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"

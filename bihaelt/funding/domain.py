"""Funding programmes: who pays, for what and when; and what becomes of an application (R38–R40)."""

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
name_acts({"measure.funded": N_("Funding of the measure changed")})
name_details(
    {
        "old_cents": Detail(N_("Before"), As.MONEY),
        "new_cents": Detail(N_("Now"), As.MONEY),
        "programme": Detail(N_("Programme")),
        "funding_state": Detail(N_("State"), enum=FundingState),
    }
)
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

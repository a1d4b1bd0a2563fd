"""The action plan in plain Python: money per cluster, levels of funding."""

from enum import StrEnum

from bihaelt.marks import N_, labelled


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

"""Reports, hiding and appeals: reasons from a list, and a second person for each appeal (DSA Art. 16, 17, 20)."""

from collections.abc import Mapping
from enum import StrEnum

from bihaelt.marks import N_, labelled


class Ground(StrEnum):
    """Why something is reported or hidden; the same list for both, so that a decision answers the report."""

    INSULT = "insult"
    RACISM = "racism"
    SEXISM = "sexism"
    THREAT = "threat"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"


labelled(
    {
        Ground.INSULT: N_("Insult"),
        Ground.RACISM: N_("Racism or incitement"),
        Ground.SEXISM: N_("Sexism or hostility towards queer people"),
        Ground.THREAT: N_("Threat or violence"),
        Ground.PERSONAL_DATA: N_("Personal data of others"),
        Ground.ADVERTISING: N_("Advertising"),
        Ground.OFF_TOPIC: N_("Off topic or repeated"),
        Ground.UNLAWFUL: N_("Other unlawful content"),
    }
)


class ReportState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


labelled({ReportState.OPEN: N_("Open"), ReportState.UPHELD: N_("Upheld"), ReportState.DISMISSED: N_("Dismissed")})
REPORT_TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.OPEN: frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    ReportState.UPHELD: frozenset(),
    ReportState.DISMISSED: frozenset(),
}


class AppealState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


labelled({AppealState.OPEN: N_("Open"), AppealState.GRANTED: N_("Granted"), AppealState.REFUSED: N_("Refused")})
APPEAL_TRANSITIONS: Mapping[AppealState, frozenset[AppealState]] = {
    AppealState.OPEN: frozenset({AppealState.GRANTED, AppealState.REFUSED}),
    AppealState.GRANTED: frozenset(),
    AppealState.REFUSED: frozenset(),
}

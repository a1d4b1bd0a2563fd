"""Electorates, and counts that keep them apart."""

from dataclasses import dataclass
from enum import StrEnum

from bihaelt.marks import N_, labelled


class Electorate(StrEnum):
    PEOPLE = "people"
    ORGANISATIONS = "organisations"


labelled({Electorate.PEOPLE: N_("People"), Electorate.ORGANISATIONS: N_("Organisations")})


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts side by side. There is no sum of the two, on purpose: adding tallies adds each electorate on its own."""

    people: int
    organisations: int

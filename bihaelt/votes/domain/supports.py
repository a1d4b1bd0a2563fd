"""Electorates, counts that keep them apart, and when a proposal may be supported."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihaelt.conferences.domain import Calendar, Phase, phase_at
from bihaelt.journal.domain import Voice, name_acts
from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import State
from bihaelt.verdicts import ALLOWED, Verdict

name_acts(
    {
        "proposal.supported": N_("Proposal supported"),
        "proposal.support_withdrawn": N_("Support withdrawn"),
        "proposal.supports_recounted": N_("Supports counted again"),
    }
)


class Electorate(StrEnum):
    PEOPLE = "people"
    ORGANISATIONS = "organisations"


labelled({Electorate.PEOPLE: N_("People"), Electorate.ORGANISATIONS: N_("Organisations")})


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts side by side. There is no sum of the two, on purpose: adding tallies adds each electorate on its own."""

    people: int = 0
    organisations: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.people + other.people, self.organisations + other.organisations)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person has already supported: for themselves, and for which of their organisations."""

    person: bool = False
    organisations: frozenset[int] = frozenset()


def electorate_of(voice: Voice) -> Electorate:
    """Whose count an act belongs to: that of the voice in which it is done."""
    return Electorate.PEOPLE if voice.organisation_id is None else Electorate.ORGANISATIONS


def supportable(state: State, calendar: Calendar, now: datetime) -> Verdict:
    """Whether a proposal takes supports at ``now``: published, and its conference collects or checks proposals."""
    if state is not State.PUBLISHED:
        return Verdict(N_("This proposal cannot be supported any more."))
    phase = phase_at(calendar, now)
    if phase is Phase.PLANNED:
        return Verdict(N_("Supporting begins on %(moment)s."), moment=calendar.call_opens)
    if phase in (Phase.COLLECTING, Phase.SCREENING):
        return ALLOWED
    return Verdict(N_("Supporting ended on %(moment)s."), moment=calendar.screening_until)

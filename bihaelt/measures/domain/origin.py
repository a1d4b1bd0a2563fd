"""What a measure takes over from proposals, and its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import Outcome
from bihaelt.verdicts import DomainError


class Takes(StrEnum):
    """How far a measure takes a proposal over."""

    FULLY = "fully"
    PART = "part"
    SPIRIT = "spirit"


labelled({Takes.FULLY: N_("in full"), Takes.PART: N_("in part"), Takes.SPIRIT: N_("in spirit")})

TAKES: Mapping[Outcome, frozenset[Takes]] = {
    Outcome.ACCEPTED: frozenset(Takes),
    Outcome.PARTLY: frozenset({Takes.PART, Takes.SPIRIT}),
}


@dataclass(frozen=True, slots=True)
class Take:
    """How a measure takes a proposal over; ``part`` says which part."""

    proposal_id: int
    takes: Takes
    part: str = ""


def fitting(take: Take, outcome: Outcome | None) -> Take:
    """The take, if the proposal's outcome allows it; raises DomainError otherwise.

    A measure comes from a proposal that was accepted, fully or in part; what was accepted in part cannot be taken
    over in full, and "in part" says which part.
    """
    allowed = TAKES.get(outcome, frozenset()) if outcome is not None else frozenset()
    if not allowed:
        raise DomainError(N_("Only an accepted proposal becomes a measure."), field="takes")
    if take.takes not in allowed:
        raise DomainError(N_("This proposal was accepted in part. It cannot be taken over in full."), field="takes")
    if take.takes is Takes.PART and not take.part.strip():
        raise DomainError(N_("Say which part is taken over."), field="part")
    return take if take.takes is Takes.PART else Take(take.proposal_id, take.takes)


def next_number(last: str | None) -> str:
    """The number after ``last`` ("M007" -> "M008"); the first is M001, and M999 is followed by M1000."""
    count = int(last[1:]) + 1 if last else 1
    return f"M{count:03}"

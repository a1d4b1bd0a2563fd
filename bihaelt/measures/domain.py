"""A measure: its category, its state, what it takes over from proposals, and the gates before B and A."""

from collections.abc import Mapping
from enum import StrEnum

from bihaelt.marks import N_, labelled


class Category(StrEnum):
    """Maturity (R27): A where we stand, B what we work on, C what we will work on."""

    A = "A"
    B = "B"
    C = "C"


labelled(
    {
        Category.A: N_("Where we stand"),
        Category.B: N_("What we are working on"),
        Category.C: N_("What we will work on"),
    }
)
CATEGORY_STEPS: Mapping[Category, frozenset[Category]] = {
    Category.C: frozenset({Category.B}),
    Category.B: frozenset({Category.A, Category.C}),
    Category.A: frozenset({Category.B}),
}


class MeasureState(StrEnum):
    IDEA = "idea"
    DRAFT = "draft"
    DECIDED = "decided"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    ENDED = "ended"


labelled(
    {
        MeasureState.IDEA: N_("Idea"),
        MeasureState.DRAFT: N_("Draft"),
        MeasureState.DECIDED: N_("Decided"),
        MeasureState.RUNNING: N_("Running"),
        MeasureState.PAUSED: N_("Paused"),
        MeasureState.COMPLETED: N_("Completed"),
        MeasureState.HANDED_OVER: N_("Handed over to regular service"),
        MeasureState.ENDED: N_("Ended"),
    }
)
TRANSITIONS: Mapping[MeasureState, frozenset[MeasureState]] = {
    MeasureState.IDEA: frozenset({MeasureState.DRAFT, MeasureState.ENDED}),
    MeasureState.DRAFT: frozenset({MeasureState.IDEA, MeasureState.DECIDED, MeasureState.ENDED}),
    MeasureState.DECIDED: frozenset({MeasureState.RUNNING, MeasureState.DRAFT, MeasureState.ENDED}),
    MeasureState.RUNNING: frozenset({MeasureState.PAUSED, MeasureState.COMPLETED, MeasureState.ENDED}),
    MeasureState.PAUSED: frozenset({MeasureState.RUNNING, MeasureState.ENDED}),
    MeasureState.COMPLETED: frozenset({MeasureState.HANDED_OVER}),
    MeasureState.HANDED_OVER: frozenset(),
    MeasureState.ENDED: frozenset(),
}


class Takes(StrEnum):
    """How far a measure takes a proposal over."""

    FULLY = "fully"
    PART = "part"
    SPIRIT = "spirit"


labelled({Takes.FULLY: N_("in full"), Takes.PART: N_("in part"), Takes.SPIRIT: N_("in spirit")})


class Need(StrEnum):
    OPEN = "open"
    SHOWN = "shown"
    NONE = "none"


labelled({Need.OPEN: N_("Not yet checked"), Need.SHOWN: N_("The need is shown"), Need.NONE: N_("No new need")})


class ServiceCheck(StrEnum):
    OPEN = "open"
    LINKED = "linked"
    NONE = "none"


labelled(
    {
        ServiceCheck.OPEN: N_("Not yet checked"),
        ServiceCheck.LINKED: N_("Regular service linked"),
        ServiceCheck.NONE: N_("There is no regular service"),
    }
)


class FundingCheck(StrEnum):
    OPEN = "open"
    SUITABLE = "suitable"
    UNSUITABLE = "unsuitable"


labelled(
    {
        FundingCheck.OPEN: N_("Not yet checked"),
        FundingCheck.SUITABLE: N_("A programme fits"),
        FundingCheck.UNSUITABLE: N_("No programme fits"),
    }
)


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


labelled(
    {
        Light.GREEN: N_("On track"),
        Light.YELLOW: N_("Needs attention"),
        Light.RED: N_("In trouble"),
        Light.GREY: N_("No data yet"),
    }
)

"""What goals and indicators are made of, and what their acts are called."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled


class IndicatorKind(StrEnum):
    """What an indicator shows: what was done, what it changed, or what lies around it."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    CONTEXT = "context"


labelled(
    {
        IndicatorKind.OUTPUT: N_("Output: what was done"),
        IndicatorKind.OUTCOME: N_("Outcome: what it changed"),
        IndicatorKind.CONTEXT: N_("Context: what it depends on"),
    }
)


class Quantity(StrEnum):
    """How groups come together: counts add up, shares (in per cent) and means do not."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"


labelled(
    {
        Quantity.COUNT: N_("A count"),
        Quantity.SHARE: N_("A share in per cent"),
        Quantity.MEAN: N_("A mean or an index"),
    }
)


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    NONE = "none"


labelled(
    {
        Direction.UP: N_("More is better"),
        Direction.DOWN: N_("Less is better"),
        Direction.NONE: N_("Neither is better"),
    }
)


class Rhythm(StrEnum):
    """How long the periods are. One per indicator: periods that overlap would give away what is hidden."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"


labelled({Rhythm.YEAR: N_("Every year"), Rhythm.HALF: N_("Every half-year"), Rhythm.QUARTER: N_("Every quarter")})


class ValueState(StrEnum):
    """A value is confirmed by its office, agreed by the plan's owner, and then published."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    AGREED = "agreed"
    PUBLISHED = "published"
    REPLACED = "replaced"


labelled(
    {
        ValueState.ENTERED: N_("Entered"),
        ValueState.CONFIRMED: N_("Confirmed by the office"),
        ValueState.AGREED: N_("Confirmed by the plan owner"),
        ValueState.PUBLISHED: N_("Published"),
        ValueState.REPLACED: N_("Replaced by a correction"),
    }
)
VALUE_STEPS: Mapping[ValueState, frozenset[ValueState]] = {
    ValueState.ENTERED: frozenset({ValueState.CONFIRMED, ValueState.ENTERED}),
    ValueState.CONFIRMED: frozenset({ValueState.AGREED, ValueState.ENTERED}),
    ValueState.AGREED: frozenset({ValueState.PUBLISHED, ValueState.ENTERED}),
    ValueState.PUBLISHED: frozenset({ValueState.REPLACED}),
    ValueState.REPLACED: frozenset(),
}
OPEN = (ValueState.ENTERED, ValueState.CONFIRMED, ValueState.AGREED)


class Stance(StrEnum):
    """How a measure stands to a guiding principle."""

    CONFORMS = "conforms"
    CONFLICT = "conflict"


labelled({Stance.CONFORMS: N_("Conforms"), Stance.CONFLICT: N_("In conflict")})


class Cover(StrEnum):
    """How far the measures cover a recommendation."""

    COVERED = "covered"
    PLANNED = "planned"
    GAP = "gap"


labelled({Cover.COVERED: N_("Covered"), Cover.PLANNED: N_("Only planned"), Cover.GAP: N_("Gap: no measure yet")})


class Dimension(StrEnum):
    """By what a value may be broken down. Never by descent: no groups of people are made up (R65)."""

    GENDER = "gender"
    AGE = "age"
    DISTRICT = "district"
    LANGUAGE = "language"
    PLACE = "place"
    SECTOR = "sector"


labelled(
    {
        Dimension.GENDER: N_("Gender"),
        Dimension.AGE: N_("Age"),
        Dimension.DISTRICT: N_("District"),
        Dimension.LANGUAGE: N_("Language"),
        Dimension.PLACE: N_("Kind of institution"),
        Dimension.SECTOR: N_("Sector"),
    }
)
NOT_SAID = "na"
# The groups of a dimension in the order of the tables, by key; districts and languages are filled in from elsewhere.
GROUPS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.GENDER: {"w": N_("Women and girls"), "m": N_("Men and boys"), "d": N_("Diverse")},
    Dimension.AGE: {
        "0-5": N_("under 6 years"), "6-13": N_("6 to 13 years"), "14-17": N_("14 to 17 years"),
        "18-26": N_("18 to 26 years"), "27-64": N_("27 to 64 years"), "65-": N_("65 years and older"),
    },
    Dimension.DISTRICT: {},
    Dimension.LANGUAGE: {},
    Dimension.PLACE: {
        "health": N_("Health"), "social": N_("Social services"), "education": N_("Day care and school"),
        "authority": N_("Public authority"), "other": N_("Other"),
    },
    Dimension.SECTOR: {
        "food": N_("Food industry"), "building": N_("Building"), "care": N_("Care"), "cleaning": N_("Cleaning"),
        "delivery": N_("Delivery and storage"), "other": N_("Other"),
    },
}  # fmt: skip
NOT_SAID_LABEL = N_("Not stated")
# More languages than these in one table cannot be typed by anybody.
COMMON_LANGUAGES: Sequence[str] = ("ar", "fa", "ku", "pl", "ro", "ru", "ti", "tr", "uk", "other")

name_acts(
    {
        "goal.added": N_("Goal added"),
        "goal.changed": N_("Goal changed"),
        "indicator.added": N_("Indicator added"),
        "indicator.changed": N_("Indicator changed"),
        "indicator.entered": N_("Value entered"),
        "indicator.confirmed": N_("Value confirmed by the office"),
        "indicator.agreed": N_("Value confirmed by the plan owner"),
        "indicator.returned": N_("Value sent back"),
        "indicator.published": N_("Value published"),
        "indicator.corrected": N_("Value corrected"),
        "measure.implements": N_("Recommendations of the measure changed"),
        "measure.principles": N_("Guiding principles of the measure changed"),
    }
)
name_details({"period": Detail(N_("Period")), "version": Detail(N_("Version"))})

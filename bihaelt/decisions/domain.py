"""The answer to a proposal: prepared unseen, checked by a second person, published together."""

from collections.abc import Mapping
from enum import StrEnum

from bihaelt.marks import N_, labelled


class DecisionState(StrEnum):
    PREPARED = "prepared"
    CHECKED = "checked"
    PUBLISHED = "published"


labelled(
    {
        DecisionState.PREPARED: N_("Prepared"),
        DecisionState.CHECKED: N_("Checked"),
        DecisionState.PUBLISHED: N_("Published"),
    }
)
TRANSITIONS: Mapping[DecisionState, frozenset[DecisionState]] = {
    DecisionState.PREPARED: frozenset({DecisionState.PREPARED, DecisionState.CHECKED}),
    DecisionState.CHECKED: frozenset({DecisionState.PREPARED, DecisionState.PUBLISHED}),
    DecisionState.PUBLISHED: frozenset(),
}


class Reason(StrEnum):
    """Reason codes for every outcome; the plain text says the rest."""

    FITS = "fits"
    FITS_PARTLY = "fits_partly"
    NOT_RESPONSIBLE = "not_responsible"
    EXISTS = "exists"
    NO_NEW_NEED = "no_new_need"
    COST = "cost"
    LAW = "law"
    GUIDING_PRINCIPLES = "guiding_principles"
    DOUBLE = "double"
    TOO_VAGUE = "too_vague"


labelled(
    {
        Reason.FITS: N_("It meets a need and can be done"),
        Reason.FITS_PARTLY: N_("A part of it meets a need and can be done"),
        Reason.NOT_RESPONSIBLE: N_("Somebody else is responsible"),
        Reason.EXISTS: N_("There is a regular service for it"),
        Reason.NO_NEW_NEED: N_("There is no new need"),
        Reason.COST: N_("It costs more than there is"),
        Reason.LAW: N_("The law does not allow it"),
        Reason.GUIDING_PRINCIPLES: N_("It contradicts the city's guiding principles"),
        Reason.DOUBLE: N_("Another proposal says the same"),
        Reason.TOO_VAGUE: N_("It is too vague, and our question was not answered"),
    }
)

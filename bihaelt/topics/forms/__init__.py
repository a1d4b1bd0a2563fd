"""Forms of the city's catalogues and of its working groups."""

from bihaelt.topics.forms.catalogues import OFFICES, EntryForm, filled, offer_offices
from bihaelt.topics.forms.groups import (
    BLANK,
    MOST_POINTS,
    FoundForm,
    MeetingForm,
    MemberForm,
    MinutesForm,
    ReasonForm,
    TopicsForm,
    minutes_form,
    offer_measures,
    points_asked,
    prefilled,
)
from bihaelt.topics.forms.services import ServiceFilter

__all__ = [
    "BLANK",
    "MOST_POINTS",
    "OFFICES",
    "EntryForm",
    "FoundForm",
    "MeetingForm",
    "MemberForm",
    "MinutesForm",
    "ReasonForm",
    "ServiceFilter",
    "TopicsForm",
    "filled",
    "minutes_form",
    "offer_measures",
    "offer_offices",
    "points_asked",
    "prefilled",
]

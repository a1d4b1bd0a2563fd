"""The city's own pages, and what people report about this site."""

from enum import StrEnum

from bihaelt.journal.domain import name_acts
from bihaelt.marks import N_, labelled


class PageName(StrEnum):
    """The pages whose text is the city's own."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    RULES = "rules"
    ABOUT = "about"


labelled(
    {
        PageName.IMPRINT: N_("Imprint"),
        PageName.PRIVACY: N_("Data protection"),
        PageName.ACCESSIBILITY: N_("Accessibility"),
        PageName.RULES: N_("Rules"),
        PageName.ABOUT: N_("How it works"),
    }
)


class FeedbackKind(StrEnum):
    BARRIER = "barrier"
    FAULT = "fault"
    PRAISE = "praise"


labelled(
    {
        FeedbackKind.BARRIER: N_("I cannot use something (a barrier)"),
        FeedbackKind.FAULT: N_("Something is wrong or broken"),
        FeedbackKind.PRAISE: N_("Praise or an idea for this site"),
    }
)
name_acts(
    {
        "city_page.written": N_("Page written"),
        "city_page.changed": N_("Page changed"),
        "feedback.received": N_("Feedback received"),
        "feedback.answered": N_("Feedback answered"),
    }
)

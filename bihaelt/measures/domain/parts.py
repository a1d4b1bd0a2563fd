"""The closed lists that a measure sheet is filled from."""

from enum import StrEnum

from bihaelt.marks import N_, labelled


class MeasureKind(StrEnum):
    """What a measure mainly is (R98)."""

    PERSONNEL = "personnel"
    CONCEPT = "concept"
    PUBLICITY = "publicity"
    NETWORK = "network"
    OFFER = "offer"
    QUALIFICATION = "qualification"
    INVESTMENT = "investment"


labelled(
    {
        MeasureKind.PERSONNEL: N_("Personnel"),
        MeasureKind.CONCEPT: N_("Concept"),
        MeasureKind.PUBLICITY: N_("Public relations"),
        MeasureKind.NETWORK: N_("Network"),
        MeasureKind.OFFER: N_("Offer"),
        MeasureKind.QUALIFICATION: N_("Qualification"),
        MeasureKind.INVESTMENT: N_("Investment"),
    }
)


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


class ServiceUse(StrEnum):
    """What the measure means for the regular service (R26)."""

    USE = "use"
    STRENGTHEN = "strengthen"
    COMPLEMENT = "complement"
    REPLACE = "replace"
    HAND_OVER = "hand_over"


labelled(
    {
        ServiceUse.USE: N_("It is used"),
        ServiceUse.STRENGTHEN: N_("It is strengthened"),
        ServiceUse.COMPLEMENT: N_("It is complemented"),
        ServiceUse.REPLACE: N_("It is replaced"),
        ServiceUse.HAND_OVER: N_("The measure is handed over to it"),
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


class Cost(StrEnum):
    """What taking part costs."""

    OPEN = "open"
    FREE = "free"
    FREE_FOR_SOME = "free_for_some"
    PAID = "paid"


labelled(
    {
        Cost.OPEN: N_("Not yet checked"),
        Cost.FREE: N_("Free of charge"),
        Cost.FREE_FOR_SOME: N_("Free of charge for some"),
        Cost.PAID: N_("Costs something"),
    }
)


class Entry(StrEnum):
    """How one comes in."""

    OPEN = "open"
    WALK_IN = "walk_in"
    REGISTRATION = "registration"


labelled(
    {
        Entry.OPEN: N_("Not yet checked"),
        Entry.WALK_IN: N_("Just come along"),
        Entry.REGISTRATION: N_("Please register"),
    }
)


class PartnerRole(StrEnum):
    INITIATOR = "initiator"
    CARRIER = "carrier"
    PARTNER = "partner"


labelled(
    {
        PartnerRole.INITIATOR: N_("Initiator"),
        PartnerRole.CARRIER: N_("Carrier"),
        PartnerRole.PARTNER: N_("Partner"),
    }
)


class OpenPointKind(StrEnum):
    """What remains to be done to a point (R23)."""

    AGREE = "agree"
    ADAPT = "adapt"
    SPECIFY = "specify"


labelled(
    {
        OpenPointKind.AGREE: N_("To be agreed"),
        OpenPointKind.ADAPT: N_("To be adapted"),
        OpenPointKind.SPECIFY: N_("To be made concrete"),
    }
)


class Brake(StrEnum):
    """What holds a measure back, so that nothing is done for its own sake (R20, R21, R26, R42)."""

    NEED = "need"
    NEW_NEED = "new_need"
    SERVICE = "service"
    END = "end"
    DUPLICATE = "duplicate"


labelled(
    {
        Brake.NEED: N_("No need is shown"),
        Brake.NEW_NEED: N_("It is a new offer, and nothing shows that the need is new"),
        Brake.SERVICE: N_("Nobody has checked whether a regular service does this"),
        Brake.END: N_("There is neither an end nor a day on which it is reviewed"),
        Brake.DUPLICATE: N_("A similar measure exists"),
    }
)

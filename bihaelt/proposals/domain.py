"""A proposal's life, in plain Python."""

from collections.abc import Mapping
from enum import StrEnum

from bihaelt.marks import N_, labelled


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEEDS_INFO = "needs_info"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"
    CLOSED = "closed"


labelled(
    {
        State.DRAFT: N_("Draft"),
        State.SUBMITTED: N_("Submitted"),
        State.NEEDS_INFO: N_("Waiting for your answer"),
        State.RETURNED: N_("Returned"),
        State.PUBLISHED: N_("Published"),
        State.WITHDRAWN: N_("Withdrawn"),
        State.DECIDED: N_("Decided"),
        State.CLOSED: N_("Closed"),
    }
)
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.PUBLISHED, State.NEEDS_INFO, State.RETURNED, State.WITHDRAWN}),
    State.NEEDS_INFO: frozenset({State.SUBMITTED, State.RETURNED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.DECIDED, State.CLOSED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
    State.DECIDED: frozenset(),
    State.CLOSED: frozenset(),
}
PUBLIC = frozenset({State.PUBLISHED, State.DECIDED, State.CLOSED})
EDITABLE = frozenset({State.DRAFT, State.SUBMITTED, State.NEEDS_INFO, State.RETURNED, State.PUBLISHED})


class Outcome(StrEnum):
    """The answer to a proposal (requirements §3.3)."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    MERGED = "merged"
    FORWARDED = "forwarded"
    EXISTS = "exists"


labelled(
    {
        Outcome.ACCEPTED: N_("Accepted"),
        Outcome.PARTLY: N_("Accepted in part"),
        Outcome.REJECTED: N_("Not taken up"),
        Outcome.MERGED: N_("Merged with another proposal"),
        Outcome.FORWARDED: N_("Passed on"),
        Outcome.EXISTS: N_("Exists already"),
    }
)
TAKEN = frozenset({Outcome.ACCEPTED, Outcome.PARTLY})


class Round(StrEnum):
    """What became of an open proposal when the next conference was made."""

    OPEN = "open"
    DECIDED = "decided"
    CARRIED = "carried"
    CLOSED = "closed"
    MERGED = "merged"


labelled(
    {
        Round.OPEN: N_("Open"),
        Round.DECIDED: N_("Decided"),
        Round.CARRIED: N_("Carried to the next conference"),
        Round.CLOSED: N_("Closed"),
        Round.MERGED: N_("Merged with another proposal"),
    }
)


class ReturnReason(StrEnum):
    """Formal reasons only: the content of an idea is never a reason to return it."""

    NOT_A_PROPOSAL = "not_a_proposal"
    NOT_BIELEFELD = "not_bielefeld"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    INSULTING = "insulting"
    DOUBLE = "double"
    UNANSWERED = "unanswered"


labelled(
    {
        ReturnReason.NOT_A_PROPOSAL: N_("It contains no proposal"),
        ReturnReason.NOT_BIELEFELD: N_("It is not about this city"),
        ReturnReason.PERSONAL_DATA: N_("It contains personal data of others"),
        ReturnReason.ADVERTISING: N_("It is advertising"),
        ReturnReason.INSULTING: N_("It insults or threatens people"),
        ReturnReason.DOUBLE: N_("You have sent the same proposal twice"),
        ReturnReason.UNANSWERED: N_("Our question was not answered in time"),
    }
)

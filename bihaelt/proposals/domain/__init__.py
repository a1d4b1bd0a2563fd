"""A proposal's life, in plain Python."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bihaelt.journal.domain import name_acts
from bihaelt.marks import N_, labelled
from bihaelt.workdays import add_working_days, is_working_day

TITLE_LENGTH = 120
BODY_LENGTH = 10_000
PART_LENGTH = 1_000
QUESTION_LENGTH = 2_000
CHECK_DAYS = 10  # working days for the formal check
ANSWER_DAYS = timedelta(days=21)

name_acts(
    {
        "proposal.submitted": N_("Proposal submitted"),
        "proposal.changed": N_("Proposal changed"),
        "proposal.published": N_("Proposal published"),
        "proposal.asked": N_("Question asked"),
        "proposal.answered": N_("Question answered"),
        "proposal.returned": N_("Proposal returned"),
        "proposal.withdrawn": N_("Proposal withdrawn"),
    }
)


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
NOT_PUBLIC = frozenset(State) - PUBLIC
EDITABLE = frozenset({State.DRAFT, State.SUBMITTED, State.NEEDS_INFO, State.RETURNED, State.PUBLISHED})
WITHDRAWABLE = frozenset(state for state, steps in TRANSITIONS.items() if State.WITHDRAWN in steps)


class Author(Protocol):
    """Whose proposal it is: a person's own, or an organisation's."""

    @property
    def author_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...


def due_after(submitted_on: date) -> date:
    """The last day of the formal check of a proposal that came in on that day."""
    return add_working_days(submitted_on, CHECK_DAYS)


def due_after_answer(due_on: date, asked_on: date, answered_on: date) -> date:
    """The clock stood still from the question to the answer: what was left of it starts again, one day at least."""
    left = sum(is_working_day(asked_on + timedelta(days=n)) for n in range(1, (due_on - asked_on).days + 1))
    return add_working_days(answered_on, max(1, left))


def answer_until(asked_on: date) -> date:
    """The author's last day to answer a question."""
    return asked_on + ANSWER_DAYS


def text_is_frozen(vote_opens: datetime, now: datetime) -> bool:
    """What is voted on is what was written: texts stand still from the beginning of the vote."""
    return now >= vote_opens


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
GIVEN_REASONS = tuple(reason for reason in ReturnReason if reason is not ReturnReason.UNANSWERED)


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    DISCUSSED = "discussed"


labelled(
    {
        Order.NEWEST: N_("Newest first"),
        Order.SUPPORTED: N_("Most supported by people"),
        Order.DISCUSSED: N_("Most discussed"),
    }
)


class Voices(StrEnum):
    """Who wrote a proposal."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"


labelled({Voices.PEOPLE: N_("People"), Voices.ORGANISATIONS: N_("Organisations")})

"""A proposal's life, in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError
from bihaelt.workdays import add_working_days, is_working_day

TITLE_LENGTH = 120
BODY_LENGTH = 10_000
PART_LENGTH = 1_000
QUESTION_LENGTH = 2_000
CHECK_DAYS = 10  # working days for the formal check
ANSWER_DAYS = timedelta(days=21)
CITY_ZONE = ZoneInfo("Europe/Berlin")  # deadlines are days of the city, as its holidays are

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an author writes. ``words``: title, body in Markdown, extra ``need`` and ``gender`` (empty: not checked).

    ``language`` is a Babel id, ``cost_cents`` a rough guess or None, no district means the whole city.
    """

    language: str
    words: Words
    cluster_id: int | None = None
    field_ids: frozenset[int] = frozenset()
    target_group_ids: frozenset[int] = frozenset()
    district_id: int | None = None
    cost_cents: int | None = None


def check_complete(words: Words, cluster_id: int | None) -> None:
    """A draft may have gaps, what is handed in may not; raises DomainError."""
    if not words.body.strip() or cluster_id is None:
        raise DomainError(N_("Please complete your proposal first: it needs a text and a topic."))


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
name_details({"return_reason": Detail(N_("Reason"), enum=ReturnReason)})
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


class Stage(StrEnum):
    """The way of a proposal as people see it (the Werdegang)."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    SUPPORTED = "supported"
    DECIDED = "decided"
    MEASURE = "measure"
    STATUS = "status"


def way(state: State, outcome: Outcome | None, *, is_deciding: bool, has_measure: bool) -> Mapping[Stage, str]:
    """Each stage of a proposal's way with ``done``, ``current`` or ``next``; where it ended, the rest is left out.

    ``is_deciding``: supports are no longer taken, the answer is being prepared.
    """
    reached = {
        State.DRAFT: Stage.SUBMITTED,
        State.SUBMITTED: Stage.CHECKED,
        State.NEEDS_INFO: Stage.CHECKED,
        State.RETURNED: Stage.SUBMITTED,
        State.PUBLISHED: Stage.DECIDED if is_deciding else Stage.SUPPORTED,
        State.DECIDED: Stage.STATUS if has_measure else Stage.MEASURE,
    }.get(state)
    stages = list(Stage)
    if state in (State.WITHDRAWN, State.CLOSED):
        return {}
    if state is State.DECIDED and outcome not in TAKEN and not has_measure:
        return dict.fromkeys(stages[: stages.index(Stage.MEASURE)], "done")
    at = stages.index(reached) if reached else 0
    return {stage: "done" if place < at else "current" if place == at else "next" for place, stage in enumerate(stages)}

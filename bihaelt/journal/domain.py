"""Who does an official act, what the public record keeps of it, and what its words are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihaelt.marks import N_, label_of

_ACTS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose name an act is done: a person for themselves, a delegate for an organisation, or staff in a role.

    ``actor_id`` is None for the system itself (a date that passed). ``title`` is the delegate's role in words.
    """

    actor_id: int | None
    role: str = "citizen"
    organisation_id: int | None = None
    title: str = ""


SYSTEM = Voice(None, "system")

# Who acted, in words: never a name. The city's roles carry the words of accounts.domain.Role (a test compares them).
WHO: Mapping[str, str] = {
    "citizen": N_("A citizen"),
    "delegate": N_("A delegate"),
    "system": N_("Automatically"),
    "moderator": N_("Moderator"),
    "translator": N_("Translator"),
    "office_editor": N_("Office editor"),
    "budget_holder": N_("Budget holder"),
    "treasury": N_("Treasury"),
    "council_clerk": N_("Council office"),
    "plan_owner": N_("Plan owner"),
    "admin": N_("Administrator"),
}

# What the record is about, by the name of its table; the order is that of the filter.
SUBJECTS: Mapping[str, str] = {
    "conference": N_("Conference"),
    "proposal": N_("Proposal"),
    "ballot": N_("Ballot"),
    "decision": N_("Decision"),
    "measure": N_("Measure"),
    "cluster_budget": N_("Budget"),
    "finance_import": N_("Import of expenses"),
    "reporting_round": N_("Reporting round"),
    "edition": N_("Edition of the plan"),
    "plan_import": N_("Existing plan"),
    "pool": N_("Pool of clusters"),
    "money_setting": N_("Thresholds for approvals"),
    "council_paper": N_("Council paper"),
    "organisation": N_("Organisation"),
    "comment": N_("Comment"),
    "account": N_("Account"),
    "series": N_("Series of conferences"),
    "agenda_item": N_("Agenda"),
    "delegation": N_("Delegation"),
    "grant": N_("Role"),
    "goal": N_("Goal"),
    "indicator": N_("Indicator"),
    "interpreter_request": N_("Interpreting"),
    "cluster": N_("Cluster"),
    "field": N_("Field of action"),
    "district": N_("District"),
    "target_group": N_("Target group"),
    "guiding_principle": N_("Guiding principle"),
    "office": N_("Office"),
    "working_group": N_("Working group"),
    "regular_service": N_("Regular service"),
    "programme": N_("Funding programme"),
    "text": N_("Text"),
    "city_page": N_("Page"),
    "feedback": N_("Feedback"),
    "witness": N_("Witness"),
}
OTHER = N_("Other")


def subject_label(kind: str) -> str:
    """The msgid of what a record is about."""
    return SUBJECTS.get(kind, OTHER)


def name_acts(acts: Mapping[str, str]) -> None:
    """Register what official acts are called: "proposal.published" -> N_("Proposal published").

    Every feature names its own acts in its domain; an act without a name cannot be recorded.
    """
    _ACTS.update(acts)


def act_label(act: str) -> str:
    """The msgid of an act's name; KeyError for an act that nobody named."""
    return _ACTS[act]


def named_acts() -> Mapping[str, str]:
    return _ACTS


class As(StrEnum):
    """How a fact is written out."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Detail:
    """How one of an entry's details is shown: its label, and its kind (money is cents, a day is ISO 8601).

    With ``enum`` the value is one of its members and shown in the member's words.
    """

    label: str
    kind: As = As.TEXT
    enum: type[StrEnum] | None = None


_DETAILS: dict[str, Detail] = {}


def name_details(details: Mapping[str, Detail]) -> None:
    """Register what details are called. A detail that nobody named stays in the record but is not shown."""
    _DETAILS.update(details)


@dataclass(frozen=True, slots=True)
class Fact:
    """A detail ready to be shown; ``value`` is a msgid when ``kind`` is WORDS, a date when it is DAY."""

    label: str
    kind: As
    value: str | int | date


def facts(details: Mapping[str, object]) -> tuple[Fact, ...]:
    """The named details of an entry, in the order in which they were recorded; empty ones are left out."""
    return tuple(
        _fact(_DETAILS[key], value)
        for key, value in details.items()
        if key in _DETAILS and isinstance(value, str | int) and value != ""
    )


def _fact(detail: Detail, value: str | int) -> Fact:
    if detail.enum is not None:
        return Fact(detail.label, As.WORDS, label_of(detail.enum(str(value))))
    if detail.kind is As.DAY:
        return Fact(detail.label, As.DAY, date.fromisoformat(str(value)))
    return Fact(detail.label, detail.kind, value)

"""Who does an official act, and what the public record keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass

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

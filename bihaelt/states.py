"""State machines are data: a table of allowed steps, and the one function that asks it."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from bihaelt.marks import N_
from bihaelt.verdicts import Conflict

State = TypeVar("State", bound=StrEnum)


def step(transitions: Mapping[State, Set[State]], old: State, new: State) -> State:
    """Return ``new`` if the table allows it after ``old``; raises Conflict otherwise."""
    if new not in transitions[old]:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    return new

"""Goals and indicators, their values, and what measures stand for."""

from bihaelt.goals.operations.goals import add_goal, add_indicator, change_goal, change_indicator
from bihaelt.goals.operations.standing import implement, take_stance
from bihaelt.goals.operations.values import Entry, advance, amend, enter, send_back

__all__ = [
    "Entry",
    "add_goal",
    "add_indicator",
    "advance",
    "amend",
    "change_goal",
    "change_indicator",
    "enter",
    "implement",
    "send_back",
    "take_stance",
]

"""Drafting measures from proposals, filling their sheets, and taking them to a decision and through their life."""

from bihaelt.measures.operations.braking import release
from bihaelt.measures.operations.changing import DECIDED, STILL, HeldBack, Incomplete, edit, fill, move, set_state
from bihaelt.measures.operations.cosigning import answer, ask, remind_cosigners
from bihaelt.measures.operations.deciding import advise, decide, refuse, schedule
from bihaelt.measures.operations.drafting import draft, link, unlink
from bihaelt.measures.operations.entering import enter, take_out
from bihaelt.measures.operations.revising import begin_change, revise, set_change_state
from bihaelt.measures.operations.rows import (
    add_milestone,
    add_partner,
    add_point,
    change_milestone,
    change_point,
    join,
    part,
    remove_milestone,
    remove_partner,
    remove_point,
)

__all__ = [
    "DECIDED",
    "STILL",
    "HeldBack",
    "Incomplete",
    "add_milestone",
    "add_partner",
    "add_point",
    "advise",
    "answer",
    "ask",
    "begin_change",
    "change_milestone",
    "change_point",
    "decide",
    "draft",
    "edit",
    "enter",
    "fill",
    "join",
    "link",
    "move",
    "part",
    "refuse",
    "release",
    "remind_cosigners",
    "remove_milestone",
    "remove_partner",
    "remove_point",
    "revise",
    "schedule",
    "set_change_state",
    "set_state",
    "take_out",
    "unlink",
]

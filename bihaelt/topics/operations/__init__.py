"""Keeping the city's catalogues and its working groups."""

from bihaelt.topics.operations.catalogues import (
    SOURCE,
    Content,
    add,
    change,
    field_of,
    is_retired,
    move,
    remove,
    restore,
    retire,
    title_of,
)
from bihaelt.topics.operations.groups import (
    add_member,
    arrange_topics,
    cancel_meeting,
    end_group,
    found_group,
    plan_meeting,
    remove_member,
    restart_group,
    write_minutes,
)

__all__ = [
    "SOURCE",
    "Content",
    "add",
    "add_member",
    "arrange_topics",
    "cancel_meeting",
    "change",
    "end_group",
    "field_of",
    "found_group",
    "is_retired",
    "move",
    "plan_meeting",
    "remove",
    "remove_member",
    "restart_group",
    "restore",
    "retire",
    "title_of",
    "write_minutes",
]

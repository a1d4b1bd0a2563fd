"""Reading the action plan: the board with its bars, the list, the open data, the editions."""

from bihaelt.plan.queries.board import Board, Card, Choosable, Filters, board, listing
from bihaelt.plan.queries.editions import (
    EditionRow,
    Frozen,
    before,
    changed,
    edition,
    editions,
    frozen,
    names,
    one,
    title_of,
    whole,
)
from bihaelt.plan.queries.open_data import OpenRow, open_data
from bihaelt.plan.queries.pictures import districts, stream, timeline
from bihaelt.plan.queries.snapshot import head, measures

__all__ = [
    "Board",
    "Card",
    "Choosable",
    "EditionRow",
    "Filters",
    "Frozen",
    "OpenRow",
    "before",
    "board",
    "changed",
    "districts",
    "edition",
    "editions",
    "frozen",
    "head",
    "listing",
    "measures",
    "names",
    "one",
    "open_data",
    "stream",
    "timeline",
    "title_of",
    "whole",
]

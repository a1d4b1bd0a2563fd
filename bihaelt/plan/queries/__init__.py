"""Reading the action plan: the board with its bars, the list, the open data."""

from bihaelt.plan.queries.board import Board, Card, Choosable, Filters, board, listing
from bihaelt.plan.queries.open_data import OpenRow, open_data
from bihaelt.plan.queries.pictures import districts, stream, timeline

__all__ = [
    "Board",
    "Card",
    "Choosable",
    "Filters",
    "OpenRow",
    "board",
    "districts",
    "listing",
    "open_data",
    "stream",
    "timeline",
]

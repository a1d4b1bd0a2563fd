"""Reading the action plan: the board with its bars, the list, the programmes, the open data."""

from bihaelt.plan.queries.board import Board, Card, Choosable, Filters, board, listing
from bihaelt.plan.queries.money import (
    ClusterBar,
    FundingRow,
    ProgrammeRow,
    budget,
    cluster_bars,
    funded,
    fundings,
    programmes,
    terms,
)  # fmt: skip
from bihaelt.plan.queries.open_data import OpenRow, open_data

__all__ = [
    "Board", "Card", "Choosable", "ClusterBar", "Filters", "FundingRow", "OpenRow", "ProgrammeRow", "board", "budget",
    "cluster_bars", "funded", "fundings", "listing", "open_data", "programmes", "terms",
]  # fmt: skip

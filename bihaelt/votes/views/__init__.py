"""Pages of supports and ballots."""

from bihaelt.votes.views import (
    bar,
    code_voting,
    codes,
    count,
    data,
    desk,
    life,
    log,
    mine,
    outcome,
    public,
    residence,
    residents,
    results,
    sheets,
    supports,
    voting,
)
from bihaelt.votes.views.blueprint import bp

__all__ = [
    "bar",
    "bp",
    "code_voting",
    "codes",
    "count",
    "data",
    "desk",
    "life",
    "log",
    "mine",
    "outcome",
    "public",
    "residence",
    "residents",
    "results",
    "sheets",
    "supports",
    "voting",
]

"""Supports and ballots, in plain Python. Counting, the public log and Pabulib's format have modules of their own."""

from bihaelt.votes.domain.ballots import (
    BallotState,
    Channel,
    CountRule,
    DecisionRule,
    Method,
    PaperState,
    Settings,
)
from bihaelt.votes.domain.electorates import CodeUse, Kind, Level, Person, Voter
from bihaelt.votes.domain.supports import Electorate, Standing, Tally, electorate_of, supportable

__all__ = [
    "BallotState",
    "Channel",
    "CodeUse",
    "CountRule",
    "DecisionRule",
    "Electorate",
    "Kind",
    "Level",
    "Method",
    "PaperState",
    "Person",
    "Settings",
    "Standing",
    "Tally",
    "Voter",
    "electorate_of",
    "supportable",
]

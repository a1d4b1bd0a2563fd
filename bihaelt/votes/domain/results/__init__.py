"""What a page says of a counted question: read from the stored traces (docs/open-data.md), never counted again."""

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.results.reading import Column, Decided, Figure, Result, read_result
from bihaelt.votes.domain.results.reasons import Lost, Reasons, Verdicts, Won, verdicts
from bihaelt.votes.domain.results.rounds import Bars, Round, Rounds, rounds

__all__ = [
    "Apart",
    "Bars",
    "Column",
    "Decided",
    "Figure",
    "Lost",
    "Reasons",
    "Result",
    "Round",
    "Rounds",
    "Verdicts",
    "Won",
    "read_result",
    "rounds",
    "verdicts",
]

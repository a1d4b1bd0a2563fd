"""What is done to a proposal until it is decided."""

from bihaelt.proposals.operations.checking import ask, give_back, publish, return_unanswered
from bihaelt.proposals.operations.writing import answer, change, submit, withdraw, write

__all__ = [
    "answer",
    "ask",
    "change",
    "give_back",
    "publish",
    "return_unanswered",
    "submit",
    "withdraw",
    "write",
]

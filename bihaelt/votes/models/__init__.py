"""The tables of supports and ballots."""

from bihaelt.votes.models.ballots import LIVING, Ballot, Option, Question
from bihaelt.votes.models.log import (
    Certification,
    Checkpoint,
    Count,
    Countersignature,
    Invalidation,
    Leaf,
    Witness,
)
from bihaelt.votes.models.papers import (
    SHARDS,
    Paper,
    PaperEntry,
    PendingLeaf,
    Replaced,
    TurnoutHour,
    random_name,
)
from bihaelt.votes.models.roll import CodeBatch, Strike, Unfinished, UsedForm, Verification, VotingCode
from bihaelt.votes.models.supports import Support

__all__ = [
    "LIVING",
    "SHARDS",
    "Ballot",
    "Certification",
    "Checkpoint",
    "CodeBatch",
    "Count",
    "Countersignature",
    "Invalidation",
    "Leaf",
    "Option",
    "Paper",
    "PaperEntry",
    "PendingLeaf",
    "Question",
    "Replaced",
    "Strike",
    "Support",
    "TurnoutHour",
    "Unfinished",
    "UsedForm",
    "Verification",
    "VotingCode",
    "Witness",
    "random_name",
]

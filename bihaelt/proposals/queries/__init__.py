"""Reading proposals: lists, single pages, desks. What may hold more than public ones says so."""

from bihaelt.proposals.queries.desk import desk_count, next_in_queue, own, questions, queue, unanswered, waiting
from bihaelt.proposals.queries.listing import (
    NO_FILTERS,
    PUBLICLY,
    Choices,
    Filters,
    ProposalRow,
    choices,
    count_up_to,
    newest,
    of_ids,
    rows,
    titles,
)
from bihaelt.proposals.queries.single import Change, CoVoice, Facts, Passage, change, changes, facts, proposal, topic_ids

__all__ = [
    "NO_FILTERS",
    "PUBLICLY",
    "Change",
    "Choices",
    "CoVoice",
    "Facts",
    "Filters",
    "Passage",
    "ProposalRow",
    "change",
    "changes",
    "choices",
    "count_up_to",
    "desk_count",
    "facts",
    "newest",
    "next_in_queue",
    "of_ids",
    "own",
    "proposal",
    "questions",
    "queue",
    "rows",
    "titles",
    "topic_ids",
    "unanswered",
    "waiting",
]

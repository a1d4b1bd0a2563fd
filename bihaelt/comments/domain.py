"""The discussion: stances, and the life of a comment."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from bihaelt.marks import N_, labelled

EDITABLE_FOR = timedelta(minutes=15)


class Stance(StrEnum):
    FOR = "for"
    AGAINST = "against"
    QUESTION = "question"
    NOTE = "note"


labelled(
    {Stance.FOR: N_("For"), Stance.AGAINST: N_("Against"), Stance.QUESTION: N_("Question"), Stance.NOTE: N_("Note")}
)


class CommentState(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


labelled(
    {
        CommentState.VISIBLE: N_("Visible"),
        CommentState.HIDDEN: N_("Hidden"),
        CommentState.WITHDRAWN: N_("Withdrawn"),
    }
)
TRANSITIONS: Mapping[CommentState, frozenset[CommentState]] = {
    CommentState.VISIBLE: frozenset({CommentState.HIDDEN, CommentState.WITHDRAWN}),
    CommentState.HIDDEN: frozenset({CommentState.VISIBLE, CommentState.WITHDRAWN}),
    CommentState.WITHDRAWN: frozenset(),
}

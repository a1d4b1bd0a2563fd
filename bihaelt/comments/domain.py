"""The discussion: stances, the life of a comment, why one is hidden, and how long it can be changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bihaelt.conferences.domain import Calendar, Phase, phase_at
from bihaelt.journal.domain import name_acts
from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import PUBLIC, State
from bihaelt.verdicts import ALLOWED, Verdict

EDITABLE_FOR = timedelta(minutes=15)
COMMENT_LENGTH = 3_000
STATEMENT_LENGTH = 6_000
# So many comments one person can write within so much time: plenty for a debate, too few for a flood.
MOST_AT_ONCE = 10
AT_ONCE = timedelta(minutes=10)

name_acts(
    {
        "comment.published": N_("Comment published"),
        "comment.edited": N_("Comment changed"),
        "comment.withdrawn": N_("Comment withdrawn"),
        "proposal.statement_published": N_("Official statement published"),
        "proposal.statement_changed": N_("Official statement changed"),
    }
)


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


class Ground(StrEnum):
    """Why something is reported or hidden; the same list for both, so that a decision answers the report."""

    INSULT = "insult"
    RACISM = "racism"
    SEXISM = "sexism"
    THREAT = "threat"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"


labelled(
    {
        Ground.INSULT: N_("Insult"),
        Ground.RACISM: N_("Racism or incitement"),
        Ground.SEXISM: N_("Sexism or hostility towards queer people"),
        Ground.THREAT: N_("Threat or violence"),
        Ground.PERSONAL_DATA: N_("Personal data of others"),
        Ground.ADVERTISING: N_("Advertising"),
        Ground.OFF_TOPIC: N_("Off topic or repeated"),
        Ground.UNLAWFUL: N_("Other unlawful content"),
    }
)


def discussable(state: State, calendar: Calendar, now: datetime) -> Verdict:
    """Whether people can write about a proposal at ``now``: it is public, and its conference is not yet done."""
    if state not in PUBLIC:
        return Verdict(N_("This proposal is not published."))
    if phase_at(calendar, now) is Phase.DONE:
        return Verdict(N_("The discussion ended on %(moment)s."), moment=calendar.report_by)
    return ALLOWED


def changeable(state: CommentState, created_at: datetime, now: datetime) -> Verdict:
    """Whether a comment's words can still be changed at ``now``."""
    if state is not CommentState.VISIBLE:
        return Verdict(N_("This comment is not visible any more."))
    if now >= created_at + EDITABLE_FOR:
        return Verdict(N_("A comment can be changed for 15 minutes. You can still withdraw it."))
    return ALLOWED

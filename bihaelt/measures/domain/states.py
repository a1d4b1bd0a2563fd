"""What a measure, a change to it and a co-signature can be, and what may follow what."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.verdicts import DomainError

# How the council numbers its papers: number/term, with a number for a supplement ("2424/2014-2020/1").
PAPER = re.compile(r"\d{1,5}/\d{4}-\d{4}(/\d+)?", re.ASCII)


class Category(StrEnum):
    """Maturity (R27): A where we stand, B what we work on, C what we will work on."""

    A = "A"
    B = "B"
    C = "C"


labelled(
    {
        Category.A: N_("Where we stand"),
        Category.B: N_("What we are working on"),
        Category.C: N_("What we will work on"),
    }
)
CATEGORY_STEPS: Mapping[Category, frozenset[Category]] = {
    Category.C: frozenset({Category.B}),
    Category.B: frozenset({Category.A, Category.C}),
    Category.A: frozenset({Category.B}),
}


class MeasureState(StrEnum):
    IDEA = "idea"
    DRAFT = "draft"
    CO_SIGNING = "co_signing"
    IN_COMMITTEE = "in_committee"
    DECIDED = "decided"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    ENDED = "ended"
    REJECTED = "rejected"


labelled(
    {
        MeasureState.IDEA: N_("Idea"),
        MeasureState.DRAFT: N_("Draft"),
        MeasureState.CO_SIGNING: N_("Being co-signed"),
        MeasureState.IN_COMMITTEE: N_("In committee"),
        MeasureState.DECIDED: N_("Decided"),
        MeasureState.RUNNING: N_("Running"),
        MeasureState.PAUSED: N_("Paused"),
        MeasureState.COMPLETED: N_("Completed"),
        MeasureState.HANDED_OVER: N_("Handed over to regular service"),
        MeasureState.ENDED: N_("Ended"),
        MeasureState.REJECTED: N_("Rejected"),
    }
)
TRANSITIONS: Mapping[MeasureState, frozenset[MeasureState]] = {
    MeasureState.IDEA: frozenset({MeasureState.DRAFT, MeasureState.REJECTED, MeasureState.ENDED}),
    # From the draft straight to running: only what is set going at once and confirmed later (R28).
    MeasureState.DRAFT: frozenset(
        {
            MeasureState.IDEA, MeasureState.CO_SIGNING, MeasureState.IN_COMMITTEE, MeasureState.RUNNING,
            MeasureState.REJECTED, MeasureState.ENDED,
        }
    ),
    MeasureState.CO_SIGNING: frozenset({MeasureState.DRAFT, MeasureState.IN_COMMITTEE}),
    MeasureState.IN_COMMITTEE: frozenset({MeasureState.DRAFT, MeasureState.DECIDED, MeasureState.REJECTED}),
    MeasureState.DECIDED: frozenset({MeasureState.RUNNING, MeasureState.DRAFT, MeasureState.ENDED}),
    MeasureState.RUNNING: frozenset({MeasureState.PAUSED, MeasureState.COMPLETED, MeasureState.ENDED}),
    MeasureState.PAUSED: frozenset({MeasureState.RUNNING, MeasureState.ENDED}),
    MeasureState.COMPLETED: frozenset({MeasureState.HANDED_OVER}),
    MeasureState.HANDED_OVER: frozenset(),
    MeasureState.ENDED: frozenset(),
    MeasureState.REJECTED: frozenset({MeasureState.IDEA}),
}  # fmt: skip
# Steps that need more than a reason have pages of their own: offices and a day, a body and its paper.
WITH_PAGES = frozenset({MeasureState.CO_SIGNING, MeasureState.IN_COMMITTEE, MeasureState.DECIDED})
STARTED = frozenset({MeasureState.RUNNING, MeasureState.PAUSED, MeasureState.COMPLETED, MeasureState.HANDED_OVER})
# While offices sign and bodies discuss, the text stands still.
STANDING = frozenset({MeasureState.CO_SIGNING, MeasureState.IN_COMMITTEE})
OVER = frozenset({MeasureState.COMPLETED, MeasureState.HANDED_OVER, MeasureState.ENDED, MeasureState.REJECTED})


class RevisionState(StrEnum):
    """The way of a change to a decided text; the measure itself goes on meanwhile."""

    DRAFT = "draft"
    CO_SIGNING = "co_signing"
    IN_COMMITTEE = "in_committee"
    DECIDED = "decided"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


labelled(
    {
        RevisionState.DRAFT: N_("Draft"),
        RevisionState.CO_SIGNING: N_("Being co-signed"),
        RevisionState.IN_COMMITTEE: N_("In committee"),
        RevisionState.DECIDED: N_("Decided"),
        RevisionState.REJECTED: N_("Rejected"),
        RevisionState.WITHDRAWN: N_("Withdrawn"),
    }
)
REVISION_STEPS: Mapping[RevisionState, frozenset[RevisionState]] = {
    RevisionState.DRAFT: frozenset({RevisionState.CO_SIGNING, RevisionState.IN_COMMITTEE, RevisionState.WITHDRAWN}),
    RevisionState.CO_SIGNING: frozenset({RevisionState.DRAFT, RevisionState.IN_COMMITTEE, RevisionState.WITHDRAWN}),
    RevisionState.IN_COMMITTEE: frozenset(
        {RevisionState.DRAFT, RevisionState.DECIDED, RevisionState.REJECTED, RevisionState.WITHDRAWN}
    ),
    RevisionState.DECIDED: frozenset(),
    RevisionState.REJECTED: frozenset(),
    RevisionState.WITHDRAWN: frozenset(),
}
OPEN_REVISION = frozenset({RevisionState.DRAFT, RevisionState.CO_SIGNING, RevisionState.IN_COMMITTEE})


class Signature(StrEnum):
    """What a touched office says to the text."""

    OPEN = "open"
    SIGNED = "signed"
    OBJECTED = "objected"


labelled(
    {
        Signature.OPEN: N_("Not yet answered"),
        Signature.SIGNED: N_("Co-signed"),
        Signature.OBJECTED: N_("Objected"),
    }
)


class Advice(StrEnum):
    """What came out of a meeting of a body."""

    OPEN = "open"
    RECOMMENDED = "recommended"
    DEFERRED = "deferred"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"
    REJECTED = "rejected"


labelled(
    {
        Advice.OPEN: N_("To be discussed"),
        Advice.RECOMMENDED: N_("Recommended"),
        Advice.DEFERRED: N_("Deferred"),
        Advice.REFERRED: N_("Referred"),
        Advice.WITHDRAWN: N_("Withdrawn"),
        Advice.DECIDED: N_("Decided"),
        Advice.REJECTED: N_("Rejected"),
    }
)
ADVISING: Sequence[Advice] = (Advice.RECOMMENDED, Advice.DEFERRED, Advice.REFERRED)
FINAL: Sequence[Advice] = (Advice.DECIDED, Advice.REJECTED)


def numbered(paper: str) -> str:
    """The number of a council paper; raises DomainError for anything that is not one."""
    if not PAPER.fullmatch(paper.strip()):
        raise DomainError(N_("Enter the number like 2424/2025-2030."), field="paper")
    return paper.strip()

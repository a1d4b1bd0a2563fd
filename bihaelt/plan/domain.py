"""Editions of the plan: what an edition is, as plain data."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.measures.domain import Category
from bihaelt.proposals.domain import Outcome


class EditionState(StrEnum):
    """An edition is frozen when it is made; publishing it takes the one before out of force."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


labelled(
    {
        EditionState.DRAFT: N_("Draft"),
        EditionState.PUBLISHED: N_("In force"),
        EditionState.SUPERSEDED: N_("Replaced by a later edition"),
    }
)
TRANSITIONS: Mapping[EditionState, frozenset[EditionState]] = {
    EditionState.DRAFT: frozenset({EditionState.PUBLISHED}),
    EditionState.PUBLISHED: frozenset({EditionState.SUPERSEDED}),
    EditionState.SUPERSEDED: frozenset(),
}
name_acts(
    {
        "edition.made": N_("Edition of the plan drafted"),
        "edition.discarded": N_("Draft of an edition thrown away"),
        "edition.published": N_("Edition of the plan published"),
    }
)
name_details({"edition": Detail(N_("Edition")), "sha256": Detail(N_("Check sum (SHA-256)"))})


class Fate(StrEnum):
    """What else can have become of a proposal than an outcome or a measure."""

    WAITING = "waiting"
    NO_MEASURE = "no_measure"


labelled({Fate.WAITING: N_("Not answered yet"), Fate.NO_MEASURE: N_("No measure yet")})
ANSWERS: Sequence[Outcome | Fate] = (*Outcome, Fate.WAITING)
ENDS: Sequence[Category | Fate] = (*Category, Fate.NO_MEASURE)

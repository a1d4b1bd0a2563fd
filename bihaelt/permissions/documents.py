"""Who may write, sign and schedule council papers, order long documents and fetch them."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.documents.domain.builds import BuildState
from bihaelt.documents.domain.papers import CHANGEABLE, OUTCOMES, PAPER_STEPS, PUBLIC, PaperState
from bihaelt.marks import N_
from bihaelt.permissions.base import OTHERS, holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.documents.models import Build, CouncilPaper, PaperCosignature

WRITERS = (Role.PLAN_OWNER, Role.COUNCIL_CLERK)
READERS = (*WRITERS, Role.OFFICE_EDITOR, Role.BUDGET_HOLDER, Role.TREASURY)
STANDS_STILL = N_("The paper stands still while it is signed and treated. Take it back to change it.")
NOT_YET = N_("This is not the next step of the paper.")
SECOND_PERSON = N_("Somebody else has to sign what you have drafted.")
OTHER_OFFICE = N_("Another office is asked for this signature.")
SIGNED_ALREADY = N_("The office has signed already.")
NOT_PUBLIC = N_("This paper is not public yet.")
NOT_READY = N_("This document is not ready.")


def see_papers(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of council papers."""
    return holds(actor, *READERS)


def draft_paper(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Write a council paper."""
    return holds(actor, *WRITERS)


def see_paper(actor: Actor | None, paper: "CouncilPaper", now: datetime) -> Verdict:
    """Read a paper: everybody from the agenda on."""
    if paper.state in PUBLIC:
        return ALLOWED
    verdict = see_papers(actor, None, now)
    return Verdict(NOT_PUBLIC) if not verdict and verdict.reason == OTHERS else verdict


def edit_paper(actor: Actor | None, paper: "CouncilPaper", now: datetime) -> Verdict:
    """Change a draft, and ask the offices for their signatures."""
    verdict = draft_paper(actor, None, now)
    if not verdict:
        return verdict
    return ALLOWED if paper.state in CHANGEABLE else Verdict(STANDS_STILL)


def take_back_paper(actor: Actor | None, paper: "CouncilPaper", now: datetime) -> Verdict:
    """Make a draft of a paper again, before it is on an agenda."""
    verdict = draft_paper(actor, None, now)
    return _step(paper, PaperState.DRAFT) if verdict else verdict


def cosign_paper(actor: Actor | None, subject: "tuple[CouncilPaper, PaperCosignature]", _now: datetime) -> Verdict:
    """Sign for an office that the paper touches: its editors, or the plan's owner for it."""
    paper, cosignature = subject
    verdict = holds(actor, Role.PLAN_OWNER, Role.OFFICE_EDITOR)
    if not verdict or actor is None:
        return verdict
    if paper.state is not PaperState.CO_SIGNING:
        return Verdict(NOT_YET)
    if cosignature.signed_at is not None:
        return Verdict(SIGNED_ALREADY)
    ours = actor.has(Role.PLAN_OWNER) or not actor.office_ids or cosignature.office_id in actor.office_ids
    return ALLOWED if ours else Verdict(OTHER_OFFICE)


def sign_paper(actor: Actor | None, paper: "CouncilPaper", _now: datetime) -> Verdict:
    """Sign the paper: the plan's owner, never the one who drafted it (four eyes)."""
    verdict = holds(actor, Role.PLAN_OWNER)
    if not verdict or actor is None:
        return verdict
    if paper.state is not PaperState.CO_SIGNING:
        return Verdict(NOT_YET)
    return Verdict(SECOND_PERSON) if paper.drafted_by_id == actor.id else ALLOWED


def schedule_paper(actor: Actor | None, paper: "CouncilPaper", _now: datetime) -> Verdict:
    """Give the paper its number and put it on an agenda: the council office."""
    verdict = holds(actor, Role.COUNCIL_CLERK)
    return _step(paper, PaperState.ON_AGENDA) if verdict else verdict


def record_outcome(actor: Actor | None, paper: "CouncilPaper", _now: datetime) -> Verdict:
    """Record what a meeting made of the paper: the council office."""
    verdict = holds(actor, Role.COUNCIL_CLERK)
    return _step(paper, *OUTCOMES[paper.kind]) if verdict else verdict


def order_document(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Have a long document built: everybody who works here."""
    return holds(actor, *Role)


def see_build(actor: Actor | None, build: "Build", now: datetime) -> Verdict:
    """See how far an order is: who works here."""
    return order_document(actor, build, now)


def fetch_build(actor: Actor | None, build: "Build", now: datetime) -> Verdict:
    """Fetch a document that is ready: everybody, where its content is public."""
    verdict = ALLOWED if build.public else order_document(actor, build, now)
    if not verdict:
        return verdict
    return ALLOWED if build.state is BuildState.READY else Verdict(NOT_READY)


def _step(paper: "CouncilPaper", *states: PaperState) -> Verdict:
    return ALLOWED if PAPER_STEPS[paper.state].intersection(states) else Verdict(NOT_YET)

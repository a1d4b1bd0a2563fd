"""The steps of a council paper: signatures, the agenda, and what came out. Each is a page with one form."""

from collections.abc import Callable
from typing import Any

from flask import abort

from bihaelt import guard, permissions
from bihaelt.documents import operations, queries
from bihaelt.documents.domain.papers import PaperState
from bihaelt.documents.forms import AskForm, BackForm, NoteForm, OutcomeForm, ScheduleForm
from bihaelt.documents.models import CouncilPaper
from bihaelt.documents.views.blueprint import bp
from bihaelt.documents.views.papers import paper_or_404, to_paper, voice
from bihaelt.forms import BaseForm
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import Conflict, DomainError

STEP = ["GET", "POST"]


def take(found: CouncilPaper, form: BaseForm, act: Callable[[], None], *, heading: str, button: str, said: str) -> Any:
    """One form; a rule that refuses says so in it."""
    if form.validate_on_submit():
        try:
            act()
        except Conflict:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", said)
            return to_paper(found)
    page = render("documents/step.html", form=form, paper=found, heading=heading, button=button)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/papers/<int:paper_id>/signatures", methods=STEP)
def ask_to_sign(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.edit_paper, found)
    form = AskForm()

    def act() -> None:
        operations.ask_to_sign(guard.database(), paper=found, due_on=form.due_on.data, by=voice(), now=guard.now())

    said = N_("The offices of the measures are asked to sign.")
    return take(found, form, act, heading=N_("Ask the offices to sign"), button=N_("Ask"), said=said)


@bp.route("/desk/papers/<int:paper_id>/signatures/<int:signature_id>", methods=STEP)
def cosign(paper_id: int, signature_id: int) -> Any:
    found = paper_or_404(paper_id)
    cosignature = queries.cosignature(guard.database(), signature_id)
    if cosignature is None or cosignature.paper_id != found.id:
        abort(404)
    guard.require(permissions.cosign_paper, (found, cosignature))
    form = NoteForm()

    def act() -> None:
        note = form.note.data or ""
        operations.cosign(
            guard.database(), paper=found, cosignature=cosignature, note=note, by=voice(), now=guard.now()
        )  # fmt: skip

    return take(
        found, form, act, heading=N_("Co-sign the paper"), button=N_("Co-sign"), said=N_("The office has signed.")
    )


@bp.route("/desk/papers/<int:paper_id>/draft", methods=STEP)
def take_back(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.take_back_paper, found)
    form = BackForm()

    def act() -> None:
        operations.take_back(guard.database(), paper=found, reason=form.reason.data, by=voice(), now=guard.now())

    said = N_("The paper is a draft again. All signatures have ended.")
    return take(found, form, act, heading=N_("Take the paper back"), button=N_("Take back"), said=said)


@bp.route("/desk/papers/<int:paper_id>/sign", methods=STEP)
def sign(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.sign_paper, found)

    def act() -> None:
        operations.sign(guard.database(), paper=found, by=voice(), now=guard.now())

    return take(
        found, BaseForm(), act, heading=N_("Sign the paper"), button=N_("Sign"), said=N_("The paper is signed.")
    )


@bp.route("/desk/papers/<int:paper_id>/agenda", methods=STEP)
def schedule(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.schedule_paper, found)
    form = ScheduleForm(number=found.number)

    def act() -> None:
        operations.schedule(guard.database(), paper=found, number=form.number.data, by=voice(), now=guard.now())

    said = N_("The paper is on the agenda. From now on everybody can read it.")
    return take(found, form, act, heading=N_("Put the paper on the agenda"), button=N_("Publish"), said=said)


@bp.route("/desk/papers/<int:paper_id>/outcome", methods=STEP)
def outcome(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.record_outcome, found)
    form = OutcomeForm.of(found.kind)

    def act() -> None:
        operations.record_outcome(
            guard.database(), paper=found, outcome=form.outcome.data, met_on=form.met_on.data,
            told=form.told.data or "", by=voice(), now=guard.now(),
        )  # fmt: skip
        if found.state is PaperState.DECIDED and "carry" in form and form.carry.data:
            decide_measures(found)

    said = N_("The outcome is recorded.")
    return take(found, form, act, heading=N_("What the meeting made of it"), button=N_("Save"), said=said)


def decide_measures(found: CouncilPaper) -> None:
    decided, left = operations.decide_measures(guard.database(), paper=found, by=voice(), now=guard.now())
    if decided:
        guard.say("success", N_("Decided: %(numbers)s."), numbers=", ".join(decided))
    if left:
        guard.say(
            "warning", N_("Not on the agenda under this number, or not complete: %(numbers)s."), numbers=", ".join(left)
        )

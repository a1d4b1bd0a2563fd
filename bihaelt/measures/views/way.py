"""The way to a decision: co-signatures, bodies, changes of what was decided, and the brake."""

from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.domain import Advice, Brake, Held, RevisionState
from bihaelt.measures.forms import AgendaForm, AnswerForm, AskForm, ReasonForm, ResultForm
from bihaelt.measures.models import Consultation, Measure
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, missing, title_of, to_measure, voice
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


def clerk() -> Voice:
    """The voice of who notes what bodies do."""
    return guard.signed_in().as_role(*permissions.measures.CLERKS, Role.OFFICE_EDITOR)


@bp.route("/desk/measures/<int:measure_id>/co-signing", methods=["GET", "POST"])
def ask(measure_id: int) -> Any:
    measure, session, now = measure_or_404(measure_id), guard.database(), guard.now()
    guard.require(permissions.edit_measure, measure)
    revision = queries.open_revision(session, measure.id)
    choices = queries.options(session, i18n.current().chain)
    form = AskForm.of(choices, measure.office_id, local(now).date())
    if form.validate_on_submit():
        try:
            operations.ask(
                session, measure=measure, revision=revision, office_ids=form.offices.data or [],
                due_on=form.due_on.data, by=voice(), now=now,
            )  # fmt: skip
            guard.say("success", N_("The offices are asked. They get a letter."))
            return to_measure(measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/ask.html", measure, form, revision=revision)


@bp.get("/desk/co-signatures")
def cosignatures() -> str:
    guard.require(permissions.see_cosignatures)
    actor = guard.signed_in()
    everything = request.args.get("all") == "yes"
    cursor = queries.sign_cursor(request.args.get("after"))
    page = queries.to_sign(
        guard.database(), i18n.current().chain, office_ids=None if everything else actor.office_ids, cursor=cursor
    )
    kept: dict[str, Any] = {"all": "yes"} if everything else {}
    return render(
        "measures/cosignatures.html",
        page=page,
        everything=everything,
        today=local(guard.now()).date(),
        newer_url=url_for("measures.cosignatures", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("measures.cosignatures", after=page.older, **kept) if page.older else None,
    )


@bp.route("/desk/co-signatures/<int:cosignature_id>", methods=["GET", "POST"])
def cosign(cosignature_id: int) -> Any:
    session = guard.database()
    cosignature = queries.cosignature(session, cosignature_id) or abort(404)
    guard.require(permissions.co_sign, cosignature)
    form = AnswerForm()
    if form.validate_on_submit():
        by = guard.signed_in().as_role(*permissions.measures.OF_OFFICES)
        try:
            operations.answer(
                session, cosignature=cosignature, signs=form.answer.data == "sign", reason=form.reason.data or "",
                by=by, now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("Thank you. The answer is noted."))
            return redirect(url_for("measures.cosignatures"), 303)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/cosign.html", cosignature.measure, form, cosignature=cosignature)


@bp.route("/desk/measures/<int:measure_id>/agenda", methods=["GET", "POST"])
def agenda(measure_id: int) -> Any:
    measure, session = measure_or_404(measure_id), guard.database()
    guard.require(permissions.take_to_body, measure)
    revision = queries.open_revision(session, measure.id)
    form, lacking = AgendaForm(), []
    if form.validate_on_submit():
        try:
            operations.schedule(
                session, measure=measure, revision=revision, body=form.body.data, meeting_on=form.meeting_on.data,
                paper=form.paper.data, reason=form.reason.data or "", by=clerk(), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The measure is on the agenda."))
            return to_measure(measure)
        except DomainError as error:
            lacking = missing(error)
            form.refuse(error)
    known = queries.bodies(session)
    return form_page("measures/agenda.html", measure, form, revision=revision, lacking=lacking, bodies=known)


@bp.route("/desk/measures/<int:measure_id>/meetings/<int:consultation_id>", methods=["GET", "POST"])
def result(measure_id: int, consultation_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.record_result, measure)
    meeting = guard.database().get(Consultation, consultation_id)
    if meeting is None or meeting.measure_id != measure.id:
        abort(404)
    form, lacking = ResultForm(), []
    if form.validate_on_submit():
        try:
            _note(meeting, form)
            guard.say("success", N_("The result is noted."))
            return to_measure(measure)
        except DomainError as error:
            lacking = missing(error)
            form.refuse(error)
    return form_page("measures/result.html", measure, form, meeting=meeting, lacking=lacking)


def _note(meeting: Consultation, form: ResultForm) -> None:
    session, note, now = guard.database(), form.note.data or "", guard.now()
    if form.advice.data is Advice.DECIDED:
        operations.decide(session, consultation=meeting, note=note, by=clerk(), now=now)
    elif form.advice.data is Advice.REJECTED:
        operations.refuse(session, consultation=meeting, note=note, by=clerk(), now=now)
    else:
        operations.advise(session, consultation=meeting, advice=form.advice.data, note=note, by=clerk(), now=now)


@bp.route("/desk/measures/<int:measure_id>/change/begin", methods=["GET", "POST"])
def begin_change(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            operations.begin_change(
                guard.database(), measure=measure, reason=form.reason.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The change is begun. What is decided stands until a body decides it."))
            return redirect(url_for("measures.sheet", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/begin_change.html", measure, form)


@bp.route("/desk/measures/<int:measure_id>/change/<any(draft, withdrawn):to>", methods=["GET", "POST"])
def change_state(measure_id: int, to: str) -> Any:
    """Back to the draft of the change, or no change at all."""
    measure, session = measure_or_404(measure_id), guard.database()
    guard.require(permissions.edit_measure, measure)
    revision = queries.open_revision(session, measure.id) or abort(404)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            operations.set_change_state(
                session, revision=revision, state=RevisionState(to), reason=form.reason.data, by=voice(),
                now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The state is changed."))
            return to_measure(measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/change_state.html", measure, form, to=to)


@bp.route(f"/desk/measures/<int:measure_id>/brake/<any({', '.join(Brake)}):name>", methods=["GET", "POST"])
def release(measure_id: int, name: str) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.release_brake, measure)
    held = Held(Brake(name), _other(name))
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            operations.release(
                guard.database(), measure=measure, held=held, reason=form.reason.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The brake is released."))
            return _to_sheet(measure)
        except DomainError as error:
            form.refuse(error)
    other = queries.measure(guard.database(), held.other_id) if held.other_id else None
    return form_page("measures/release.html", measure, form, held=held, other=title_of(other) if other else None)


def _other(name: str) -> int | None:
    other = request.args.get("other", "")
    return int(other) if name == Brake.DUPLICATE and other.isascii() and other.isdigit() and len(other) < 19 else None


def _to_sheet(measure: Measure) -> Response:
    return redirect(url_for("measures.sheet", measure_id=measure.id), 303)

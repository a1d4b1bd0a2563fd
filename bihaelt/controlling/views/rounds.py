"""The desk of the plan's owner: opening rounds, checking and publishing what was reported."""

from datetime import date
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.controlling import operations, queries
from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.forms import ActForm, AskForm, DeskFilter, RoundForm
from bihaelt.controlling.models import ReportingRound
from bihaelt.controlling.views.blueprint import bp
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

RELOAD = N_("Please go back, reload the page and try again.")


@bp.get("/desk/rounds")
def rounds() -> str:
    guard.require(permissions.see_rounds)
    return render("controlling/rounds.html", rounds=queries.rounds(guard.database()), today=today())


@bp.route("/desk/rounds/new", methods=["GET", "POST"])
def open_round() -> Any:
    guard.require(permissions.see_rounds)
    form = RoundForm.around(today().year)
    if form.validate_on_submit() and form.due_on.data is not None:
        try:
            row = operations.open_round(
                guard.database(), period=form.period.data, due_on=form.due_on.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The round is open. The offices get a letter."))
            return redirect(url_for("controlling.round_desk", round_id=row.id), 303)
        except DomainError as error:
            form.refuse(error)
    return render("controlling/open_round.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/desk/rounds/<int:round_id>")
def round_desk(round_id: int) -> str:
    row = round_or_404(round_id)
    guard.require(permissions.see_rounds, row)
    session, filters = guard.database(), DeskFilter()
    state = filters.chosen().get("state")
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.desk(session, row.period, i18n.current().chain, state=state, cursor=cursor)
    return render(
        "controlling/round.html",
        round=row,
        filters=filters,
        state=state,
        states=queries.states(session, row.period),
        page=page,
        missing=row.due_on < today(),
        seen=guard.now().isoformat(),
        done=request.args.get("done", "")[:1000],
        newer_url=url_for("controlling.round_desk", round_id=round_id, state=state, after=page.newer) if page.newer else None,
        older_url=url_for("controlling.round_desk", round_id=round_id, state=state, after=page.older) if page.older else None,
    )  # fmt: skip


@bp.post("/desk/rounds/<int:round_id>/check")
def check(round_id: int) -> Response:
    row = round_or_404(round_id)
    guard.require(permissions.arrange_round, row)
    form = sent()
    operations.check(
        guard.database(), period=row.period, report_ids=form.chosen(), by=voice(), now=guard.now(),
        seen=form.moment() or guard.now(),
    )  # fmt: skip
    guard.say("success", N_("The reports are checked."))
    return to_round(row, state=ReportState.SUBMITTED.value, done=",".join(str(number) for number in form.chosen()))


@bp.post("/desk/rounds/<int:round_id>/uncheck")
def uncheck(round_id: int) -> Response:
    row = round_or_404(round_id)
    guard.require(permissions.arrange_round, row)
    operations.uncheck(
        guard.database(), period=row.period, report_ids=sent().chosen(), by=voice(), now=guard.now()
    )  # fmt: skip
    guard.say("success", N_("The check is taken back."))
    return to_round(row, state=ReportState.SUBMITTED.value)


@bp.route("/desk/rounds/<int:round_id>/ask/<int:measure_id>", methods=["GET", "POST"])
def ask(round_id: int, measure_id: int) -> Any:
    row = round_or_404(round_id)
    guard.require(permissions.arrange_round, row)
    session = guard.database()
    report = queries.report_of_measure(session, measure_id, row.period) or abort(404)
    form = AskForm()
    if form.validate_on_submit():
        try:
            operations.ask_back(session, report=report, question=form.question.data, by=voice(), now=guard.now())
            guard.say("success", N_("The report goes back to the office."))
            return to_round(row, state=ReportState.SUBMITTED.value)
        except DomainError as error:
            form.refuse(error)
    words = shown(session, [report.measure.text_id, report.text_id], i18n.current().chain)
    page = render(
        "controlling/ask.html", round=row, report=report, title=words[report.measure.text_id],
        text=words.get(report.text_id or 0), form=form,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.post("/desk/rounds/<int:round_id>/publish")
def publish(round_id: int) -> Response:
    row = round_or_404(round_id)
    guard.require(permissions.arrange_round, row)
    sent()
    operations.publish(guard.database(), round=row, by=voice(), now=guard.now())
    guard.say("success", N_("The reports are published."))
    return redirect(url_for("controlling.period", period=row.period), 303)


@bp.route("/desk/rounds/<int:round_id>/close", methods=["GET", "POST"])
def close(round_id: int) -> Any:
    row = round_or_404(round_id)
    guard.require(permissions.arrange_round, row)
    form = ActForm()
    if form.validate_on_submit():
        try:
            operations.close_round(guard.database(), round=row, by=voice(), now=guard.now())
            guard.say("success", N_("The round is closed."))
            return redirect(url_for("controlling.rounds"), 303)
        except DomainError as error:
            form.refuse(error)
    states = queries.states(guard.database(), row.period)
    page = render("controlling/close.html", round=row, form=form, missing=states[ReportState.DUE])
    return page, 422 if form.is_submitted() else 200


def today() -> date:
    return local(guard.now()).date()


def voice() -> Voice:
    return guard.signed_in().as_role(Role.PLAN_OWNER)


def round_or_404(round_id: int) -> ReportingRound:
    return queries.round(guard.database(), round_id) or abort(404)


def sent() -> ActForm:
    form = ActForm()
    if not form.validate_on_submit():
        abort(422, description=RELOAD)
    return form


def to_round(row: ReportingRound, **chosen: Any) -> Response:
    return redirect(url_for("controlling.round_desk", round_id=row.id, **chosen), 303)

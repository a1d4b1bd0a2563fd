"""Values at the desk: enter, change, confirm, agree, publish, send back, correct."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.goals import operations, queries
from bihaelt.goals.domain import ValueState
from bihaelt.goals.forms import ReturnForm, StepForm, ValueForm, value_form
from bihaelt.goals.models import Indicator
from bihaelt.goals.views.blueprint import bp, groups_to_enter, indicator_or_404, today, value_or_404, voice
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

STEPS = {
    "confirm": (ValueState.CONFIRMED, permissions.confirm_value, N_("The value is confirmed for the office.")),
    "agree": (ValueState.AGREED, permissions.agree_value, N_("The value is confirmed. It can be published now.")),
    "publish": (ValueState.PUBLISHED, permissions.publish_value, N_("The value is public.")),
}


def page(template: str, indicator: Indicator, form: Any, **values: Any) -> tuple[str, int]:
    title = shown(guard.database(), [indicator.text_id], i18n.current().chain)[indicator.text_id]
    return render(template, indicator=indicator, title=title, form=form, **values), 422 if form.is_submitted() else 200


def to_desk() -> Response:
    return redirect(url_for("goals.desk"), 303)


@bp.route("/desk/indicators/<int:indicator_id>/value", methods=["GET", "POST"])
def enter(indicator_id: int) -> Any:
    indicator = indicator_or_404(indicator_id)
    guard.require(permissions.enter_value, indicator)
    session = guard.database()
    period = request.args.get("period", "")
    corrected = queries.latest(session, indicator.id, period) if period else None
    form: ValueForm = value_form(indicator, groups_to_enter(indicator), today(), corrected=corrected)
    if form.validate_on_submit():
        try:
            reason = form["reason"].data if corrected else ""
            operations.enter(
                session, indicator=indicator, entry=form.entry(), by=voice(), now=guard.now(), today=today(),
                reason=reason,
            )  # fmt: skip
            guard.say(
                "success", N_("The value is entered. It is published once the office and the plan owner confirm it.")
            )
            return to_desk()
        except DomainError as error:
            form.refuse(error)
    return page("goals/value.html", indicator, form, corrected=corrected, value=None)


@bp.route("/desk/values/<int:value_id>", methods=["GET", "POST"])
def amend(value_id: int) -> Any:
    value = value_or_404(value_id)
    guard.require(permissions.amend_value, value)
    form: ValueForm = value_form(value.indicator, groups_to_enter(value.indicator), today(), value=value)
    if form.validate_on_submit():
        try:
            operations.amend(
                guard.database(), value=value, entry=form.entry(), seen=form.moment(), by=voice(), now=guard.now(),
                today=today(),
            )  # fmt: skip
            guard.say("success", N_("The value is changed."))
            return to_desk()
        except DomainError as error:
            form.refuse(error)
    return page("goals/value.html", value.indicator, form, corrected=None, value=value)


@bp.post("/desk/values/<int:value_id>/<any(confirm, agree, publish):act>")
def move(value_id: int, act: str) -> Response:
    value = value_or_404(value_id)
    state, permission, done = STEPS[act]
    guard.require(permission, value)
    form = StepForm()
    if form.validate_on_submit():
        operations.advance(
            guard.database(), value=value, to=state, seen=form.moment(), by=voice(), now=guard.now()
        )  # fmt: skip
        guard.say("success", done)
    return to_desk()


@bp.route("/desk/values/<int:value_id>/return", methods=["GET", "POST"])
def send_back(value_id: int) -> Any:
    value = value_or_404(value_id)
    guard.require(permissions.return_value, value)
    form = ReturnForm(seen=value.changed_at.isoformat())
    if form.validate_on_submit():
        try:
            operations.send_back(
                guard.database(), value=value, reason=form.reason.data, seen=form.moment(), by=voice(),
                now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The value is sent back."))
            return to_desk()
        except DomainError as error:
            form.refuse(error)
    return page("goals/return.html", value.indicator, form, value=value)

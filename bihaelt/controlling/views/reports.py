"""Writing status reports."""

from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.controlling import operations
from bihaelt.controlling.forms import ReportForm
from bihaelt.controlling.views.blueprint import bp
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


@bp.route("/desk/measures/<int:measure_id>/report", methods=["GET", "POST"])
def report(measure_id: int) -> Any:
    measure = measures.measure(guard.database(), measure_id) or abort(404)
    guard.require(permissions.report_on_measure, measure)
    form = ReportForm.around(local(guard.now()).year)
    if form.validate_on_submit():
        try:
            operations.report(
                guard.database(), measure=measure, period=form.period.data, time=form.time.data, cost=form.cost.data,
                goal=form.goal.data, text=form.text.data, next_step=form.next_step.data or "",
                by=guard.signed_in().as_role(*permissions.measures.KEEPERS),
                now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The report is published."))
            return redirect(url_for("measures.show", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    title = shown(guard.database(), [measure.text_id], i18n.current().chain)[measure.text_id]
    page = render("controlling/report.html", measure=measure, title=title, form=form)
    return page, 422 if form.is_submitted() else 200

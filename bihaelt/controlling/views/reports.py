"""What an office has to report, and the report itself."""

from collections.abc import Collection
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.controlling import operations, queries
from bihaelt.controlling.domain import proposed
from bihaelt.controlling.forms import ReportForm
from bihaelt.controlling.models import StatusReport
from bihaelt.controlling.views.blueprint import bp
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


@bp.get("/desk/status-reports")
def desk() -> str:
    guard.require(permissions.see_reports)
    cursor = Cursor.decode(request.args.get("after"), (str, str))
    page = queries.owed(guard.database(), my_offices(), i18n.current().chain, cursor=cursor)
    return render(
        "controlling/desk.html",
        page=page,
        today=local(guard.now()).date(),
        newer_url=url_for("controlling.desk", after=page.newer) if page.newer else None,
        older_url=url_for("controlling.desk", after=page.older) if page.older else None,
    )


@bp.route("/desk/measures/<int:measure_id>/report", methods=["GET", "POST"])
def report(measure_id: int) -> Any:
    session = guard.database()
    measure = measures.measure(session, measure_id) or abort(404)
    guard.require(permissions.report_on_measure, measure)
    owed = queries.report_of_measure(session, measure.id, request.args.get("period"))
    if owed is None:
        guard.say("info", N_("No report on this measure is asked for at the moment."))
        return redirect(url_for("controlling.desk"), 303)
    words = shown(session, [measure.text_id, owed.text_id], ())
    form = ReportForm.of(owed, words.get(owed.text_id or 0))
    if form.validate_on_submit():
        try:
            operations.submit(
                session, report=owed, told=form.told(), seen=form.moment(),
                by=guard.signed_in().as_role(*permissions.measures.KEEPERS), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The report is handed in."))
            return onwards(owed)
        except DomainError as error:
            form.refuse(error)
    facts = queries.facts(session, measure, owed.period, local(guard.now()).date())
    page = render(
        "controlling/report.html", measure=measure, title=words[measure.text_id], report=owed, form=form, facts=facts,
        rules=proposed(facts, form.forecast.data), next_id=queries.next_owed(session, my_offices(), owed),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def onwards(done: StatusReport) -> Response:
    """To the next report that is owed, if that button was pressed; else to the desk."""
    following = queries.next_owed(guard.database(), my_offices(), done) if "next" in request.form else None
    if following is None:
        return redirect(url_for("controlling.desk"), 303)
    return redirect(url_for("controlling.report", measure_id=following), 303)


def my_offices() -> Collection[int] | None:
    """The offices for which a person reports; None: for all of them."""
    person = guard.signed_in()
    return None if person.has(Role.PLAN_OWNER) or not person.office_ids else person.office_ids

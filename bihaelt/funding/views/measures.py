"""What programmes pay for a measure."""

from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.funding import operations, queries
from bihaelt.funding.forms import FundingForm
from bihaelt.funding.views.blueprint import bp
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


@bp.route("/desk/measures/<int:measure_id>/funding", methods=["GET", "POST"])
def fund(measure_id: int) -> Any:
    session, chain = guard.database(), i18n.current().chain
    measure = measures.measure(session, measure_id) or abort(404)
    guard.require(permissions.fund_measure, measure)
    rows = queries.programmes(session, chain)
    form = FundingForm.of([(row.id, f"{row.name} ({row.first_year}–{row.last_year})") for row in rows])
    if form.validate_on_submit():
        try:
            operations.fund(
                session, measure=measure, programme_id=form.programme.data, cents=form.amount.data,
                state=form.state.data, by=guard.signed_in().as_role(*permissions.measures.KEEPERS), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The funding is saved."))
            return redirect(url_for("funding.fund", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    title = shown(session, [measure.text_id], chain)[measure.text_id]
    fundings = queries.fundings(session, measure.id)
    page = render("funding/fund.html", measure=measure, title=title, fundings=fundings, form=form)
    return page, 422 if form.is_submitted() else 200

"""The desk of money: budgets of the clusters, and what programmes pay for a measure."""

from typing import Any

from flask import abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.plan import operations, queries
from bihaelt.plan.domain import FIRST_YEAR, LAST_YEAR
from bihaelt.plan.forms import BudgetForm, FundingForm
from bihaelt.plan.views.blueprint import bp
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


@bp.route("/desk/plan/budgets", methods=["GET", "POST"])
def budgets() -> Any:
    guard.require(permissions.set_budget)
    session, chain = guard.database(), i18n.current().chain
    year = request.args.get("year", type=int) or local(guard.now()).year
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    bars = queries.cluster_bars(session, chain, year)
    form = BudgetForm.of({bar.cluster_id: bar.name.title for bar in bars}, year)
    if form.validate_on_submit():
        try:
            row = operations.set_budget(
                session, cluster_id=form.cluster.data, year=int(form.year.data), cents=form.amount.data,
                reason=form.reason.data, by=guard.signed_in().as_role(*permissions.plan.BUDGETS), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The budget is set."))
            return redirect(url_for("plan.budgets", year=row.year), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("plan/budgets.html", bars=bars, year=year, form=form)
    return page, 422 if form.is_submitted() else 200


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
            return redirect(url_for("plan.fund", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    title = shown(session, [measure.text_id], chain)[measure.text_id]
    fundings = queries.fundings(session, measure.id)
    page = render("plan/fund.html", measure=measure, title=title, fundings=fundings, form=form)
    return page, 422 if form.is_submitted() else 200

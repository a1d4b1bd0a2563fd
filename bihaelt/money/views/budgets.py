"""The budgets of the clusters."""

from typing import Any

from flask import redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.money import operations, queries
from bihaelt.money.domain import FIRST_YEAR, LAST_YEAR
from bihaelt.money.forms import BudgetForm
from bihaelt.money.views.blueprint import bp
from bihaelt.rendering import render
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
                reason=form.reason.data, by=guard.signed_in().as_role(*permissions.money.BUDGETS), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The budget is set."))
            return redirect(url_for("money.budgets", year=row.year), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("money/budgets.html", bars=bars, year=year, form=form)
    return page, 422 if form.is_submitted() else 200

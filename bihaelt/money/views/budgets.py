"""The budgets of the clusters: set by the plan's owner, released, frozen and closed by the treasury."""

from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.marks import N_
from bihaelt.money import operations, queries
from bihaelt.money.domain import BUDGET_STEPS
from bihaelt.money.forms import BudgetForm, BudgetStateForm
from bihaelt.money.views.blueprint import asked_year, attempt, bp, form_page
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster


@bp.route("/desk/plan/budgets", methods=["GET", "POST"])
def budgets() -> Any:
    guard.require(permissions.set_budget)
    session, chain, year = guard.database(), i18n.current().chain, asked_year()
    rows = queries.budget_rows(session, chain, year)
    form = BudgetForm.of({row.cluster_id: row.name.title for row in rows}, year)
    if attempt(
        form,
        lambda: operations.set_budget(
            session, cluster_id=form.cluster.data, year=int(form.year.data), cents=form.amount.data, kind=form.kind.data,
            product_group=form.product_group.data or "", reason=form.reason.data,
            by=guard.signed_in().as_role(*permissions.money.BUDGETS), now=guard.now(),
        ),
    ):  # fmt: skip
        guard.say("success", N_("The budget is set."))
        return redirect(url_for("money.budgets", year=form.year.data), 303)
    bars = queries.cluster_bars(session, chain, year)
    return form_page("money/budgets.html", form, bars=bars, rows={row.cluster_id: row for row in rows}, year=year)


@bp.route("/desk/plan/budgets/<int:budget_id>", methods=["GET", "POST"])
def budget_state(budget_id: int) -> Any:
    guard.require(permissions.steer_money)
    session = guard.database()
    budget = queries.budget_row(session, budget_id) or abort(404)
    form = BudgetStateForm.between(BUDGET_STEPS[budget.state])
    if attempt(
        form,
        lambda: operations.set_budget_state(
            session, budget=budget, state=form.to.data, reason=form.reason.data,
            by=guard.signed_in().as_role(Role.TREASURY), now=guard.now(),
        ),
    ):  # fmt: skip
        guard.say("success", N_("The state is changed."))
        return redirect(url_for("money.budgets", year=budget.year), 303)
    text_id = session.get_one(Cluster, budget.cluster_id).text_id
    name = shown(session, [text_id], i18n.current().chain)[text_id]
    return form_page("money/budget_state.html", form, budget=budget, name=name)

"""Thresholds for approvals, and pools: who covers whom. Kept by the treasury."""

from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.money import operations, queries
from bihaelt.money.domain import Thresholds
from bihaelt.money.forms import EndPoolForm, PoolForm, ThresholdForm
from bihaelt.money.views.blueprint import attempt, bp, cluster_names, form_page


def treasury() -> Voice:
    return guard.signed_in().as_role(Role.TREASURY)


def back(message: str) -> Any:
    guard.say("success", message)
    return redirect(url_for("money.settings"), 303)


@bp.route("/desk/money/settings", methods=["GET", "POST"])
def settings() -> Any:
    guard.require(permissions.steer_money)
    session = guard.database()
    now = queries.thresholds(session)
    form = ThresholdForm(treasury=now.treasury_if_over, council=now.council_if_over)
    if attempt(
        form,
        lambda: operations.set_thresholds(
            session, thresholds=Thresholds(form.treasury.data, form.council.data), reason=form.reason.data, by=treasury(),
            now=guard.now(),
        ),
    ):  # fmt: skip
        return back(N_("The thresholds are saved."))
    names = cluster_names(local(guard.now()).year)
    return form_page("money/settings.html", form, pools=queries.pools(session), names=names)


@bp.route("/desk/money/pools/new", methods=["GET", "POST"])
def new_pool() -> Any:
    guard.require(permissions.steer_money)
    year = local(guard.now()).year
    form = PoolForm.of(cluster_names(year), year)
    if attempt(
        form,
        lambda: operations.set_pool(
            guard.database(), from_cluster_id=form.from_cluster.data, to_cluster_id=form.to_cluster.data,
            first_year=int(form.first_year.data), note=form.note.data, by=treasury(), now=guard.now(),
        ),
    ):  # fmt: skip
        return back(N_("The pool is set."))
    return form_page("money/pool.html", form, pool=None)


@bp.route("/desk/money/pools/<int:pool_id>/end", methods=["GET", "POST"])
def end_pool(pool_id: int) -> Any:
    guard.require(permissions.steer_money)
    pool = queries.pool(guard.database(), pool_id) or abort(404)
    form = EndPoolForm(last_year=str(local(guard.now()).year))
    if attempt(
        form,
        lambda: operations.end_pool(
            guard.database(), pool=pool, last_year=int(form.last_year.data), reason=form.reason.data, by=treasury(),
            now=guard.now(),
        ),
    ):  # fmt: skip
        return back(N_("The pool ends."))
    return form_page("money/pool.html", form, pool=pool)

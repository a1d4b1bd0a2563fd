"""Changing the e-mail address, with a link to the new one and a way back for the old one."""

from collections.abc import Callable
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain import Purpose
from bihaelt.accounts.forms import NewEmailForm
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import dead_link, own, untold
from bihaelt.forms import BaseForm
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


@bp.route("/my/email", methods=["GET", "POST"])
def email() -> str | Response | tuple[str, int]:
    guard.require(permissions.change_sign_in)
    form = NewEmailForm()
    account = own()
    if form.validate_on_submit():
        operations.change_email(guard.database(), account=account, email=form.email.data, now=guard.now())
        guard.say("info", N_("We have sent a letter to the new address. Please open the link in it."))
        return redirect(url_for("accounts.home"), 303)
    return render("accounts/email.html", form=form, account=account), 422 if form.is_submitted() else 200


@bp.route("/email/<token>", methods=["GET", "POST"])
def confirm_email(token: str) -> Response:
    guard.require(permissions.public)
    return by_link(token, Purpose.CHANGE_EMAIL, operations.confirm_email, "accounts/email_confirm.html")


@bp.route("/email/undo/<token>", methods=["GET", "POST"])
def undo_email(token: str) -> Response:
    guard.require(permissions.public)
    return by_link(token, Purpose.UNDO_EMAIL, operations.undo_email, "accounts/email_undo.html")


def by_link(token: str, purpose: Purpose, act: Callable[..., Any], template: str) -> Response:
    """A page with one button, which does ``act``; opening the page alone does nothing."""
    if queries.link(guard.database(), token, purpose, guard.now()) is None:
        return dead_link()
    form = BaseForm()
    if form.validate_on_submit():
        try:
            act(guard.database(), token=token, now=guard.now())
        except DomainError:
            return dead_link()
        return untold(render("accounts/email_done.html"))
    return untold(render(template, form=form), 422 if form.is_submitted() else 200)

"""Registering and confirming the address."""

from flask import current_app, request
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain import Purpose
from bihaelt.accounts.domain.secrets import DeadLink
from bihaelt.accounts.forms import ConfirmForm, RegisterForm, role_words
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import city, dead_link, enter, network, posted, untold
from bihaelt.i18n import current
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


@bp.route("/register", methods=["GET", "POST"])
def register() -> str | tuple[str, int]:
    guard.require(permissions.public)
    form = RegisterForm()
    if form.validate_on_submit():
        if machine(form):
            return posted()
        limits.hit_or_refuse("letters", network())
        try:
            write_down(form)
        except DomainError as error:
            form.refuse(error)
        else:
            return posted()
    return render("accounts/register.html", form=form), 422 if form.is_submitted() else 200


def write_down(form: RegisterForm) -> None:
    operations.register(
        guard.database(),
        email=form.email.data,
        name=form.name.data,
        password=form.password.data or None,
        language=current().babel,
        city=city(),
        reserved=role_words(),
        now=guard.now(),
    )


def machine(form: RegisterForm) -> bool:
    """Whether the hidden field is filled, or the form came back faster than anybody types."""
    return bool(form.website.data) or guard.form_seconds() < current_app.config["FILL_SECONDS"]


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Response:
    """The letter's link only shows a button: mail programs that open links must not confirm anything."""
    guard.require(permissions.public)
    code = queries.link(guard.database(), token, Purpose.CONFIRM, guard.now())
    account = queries.account(guard.database(), code.account_id) if code else None
    if account is None:
        return dead_link()
    form = ConfirmForm()
    if form.validate_on_submit():
        without = not account.password_hash or "without" in request.form
        password = None if without else form.password.data or ""
        try:
            operations.confirm(guard.database(), token=token, password=password, now=guard.now())
        except DeadLink:
            return dead_link()
        except DomainError as error:
            form.refuse(error)
        else:
            return enter(account, stay=False)
    body = render("accounts/confirm.html", form=form, account=account)
    return untold(body, 422 if form.is_submitted() else 200)

"""A new password: by a letter's link, or by a person who is signed in; and proving once more who one is."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain import Purpose
from bihaelt.accounts.domain.passwords import verify
from bihaelt.accounts.domain.secrets import BadCode, DeadLink
from bihaelt.accounts.forms import EmailForm, PasswordForm, ProveForm
from bihaelt.accounts.models import Account
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import (
    account_key,
    city,
    dead_link,
    network,
    own,
    posted,
    pressed,
    untold,
    wanted,
)
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

Answer = str | Response | tuple[str, int]


@bp.route("/recover", methods=["GET", "POST"])
def recover() -> Answer:
    guard.require(permissions.public)
    form = EmailForm()
    if form.validate_on_submit():
        limits.hit_or_refuse("letters", network())
        operations.ask_for_reset(guard.database(), email=form.email.data, now=guard.now())
        return posted()
    return render("accounts/recover.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/recover/<token>", methods=["GET", "POST"])
def reset(token: str) -> Response:
    guard.require(permissions.public)
    if queries.link(guard.database(), token, Purpose.RESET, guard.now()) is None:
        return dead_link()
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            operations.reset_password(
                guard.database(), token=token, password=form.password.data, city=city(), now=guard.now()
            )
        except DeadLink:
            return dead_link()
        except DomainError as error:
            form.refuse(error)
        else:
            return untold(render("accounts/reset_done.html"))
    return untold(render("accounts/reset.html", form=form), 422 if form.is_submitted() else 200)


@bp.route("/my/password", methods=["GET", "POST"])
def password() -> Answer:
    guard.require(permissions.change_sign_in)
    form = PasswordForm()
    account = own()
    if form.validate_on_submit():
        try:
            operations.change_password(
                guard.database(),
                account=account,
                password=form.password.data,
                city=city(),
                sign_in_id=guard.signed_in().session_id,
                now=guard.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Your password has been changed. All other devices are signed out."))
            return redirect(url_for("accounts.home"), 303)
    return render("accounts/password.html", form=form, account=account), 422 if form.is_submitted() else 200


@bp.route("/my/proof", methods=["GET", "POST"])
def prove() -> Answer:
    """Password or code once more, before something that a stranger at an open screen must not do."""
    guard.require(permissions.own_account)
    form = ProveForm()
    account = own()
    status = 200
    if form.validate_on_submit():
        if proved(account, form):
            operations.prove(guard.database(), sign_in_id=guard.signed_in().session_id, now=guard.now())
            return redirect(wanted() or url_for("accounts.home"), 303)
        # Answered with 200: the tries at a code must stay counted, and only an answer below 400 is committed.
    elif form.is_submitted():
        status = 422
    sent = request.args.get("sent") == "yes"
    return render("accounts/prove.html", form=form, account=account, sent=sent, next=wanted()), status


def proved(account: Account, form: ProveForm) -> bool:
    key = account_key(account.email)
    limits.check(limits.SIGN_INS, "account", key)
    if form.code.data:
        good = operations.check_code(guard.database(), email=account.email or "", code=form.code.data, now=guard.now())
        if good is not None:
            return True
        form.refuse(BadCode())
    elif verify(account.password_hash, form.password.data or ""):
        return True
    else:
        form.refuse(DomainError(N_("This password is not right."), field="password"))
    limits.hit(limits.SIGN_INS, "account", key)
    return False


@bp.post("/my/proof/code")
def send_proof() -> Response:
    """A code to the own mailbox, for those who have no password or do not remember it."""
    guard.require(permissions.own_account)
    pressed()
    operations.ask_for_code(guard.database(), email=guard.signed_in().email, now=guard.now())
    return redirect(url_for("accounts.prove", next=wanted(), sent="yes"), 303)

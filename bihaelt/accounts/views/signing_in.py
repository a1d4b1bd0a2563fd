"""Signing in by password or by a code in a letter, the second step, and signing out."""

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.domain.secrets import BadCode, hash_of
from bihaelt.accounts.forms import CodeForm, EmailForm, SecondStepForm, SignInForm
from bihaelt.accounts.models import Account
from bihaelt.accounts.operations.signing_in import NotSignedIn
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import account_key, enter, network, pressed, sealed, unsealed, wanted
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

CODE_SECONDS, STEP_SECONDS = 15 * 60, 5 * 60
Answer = str | Response | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    guard.require(permissions.public)
    if guard.actor() is not None and request.method == "GET":
        return redirect(wanted() or url_for("accounts.home"))
    form = SignInForm()
    if form.validate_on_submit():
        check_attempts(form.email.data)
        try:
            account = operations.check_password(guard.database(), email=form.email.data, password=form.password.data)
        except NotSignedIn as error:
            if error.wrong:
                count_attempt(form.email.data)
            form.refuse(error)
        else:
            return go_on(account, stay=form.stay.data)
    return render("accounts/sign_in.html", form=form, next=wanted()), 422 if form.is_submitted() else 200


def check_attempts(email: str) -> None:
    limits.check(limits.SIGN_INS, "account", account_key(email))
    limits.check(limits.SIGN_INS, "network", network())


def count_attempt(email: str) -> None:
    limits.hit(limits.SIGN_INS, "account", account_key(email))
    limits.hit(limits.SIGN_INS, "network", network())


@bp.route("/sign-in/code", methods=["GET", "POST"])
def sign_in_by_code() -> Answer:
    """Ask for a code by letter; the address travels to the next page in a sealed value."""
    guard.require(permissions.public)
    form = EmailForm()
    if form.validate_on_submit():
        limits.hit_or_refuse("letters", network())
        operations.ask_for_code(guard.database(), email=form.email.data, now=guard.now())
        who = sealed("code", form.email.data)
        return render("accounts/code.html", form=CodeForm(who=who), next=wanted())
    body = render("accounts/ask_for_code.html", form=form, next=wanted())
    return body, 422 if form.is_submitted() else 200


@bp.route("/sign-in/code/check", methods=["GET", "POST"])
def check_code() -> Answer:
    guard.require(permissions.public)
    form = CodeForm()
    email = unsealed("code", form.who.data, CODE_SECONDS)
    if email is None:
        pressed() if form.is_submitted() else None
        return redirect(url_for("accounts.sign_in_by_code", next=wanted()), 303)
    status = 422
    if form.validate_on_submit():
        limits.check(limits.SIGN_INS, "network", network())
        account = operations.check_code(guard.database(), email=email, code=form.code.data, now=guard.now())
        if account is not None:
            return go_on(account, stay=form.stay.data)
        limits.hit(limits.SIGN_INS, "network", network())
        form.refuse(BadCode())
        status = 200  # the try must stay counted, and only an answer below 400 is committed
    return render("accounts/code.html", form=form, next=wanted()), status


def go_on(account: Account, *, stay: bool) -> Answer:
    """In, or to the second step where the account has one. Until then there is no session at all."""
    if account.totp_secret is None:
        return enter(account, stay=stay)
    who = sealed("step", [account.id, bool(stay), hash_of(account.password_hash or "")])
    return render("accounts/second_step.html", form=SecondStepForm(who=who), next=wanted())


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
def second_step() -> Answer:
    guard.require(permissions.public)
    form = SecondStepForm()
    account, stay = first_factor(form.who.data)
    if account is None:
        pressed() if form.is_submitted() else None
        return redirect(url_for("accounts.sign_in", next=wanted()), 303)
    if form.validate_on_submit():
        limits.check(limits.SECOND_FACTORS, "second", str(account.id))
        try:
            operations.check_second_factor(guard.database(), account=account, code=form.second.data, now=guard.now())
        except DomainError as error:
            limits.hit(limits.SECOND_FACTORS, "second", str(account.id))
            form.refuse(DomainError(error.reason, field="second"))
        else:
            return enter(account, stay=stay, second_factor=True)
    return render("accounts/second_step.html", form=form, next=wanted()), 422


def first_factor(who: str | None) -> tuple[Account | None, bool]:
    """Who gave the first factor a moment ago; nobody if the password or the state has changed since."""
    value = unsealed("step", who, STEP_SECONDS)
    if value is None:
        return None, False
    account_id, stay, password = value
    account = queries.account(guard.database(), account_id)
    fitting = account is not None and account.state is AccountState.ACTIVE
    if account is None or not fitting or hash_of(account.password_hash or "") != password:
        return None, False
    return account, stay


@bp.post("/sign-out")
def sign_out() -> Response:
    """Ends the session in the database too: a copy of the cookie is worth nothing."""
    guard.require(permissions.public)
    pressed()
    person = guard.actor()
    if person is not None:
        operations.end_session(guard.database(), sign_in_id=person.session_id)
    session.clear()
    return redirect(url_for("pages.start"), 303)

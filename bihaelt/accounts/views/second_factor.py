"""Setting up the second factor."""

import pyotp
import segno
from flask import redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain.secrets import spaced, totp_address
from bihaelt.accounts.forms import SetUpForm
from bihaelt.accounts.models import Account
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import city, own, pressed, sealed, unsealed, wanted
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import Conflict, DomainError

SECRET_SECONDS = 30 * 60
Answer = str | Response | tuple[str, int]


@bp.route("/my/second-factor", methods=["GET", "POST"])
def second_factor() -> Answer:
    """Without one: the picture for the app and its first code. With one: what is left of the recovery codes."""
    guard.require(permissions.change_sign_in)
    account = own()
    if account.totp_secret is not None:
        left = queries.unused_recovery_codes(guard.database(), account.id)
        return render("accounts/second_factor.html", left=left)
    form = SetUpForm()
    secret = unsealed(f"totp-{account.id}", form.secret.data, SECRET_SECONDS)
    if secret and form.validate_on_submit():
        limits.check(limits.SECOND_FACTORS, "set-up", str(account.id))
        try:
            return render("accounts/recovery_codes.html", codes=set_up(account, secret, form), next=wanted())
        except DomainError as error:
            limits.hit(limits.SECOND_FACTORS, "set-up", str(account.id))
            form.refuse(error)
    return picture(account, secret or pyotp.random_base32(), form), 422 if form.is_submitted() else 200


def set_up(account: Account, secret: str, form: SetUpForm) -> list[str]:
    codes = operations.set_second_factor(
        guard.database(),
        account=account,
        secret=secret,
        code=form.code.data,
        sign_in_id=guard.signed_in().session_id,
        now=guard.now(),
    )
    return [spaced(code) for code in codes]


def picture(account: Account, secret: str, form: SetUpForm) -> str:
    """The page with the QR code, drawn here: the secret goes to no other server."""
    form.secret.data = sealed(f"totp-{account.id}", secret)
    drawn = segno.make(totp_address(secret, account.email or "", city()), error="m")
    image = drawn.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return render("accounts/set_up.html", form=form, image=image, secret=spaced(secret))


@bp.post("/my/second-factor/codes")
def recovery_codes() -> str:
    guard.require(permissions.change_sign_in)
    pressed()
    account = own()
    if account.totp_secret is None:
        raise Conflict(N_("Please set up the second factor first."))
    codes = operations.new_recovery_codes(guard.database(), account=account)
    return render("accounts/recovery_codes.html", codes=[spaced(code) for code in codes], next=None)


@bp.post("/my/second-factor/remove")
def remove_second_factor() -> Response:
    guard.require(permissions.change_sign_in)
    pressed()
    person = guard.signed_in()
    operations.remove_second_factor(guard.database(), account=own(), by=person.as_citizen(), now=guard.now())
    guard.say("success", N_("The second factor has been removed."))
    return redirect(url_for("accounts.home"), 303)

"""The person's own page."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts import operations
from bihaelt.accounts.forms import ProfileForm, role_words
from bihaelt.accounts.models import Account
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import city, own
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.queries import roll


@bp.route("/my", methods=["GET", "POST"])
def home() -> str | Response | tuple[str, int]:
    guard.require(permissions.own_account)
    account = own()
    form = ProfileForm(name=account.display_name, language=account.language, letters=account.letters)
    if form.validate_on_submit():
        try:
            change(account, form)
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Your changes are saved."))
            return redirect(url_for("accounts.home"), 303)
    verification = roll.verification(guard.database(), account.id)
    page = render("accounts/home.html", form=form, account=account, verification=verification)
    return page, 422 if form.is_submitted() else 200


def change(account: Account, form: ProfileForm) -> None:
    operations.change_profile(
        guard.database(),
        account=account,
        name=form.name.data,
        language=form.language.data,
        letters=form.letters.data,
        city=city(),
        reserved=role_words(),
        now=guard.now(),
    )

"""My data: take it along, or erase it."""

import io
import json
import zipfile

from flask import Blueprint, Response, redirect, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import permissions
from bihaelt.accounts.models import Account
from bihaelt.guard import actor, database, now, require, signed_in
from bihaelt.privacy import operations, queries
from bihaelt.privacy.forms import EraseForm
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

bp = Blueprint("privacy", __name__, url_prefix="/my/data")


@bp.before_request
def prove_first() -> BaseResponse | None:
    """Whoever is signed in but has not just proved who they are does that first, and comes back."""
    person = actor()
    if person is not None and not person.fresh:
        require(permissions.signed_in)
        return redirect(url_for("accounts.prove", next=url_for("privacy.overview")), 303)
    return None


@bp.get("/")
def overview() -> str:
    require(permissions.handle_own_data)
    return render("privacy/overview.html")


@bp.get("/export")
def export() -> Response:
    """A ZIP with everything as JSON, and the same as a page that people can read."""
    require(permissions.handle_own_data)
    data = queries.everything_of(database(), signed_in().id)
    page = render("privacy/export.html", data=data)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        archive.writestr("data.html", page)
    return Response(
        buffer.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": "attachment; filename=bihaelt-data.zip", "Cache-Control": "private, no-store"},
    )


@bp.route("/erase", methods=["GET", "POST"])
def erase() -> BaseResponse | str | tuple[str, int]:
    require(permissions.handle_own_data)
    form = EraseForm()
    if form.validate_on_submit():
        person = signed_in()
        account = database().get_one(Account, person.id)
        try:
            operations.erase(
                database(), account=account, contributions=form.contributions.data, by=person.as_citizen(), now=now()
            )
        except DomainError as error:
            form.refuse(error)
        else:
            cookie.clear()
            return redirect(url_for("privacy.erased"), 303)
    return render("privacy/erase.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/erased")
def erased() -> str:
    require(permissions.public)
    return render("privacy/erased.html")

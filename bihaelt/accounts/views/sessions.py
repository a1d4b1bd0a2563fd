"""Where a person is signed in."""

from flask import abort, redirect, session, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import pressed
from bihaelt.marks import N_
from bihaelt.rendering import render


@bp.get("/my/sessions")
def sessions() -> str:
    guard.require(permissions.own_account)
    found = queries.sign_ins(guard.database(), guard.signed_in().id, guard.now())
    return render("accounts/sessions.html", sessions=found)


@bp.post("/my/sessions/<int:sign_in_id>/end")
def end_session(sign_in_id: int) -> Response:
    guard.require(permissions.own_account)
    pressed()
    person = guard.signed_in()
    found = queries.sign_in(guard.database(), person.id, sign_in_id) or abort(404)
    operations.end_session(guard.database(), sign_in_id=found.id)
    if found.id == person.session_id:
        session.clear()
        return redirect(url_for("pages.start"), 303)
    guard.say("success", N_("This device is signed out."))
    return redirect(url_for("accounts.sessions"), 303)


@bp.post("/my/sessions/end-others")
def end_other_sessions() -> Response:
    guard.require(permissions.own_account)
    pressed()
    person = guard.signed_in()
    operations.end_other_sessions(guard.database(), account_id=person.id, keep=person.session_id)
    guard.say("success", N_("All other devices are signed out."))
    return redirect(url_for("accounts.sessions"), 303)

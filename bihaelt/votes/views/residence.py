"""One's own page: how it was checked that one lives here, and the ways to have it checked."""

from typing import Any

from flask import abort, current_app, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, limits, permissions
from bihaelt.accounts import queries as accounts
from bihaelt.accounts.models import Account
from bihaelt.conferences.queries import titles
from bihaelt.i18n import DEFAULT, local
from bihaelt.marks import N_
from bihaelt.rendering import absolute, render
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.binding import bound_verification
from bihaelt.votes.domain.networks import prefix
from bihaelt.votes.forms.residence import ReturnForm
from bihaelt.votes.forms.voting import CodeForm
from bihaelt.votes.operations import binding, codes, roll
from bihaelt.votes.operations.provider import Errand, Identity, NotProven, Provider, begin, finish
from bihaelt.votes.queries import ballots
from bihaelt.votes.queries import roll as queries
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, ring
from bihaelt.votes.views.tickets import WRONG_CODES

KEPT = "errand"
DONE = N_("Thank you. You are verified and can vote with your account.")


@bp.route("/account/residence", methods=["GET", "POST"])
def residence() -> Answer:
    guard.require(permissions.own_account)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            enter(form.code.data)
        except DomainError as error:
            guard.database().rollback()
            form.refuse(DomainError(error.reason, field="code", **error.values))
        else:
            guard.say("success", DONE)
            return redirect(url_for("votes.residence"), 303)
    return page(form), 422 if form.is_submitted() else 200


def enter(code: str) -> None:
    """The code of a letter, or the one that the citizens' desk has shown. Raises DomainError."""
    who = (str(guard.signed_in().id), prefix(request.remote_addr or ""))
    for each in who:
        limits.check(WRONG_CODES, "residence-code", each)
    today = local(guard.now()).date()
    given: dict[str, Any] = {
        "ring": ring(), "account": own(), "code": code, "by": guard.voice_for(None), "now": guard.now()
    }  # fmt: skip
    try:
        if bound_verification(given["ring"].roll(), code, today) is not None:
            binding.bind(guard.database(), today=today, **given)
        else:
            roll.verify_by_code(guard.database(), **given)
    except codes.BadCode:
        for each in who:
            limits.hit(WRONG_CODES, "residence-code", each)
        raise


def page(form: CodeForm) -> str:
    database, account_id = guard.database(), guard.signed_in().id
    row = queries.verification(database, account_id)
    ballot = ballots.ballot(database, row.ballot_id) if row is not None and row.ballot_id is not None else None
    title = None
    if ballot is not None:
        title = titles(database, [ballot.conference_id], i18n.current().chain)[ballot.conference_id]
    return render(
        "ballots/residence.html", form=form, row=row, ballot=ballot, title=title, has_provider=provider() is not None
    )


@bp.get("/account/residence/provider")
def residence_provider() -> Response:
    """Off to the city's online identity. Nothing is written; what has to come back stands in the session's cookie."""
    guard.require(permissions.own_account)
    known = provider() or abort(404)
    try:
        address, errand = begin(
            known, redirect_uri=return_address(), account_id=guard.signed_in().id, now=guard.now()
        )  # fmt: skip
    except DomainError as error:
        guard.say("danger", error.reason)
        return redirect(url_for("votes.residence"), 303)
    session[KEPT] = errand.packed() | {"language": i18n.current().url}
    return redirect(address, 302)


@bp.route("/account/residence/return", methods=["GET", "POST"])
def residence_return() -> Answer:
    """Back from the provider: the page has one button, because opening an address must not change anything."""
    guard.require(permissions.own_account)
    known = provider() or abort(404)
    if request.method == "GET":
        return arrived()
    form = ReturnForm()
    if not form.validate_on_submit():
        return untold(render("ballots/residence_return.html", form=form), 422)
    try:
        identity = asked(known, form)
        entered(identity)
    except DomainError as error:
        guard.database().rollback()
        form = CodeForm(code="")
        form.code.errors = []
        form.form_errors.append(i18n.explain(error.reason, error.values))
        return page(form), 422
    guard.say("success", DONE)
    return redirect(url_for("votes.residence"), 303)


def arrived() -> Answer:
    kept: dict[str, Any] = session.get(KEPT) or {}
    language = kept.get("language")
    if language in i18n.BY_URL and language != i18n.current().url:
        came = {name: request.args.get(name, "") for name in ("state", "code")}
        return redirect(url_for("votes.residence_return", lang=language, state=came["state"], code=came["code"]), 302)
    if not kept or not request.args.get("code"):
        session.pop(KEPT, None)
        guard.say("warning", NotProven().reason)
        return redirect(url_for("votes.residence"), 303)
    form = ReturnForm(state=request.args.get("state", "")[:200], code=request.args.get("code", "")[:4000])
    return untold(render("ballots/residence_return.html", form=form))


def asked(known: Provider, form: ReturnForm) -> Identity:
    """What the provider vouches for. Others may write while we wait for it. Raises DomainError."""
    kept = dict(session.pop(KEPT, None) or {})
    kept.pop("language", None)
    account_id, now = guard.signed_in().id, guard.now()
    with guard.unlocked():
        return finish(
            known,
            redirect_uri=return_address(),
            errand=Errand.unpacked(kept),
            account_id=account_id,
            state=form.state.data,
            code=form.code.data,
            now=now,
        )


def entered(identity: Identity) -> None:
    roll.verify_by_provider(
        guard.database(),
        ring=ring(),
        account=own(),
        issuer=identity.issuer,
        subject=identity.subject,
        born_on=identity.born_on,
        person=identity.person,
        by=guard.voice_for(None),
        now=guard.now(),
    )


def own() -> Account:
    return accounts.account(guard.database(), guard.signed_in().id) or abort(401)


def provider() -> Provider | None:
    settings = current_app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)


def return_address() -> str:
    """The one address that the provider knows, whatever language the person reads."""
    return absolute(url_for("votes.residence_return", lang=DEFAULT.url))


def untold(body: str, status: int = 200) -> Response:
    """The address holds a code: other pages learn our host at most."""
    response = make_response(body, status)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response

"""What several pages of accounts need: sealed values, letting a person in, pages that hold a secret address."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import actors, guard
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain.secrets import hash_of, safe_next
from bihaelt.accounts.domain.senders import device_of, network_of, tidy_email
from bihaelt.accounts.models import Account
from bihaelt.errors import TOKEN_MESSAGES
from bihaelt.i18n import local
from bihaelt.rendering import render

LONG, SHORT = timedelta(days=30), timedelta(hours=12)


def sealed(purpose: str, value: Any) -> str:
    """A value that travels through the browser unchanged; it can be read there, but not forged."""
    return sealer(purpose).dumps(value)


def unsealed(purpose: str, text: str | None, seconds: int) -> Any:
    """The value, or None when the seal is broken or older than ``seconds``."""
    try:
        return sealer(purpose).loads(text or "", max_age=seconds)
    except BadData:
        return None


def sealer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"accounts-{purpose}")


def city() -> str:
    name: str = current_app.config["CITY"].name
    return name


def today() -> date:
    return local(guard.now()).date()


def network() -> str:
    return network_of(request.remote_addr)


def account_key(email: str | None) -> str:
    """Under which attempts at one account are counted; no address lies in the store."""
    return hash_of(tidy_email(email or ""))


def own() -> Account:
    """The account of the signed-in person."""
    account = queries.account(guard.database(), guard.signed_in().id)
    return account or abort(401)


def pressed() -> None:
    """A lone button was pressed on a page of ours: 400 when its form token is not good."""
    state = guard.token_state()
    if state != "ok":
        abort(400, description=TOKEN_MESSAGES[state])


def wanted() -> str | None:
    """Where the person was going, if that is a page of ours."""
    return safe_next(request.args.get("next"))


def untold(body: str, status: int = 200) -> Response:
    """A page whose address holds a secret: other pages learn our host at most, never that address.

    Not "no-referrer": with that, browsers send the forms of the page with ``Origin: null``, as if from another site.
    """
    response = make_response(body, status)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def dead_link() -> Response:
    return untold(render("accounts/dead_link.html"), 410)


def posted() -> str:
    """The page after every act that may have caused a letter; the same whether it did or not."""
    return render("accounts/posted.html")


def enter(account: Account, *, stay: bool, second_factor: bool = False) -> BaseResponse:
    """Start a session of ``account`` in this browser, end the one before, and go on to where the person wanted."""
    database, now = guard.database(), guard.now()
    staff = queries.is_staff(database, account.id, today())
    lasts = LONG if stay and not staff else SHORT
    before = guard.actor()
    if before is not None:
        operations.end_session(database, sign_in_id=before.session_id)
    device = device_of(request.headers.get("User-Agent", ""))
    token = operations.start_session(
        database, account=account, device=device, lasts=lasts, second_factor=second_factor, now=now
    )
    actors.begin(token, now, stay=lasts == LONG)
    person = actors.read(database, token, now, production=current_app.config["PRODUCTION"])
    if person is not None and not person.trusted:
        return redirect(url_for("accounts.second_factor", next=wanted()), 303)
    return redirect(wanted() or url_for("accounts.home"), 303)

"""Ties permissions to the request: every view asks, or the answer is withheld; and the one commit."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, flash, g, request, session
from flask_login import current_user
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden

from bihaelt.accounts.domain import Actor
from bihaelt.extensions import db, reading
from bihaelt.i18n import gettext
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.permissions.base import SIGN_IN
from bihaelt.verdicts import Verdict

SAFE = {"GET", "HEAD", "OPTIONS"}
TOKEN_SECONDS = 12 * 3600
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
Permission = Callable[..., Verdict]


class Refused(Forbidden):
    """A permission said no; the page prints its reason."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(description=verdict.reason)
        self.verdict = verdict


def actor() -> Actor | None:
    user = current_user._get_current_object()
    return user if user.is_authenticated else None


def signed_in() -> Actor:
    """The signed-in person; only after a permission that asks for one."""
    person = actor()
    if person is None:
        abort(401)
    return person


def now() -> datetime:
    """The moment of this request, the same for all its parts."""
    if "now" not in g:
        clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
        g.now = clock() if clock else datetime.now(UTC)
    moment: datetime = g.now
    return moment


def require(permission: Permission, subject: object = None) -> None:
    """Ask ``permission`` for this request; a no ends it with the reason (a visitor is sent to sign in first)."""
    g.permission_asked = True
    verdict = permission(actor(), subject, now())
    if verdict:
        return
    if actor() is None and verdict.reason == SIGN_IN:
        abort(401)
    raise Refused(verdict)


def say(kind: str, message: str, **values: object) -> None:
    """A notice on the next page, for people who are signed in (visitors carry no cookie that could hold it)."""
    flash(gettext(message, **values), kind)


def database() -> Session:
    """This request's session (not the proxy), as operations and queries want it."""
    return db.session()


@contextmanager
def unlocked() -> Iterator[None]:
    """Slow work in an unsafe request (printing, asking another server), while others may write.

    Nothing may have been written before it, and whatever was read has to be read again after it.
    """
    db.session.rollback()
    yield
    db.session.connection(execution_options={"writing": True})


def voice_for(organisation_id: int | None) -> Voice:
    """The voice chosen at this act: the person's own, or that of an organisation they are a delegate of."""
    person = signed_in()
    if organisation_id is None:
        return person.as_citizen()
    if person.seat(organisation_id) is None:
        raise Refused(Verdict(N_("You do not speak for this organisation.")))
    return person.as_delegate(organisation_id)


@lru_cache(maxsize=4)
def _signer_with(secret: str | bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="form")


def _signer() -> URLSafeTimedSerializer:
    return _signer_with(current_app.secret_key or "")


def _owner() -> str:
    token = session.get("_user_id", "") if request.cookies else ""
    return hashlib.sha256(str(token).encode()).hexdigest()[:16] if token else "visitor"


def form_token() -> str:
    """A token for one form on one page: bound to the session, good for 12 hours; its nonce makes a submit unique."""
    return _signer().dumps([_owner(), secrets.token_urlsafe(12)])


def token_state() -> str:
    """What the request's form token is: ok, expired, missing or foreign. ``g.nonce`` is set when it is ok."""
    if "token_state" not in g:
        g.token_state, g.nonce = _read_token(request.form)
    state: str = g.token_state
    return state


def _read_token(form: MultiDict[str, str]) -> tuple[str, str]:
    given = form.get("form_token", "")
    if not given:
        return "missing", ""
    try:
        owner, nonce = _signer().loads(given, max_age=TOKEN_SECONDS)
    except SignatureExpired:
        return "expired", ""
    except (BadData, ValueError, TypeError):
        return "foreign", ""
    return ("ok", str(nonce)) if secrets.compare_digest(str(owner), _owner()) else ("foreign", "")


def proved_itself() -> None:
    """The request carries a signature over public data in place of a form token, and the view has just verified it.

    A token shows that a person, and not another site in their name, sends a form. Where no cookie gives any power there
    is nothing to borrow: so only a view that asks ``permissions.public`` and reads no actor may call this.
    """
    g.token_state, g.nonce = "ok", ""


def form_seconds() -> float:
    """How long the page with the submitted form stood open; 0 without a good token."""
    if token_state() != "ok":
        return 0.0
    _, made = _signer().loads(request.form["form_token"], return_timestamp=True)
    return (datetime.now(UTC) - made).total_seconds()


def nonce() -> str:
    """The submitted form's own number: the same for a double submit, so that one act stays one."""
    token_state()
    value: str = g.nonce
    return value


def _foreign_origin() -> bool:
    """Whether another site sent this request. Browsers send Origin with every POST; its absence alone is no sign."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc.lower() not in (request.host.lower(), current_app.config["PUBLIC_HOST"].lower())


def init_app(app: Flask) -> None:
    app.before_request(_open_request)
    app.after_request(_close_request)


def _open_request() -> None:
    g.timezone = current_app.config["TIMEZONE"]
    if request.method in SAFE:
        if request.endpoint is not None:
            reading(db.session())
        return
    if _foreign_origin():
        abort(400, description=N_("This form was sent from another site."))
    # SQLite: take the write lock before the first read, so that two writers queue up instead of failing half-way.
    db.session.connection(execution_options={"writing": True})


def _close_request(response: Response) -> Response:
    if request.endpoint not in (None, "static") and response.status_code < 400 and not g.get("permission_asked"):
        raise RuntimeError(f"{request.endpoint} answered without asking a permission")
    if request.method not in SAFE:
        if response.status_code < 400 and token_state() != "ok":
            db.session.rollback()
            response = current_app.extensions["token_refused"](token_state())
        elif response.status_code < 400:
            letters = db.session().info.pop("letters", False)
            db.session.commit()
            if letters:
                current_app.extensions["nudge"]()
        else:
            db.session.rollback()
    response.headers.extend({name: value for name, value in HEADERS.items() if name not in response.headers})
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "Cache-Control" not in response.headers:
        _cache_rules(response)
    return response


def _cache_rules(response: Response) -> None:
    """Visitors' pages are the same for all of them and may be kept anywhere; all others stay with their person."""
    response.vary.update(["Cookie"])
    public = request.method in ("GET", "HEAD") and response.status_code == 200 and g.get("cacheable", True)
    if public and not g.get("token_given") and actor() is None and not session.modified and not request.cookies:
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=5, must-revalidate"
        response.add_etag()
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "private, no-store"

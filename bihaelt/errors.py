"""Errors as pages: in the reader's language, with what is wrong and what to do."""

import secrets

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard
from bihaelt.extensions import login_manager
from bihaelt.i18n import explain, gettext
from bihaelt.marks import N_
from bihaelt.permissions.accounts import PROVE
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

PAGES = {
    400: (N_("This request cannot be read"), N_("Please go back, reload the page and try again.")),
    403: (N_("This is not possible"), ""),
    404: (N_("This page does not exist"), N_("Perhaps it has moved. The search or the start page will help you on.")),
    405: (N_("This is not possible"), N_("Please go back, reload the page and try again.")),
    409: (N_("Something has changed meanwhile"), ""),
    413: (N_("This is too much at once"), N_("Please shorten your text and send it again.")),
    429: (N_("Too many attempts"), N_("Please wait a little and then try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing of yours was changed. Please try again in a little while."),
    ),
    503: (N_("We will be back soon"), N_("Please try again in a little while.")),
}
TOKEN_MESSAGES = {
    "expired": N_("The page was open for too long. Please go back, reload it and try again."),
    "missing": N_("Please go back, reload the page and try again."),
    "foreign": N_("Please go back, reload the page and try again."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(Exception, unexpected)
    app.extensions["token_refused"] = lambda state: page(400, gettext(TOKEN_MESSAGES[state]))


def page(code: int, text: str = "") -> Response:
    g.permission_asked = True
    if code >= 500:
        # What went wrong may be the database: who is not known by now is not asked for, or the page about the error
        # would fail like the page before. Flask-Login keeps the person of a request under this name.
        g.setdefault("_login_user", login_manager.anonymous_user())
    title, advice = PAGES.get(code, PAGES[400 if code < 500 else 500])
    body = render(
        "_layout/error.html", code=code, heading=gettext(title), text=text or gettext(advice), advice=gettext(advice)
    )
    return make_response(body, code)


def http_error(error: HTTPException) -> Response | BaseResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # A Host header that is not ours: no address can be built, so no page can be drawn.
        g.permission_asked = True
        return Response(gettext(PAGES[400][0]), 400, content_type="text/plain; charset=utf-8")
    if isinstance(error, Unauthorized):
        return _to_sign_in()
    if isinstance(error, guard.Refused):
        if error.verdict.reason == PROVE and request.method in guard.SAFE:
            return redirect(url_for("accounts.prove", next=request.full_path.rstrip("?")), 302)
        return page(403, explain(error.verdict.reason, error.verdict.values))
    custom = error.description if error.description != type(error).description else ""
    answer = page(error.code, gettext(custom) if custom and error.code < 500 else "")
    for name in ("Retry-After", "Allow"):
        for key, value in error.get_headers():
            if key == name:
                answer.headers[name] = value
    return answer


def _to_sign_in() -> BaseResponse:
    g.permission_asked = True
    if request.method in guard.SAFE:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 302)
    return page(403, gettext(guard.SIGN_IN))


def domain_error(error: DomainError) -> Response:
    return page(409, explain(error.reason, error.values))


def unexpected(error: Exception) -> Response:
    number = secrets.token_hex(4)
    current_app.logger.exception("error %s at %s", number, request.endpoint)
    if current_app.testing and current_app.config.get("PROPAGATE", True):
        raise error
    code = InternalServerError.code
    return page(code, gettext(N_("Please tell us this number if it happens again: %(number)s"), number=number))

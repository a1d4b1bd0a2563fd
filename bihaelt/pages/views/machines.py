"""The addresses that machines ask for: they have no language."""

from datetime import timedelta

from flask import Response, current_app, redirect, request, url_for
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.i18n import LANGUAGES, negotiate
from bihaelt.pages.queries import healthy
from bihaelt.pages.views.blueprints import root
from bihaelt.rendering import absolute, link
from bihaelt.settings import Settings


@root.get("/")
def choose() -> BaseResponse:
    """To the start page in the best language for this browser."""
    guard.require(permissions.public)
    best = negotiate(request.accept_languages)
    answer = redirect(url_for("pages.start", lang=best.url), 302)
    answer.vary.add("Accept-Language")
    return answer


@root.get("/robots.txt")
def robots() -> Response:
    guard.require(permissions.public)
    closed = [f"Disallow: /{language.url}/{part}/" for language in LANGUAGES for part in ("desk", "my")]
    lines = ["User-agent: *", *closed, f"Sitemap: {absolute(url_for('root.sitemap'))}", ""]
    return _plain("\n".join(lines))


@root.get("/.well-known/security.txt")
def security() -> Response:
    """How to report a weakness (RFC 9116). It is good for half a year from today, so it never runs out."""
    guard.require(permissions.public)
    settings: Settings = current_app.config["SETTINGS"]
    expires = (guard.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.mail_from}",
        f"Contact: {link('pages.feedback', lang='en')}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {absolute(url_for('root.security'))}",
        "",
    ]
    return _plain("\n".join(lines))


@root.get("/sitemap.xml")
def sitemap() -> Response:
    """The start pages, each naming all the others as its translations."""
    guard.require(permissions.public)
    starts = {language.tag: link("pages.start", lang=language.url) for language in LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{escape(address)}"/>' for tag, address in starts.items()
    )
    pages = "".join(f"<url><loc>{escape(address)}</loc>{others}</url>\n" for address in starts.values())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{pages}</urlset>\n'
    )
    return Response(text, mimetype="application/xml")


@root.get("/healthz")
def health() -> Response:
    """Whether this process can answer from its database: 200 and "ok", or 503."""
    guard.require(permissions.public)
    try:
        healthy(guard.database())
    except SQLAlchemyError:
        return _plain("database", 503)
    answer = _plain("ok\n")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/plain")

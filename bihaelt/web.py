"""Builds the application: settings in, guard, languages, errors, then the blueprints in the order of the story."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from bihaelt import actors, errors, guard, i18n, rendering, worker
from bihaelt.accounts import views as accounts
from bihaelt.comments import views as comments
from bihaelt.conferences import views as conferences
from bihaelt.controlling import views as controlling
from bihaelt.decisions import views as decisions
from bihaelt.desks import views as desks
from bihaelt.documents import views as documents
from bihaelt.extensions import db, login_manager, prepare_postgresql, prepare_sqlite
from bihaelt.funding import views as funding
from bihaelt.goals import views as goals
from bihaelt.imports import views as imports
from bihaelt.interpreting import views as interpreting
from bihaelt.journal import views as journal
from bihaelt.measures import views as measures
from bihaelt.moderation import views as moderation
from bihaelt.money import views as money
from bihaelt.organisations import views as organisations
from bihaelt.pagecache import PageCache
from bihaelt.pages import views as pages
from bihaelt.plan import views as plan
from bihaelt.privacy import views as privacy
from bihaelt.proposals import views as proposals
from bihaelt.reports import views as reports
from bihaelt.search import views as search
from bihaelt.settings import ROOT, Settings
from bihaelt.texts import views as texts
from bihaelt.topics import views as topics
from bihaelt.votes import views as votes

BLUEPRINTS = (
    pages.bp, accounts.bp, organisations.bp, topics.bp, conferences.bp, proposals.bp, comments.bp, votes.bp,
    moderation.bp, decisions.bp, measures.bp, funding.bp, money.bp, goals.bp, interpreting.bp,
    controlling.bp, plan.bp, documents.bp, imports.bp, texts.bp, journal.bp, search.bp, desks.bp,
    privacy.bp, reports.bp,
)  # fmt: skip
STATIC = Path(__file__).parent / "static"
MAX_BODY = 512 * 1024
assert actors


@dataclass(frozen=True, slots=True)
class City:
    """What every page knows of the city. ``demo`` says that figures are invented."""

    name: str
    demo: bool


class IdConverter(IntegerConverter):
    """``<int:…>`` in an address: a number that both databases can hold; a larger one is no page, not an error."""

    def __init__(self, url_map: Map, max: int = 2**31 - 1, **options: Any) -> None:
        super().__init__(url_map, max=max, **options)


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """A ready application. ``overrides`` go into Flask's configuration (tests)."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_environment = rendering.LanguageEnvironment
    app.config.update(configuration(settings) | overrides)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False  # whoever types a slash too many, or forgets one, finds the page all the same
    app.url_map.converters["lang"] = i18n.LanguageConverter
    app.url_map.converters["int"] = IdConverter
    db.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = None
    with app.app_context():
        prepare_sqlite(db.engine)
        prepare_postgresql(db.engine)
    app.before_request(choose_language)
    app.url_value_preprocessor(read_language)
    app.url_defaults(fill_language)
    guard.init_app(app)
    rendering.init_app(app)
    errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=f"/<lang:lang>{blueprint.url_prefix or ''}")
    app.register_blueprint(pages.root)
    worker.init_app(app)
    wrap(app, settings)
    return app


def configuration(settings: Settings) -> dict[str, Any]:
    secure = settings.base_url.startswith("https://")
    host = settings.host.rsplit(":", 1)[0] if not settings.host.endswith("]") else settings.host
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "PRODUCTION": settings.production,
        "BASE_URL": settings.base_url,
        "PUBLIC_HOST": settings.host,
        "TRUSTED_HOSTS": [host] if settings.production else [host, "localhost", "127.0.0.1"],
        "TIMEZONE": settings.timezone,
        "CITY": City(settings.city, demo=not settings.production),
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": MAX_BODY,
        "MAX_FORM_PARTS": 500,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 30 * 86400,
        "FILL_SECONDS": 2,  # who registers faster than this is a machine
        "PAGE_SECONDS": 5,  # how long visitors may see a stored page; 0 stores none
    }


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 10}}
    return {"pool_size": 5, "max_overflow": 10}


def wrap(app: Flask, settings: Settings) -> None:
    """Static files, the page cache and the proxies in front, outermost last."""
    files = WhiteNoise(app.wsgi_app, max_age=60, immutable_file_test=r"/built/.*\.[0-9a-f]{8,}\.")
    files.add_files(str(STATIC), prefix="static/")
    cookie, seconds = app.config["SESSION_COOKIE_NAME"], app.config["PAGE_SECONDS"]
    app.wsgi_app = PageCache(files, cookie_name=cookie, seconds=seconds)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=0)  # type: ignore[method-assign]


def read_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = i18n.BY_URL[values.pop("lang")]


def choose_language() -> None:
    """An address without a language (or with an unknown one) is answered in the best language for the browser.

    An address that begins with a language and leads nowhere is answered in that language.
    """
    if "language" not in g:
        named = i18n.BY_URL.get(request.path.split("/")[1])
        g.language = named or i18n.negotiate(request.accept_languages)


def fill_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and not endpoint.startswith(("root.", "static")):
        values["lang"] = i18n.current().url

"""One application per test process, on a real database made by the migrations; one rolled-back transaction per test."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bihaelt.cli import add_commands
from bihaelt.extensions import db
from bihaelt.settings import Settings
from bihaelt.web import create_app
from tests.browser import Browser
from tests.cities import ByCity
from tests.databases import fresh_database
from tests.templates import compiled

# A busy machine is no reason to fail: what is slow is found by measuring, never by a test.
hypothesis.settings.register_profile("steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByCity(config, log) if config.getvalue("dist") == "loadgroup" else None


def migrated_app(url: str, folder: Path):
    """An application on ``url`` with all migrations run."""
    settings = Settings(
        secret_key="test" * 10,
        database_url=url,
        base_url="http://localhost",
        mail_url=f"file:{folder / 'mail'}",
        jobs_url=f"sqlite:///{folder / 'jobs.db'}",
        ballot_keys=folder / "ballot-keys",
        ballot_data=folder / "ballot-data",
        documents=folder / "documents",
    )
    app = add_commands(create_app(settings, TESTING=True, PAGE_SECONDS=0, FILL_SECONDS=0))
    app.jinja_env.bytecode_cache = compiled()
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    with app.app_context():
        with db.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    app = migrated_app(fresh_database(folder, os.environ.get("TEST_DATABASE", "sqlite")), folder)
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def now():
    """The moment at which the tests' world stands; the application's clock shows it."""
    return NOW


@pytest.fixture
def session(app, now) -> Iterator[sa.orm.Session]:
    """One transaction per test: whatever the code commits, the test rolls back."""
    app.config["CLOCK"] = lambda: now
    for name in ("limits", "spare_limits"):  # no test feels the attempts of another
        app.extensions.pop(name, None)
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            outer = connection.begin()
            db._app_engines[app] = {None: connection}
            db.session.configure(join_transaction_mode="create_savepoint")
            yield db.session()
            db.session.remove()
            outer.rollback()
        db._app_engines[app] = {None: engine}
    app.config.pop("CLOCK", None)


@pytest.fixture
def client(app, session) -> Browser:
    """A visitor's browser; ``client.sign_in(account)`` makes it that person's. Every page it gets is checked."""
    return app.test_client()


@pytest.fixture
def count_queries(session) -> Callable[..., object]:
    """The statements of a block. What a server asks once a minute for all pages (bihaelt/memo.py) counts ``with_kept`` only."""

    @contextmanager
    def counting(*, with_kept: bool = False) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, _parameters, context, _many):
            kept = context is not None and context.execution_options.get("kept", False)
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "BEGIN")) and (with_kept or not kept):
                seen.append(statement)

        bind = db.engines[None]
        sa.event.listen(bind, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(bind, "before_cursor_execute", note)

    return counting

"""The demo city, loaded once per test process into a database of its own."""

import os
from datetime import UTC, datetime

import pytest

from bihaelt.demo.load import load_demo
from bihaelt.extensions import db
from bihaelt.votes.domain.keys import KeyRing
from tests.browser import Browser
from tests.conftest import migrated_app
from tests.databases import fresh_database

LOADED = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="package")
def city(tmp_path_factory):
    """An application whose database holds the demo city as it is on the day of loading."""
    folder = tmp_path_factory.mktemp("city")
    app = migrated_app(fresh_database(folder, os.environ.get("TEST_DATABASE", "sqlite")), folder)
    app.test_client_class = Browser
    app.config["CLOCK"] = lambda: LOADED
    with app.app_context():
        assert load_demo(db.session(), LOADED, KeyRing(folder / "ballot-keys"))
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()

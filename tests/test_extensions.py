"""Connections: pages that only read need no transaction on PostgreSQL, and one that has gone while idle is replaced."""

import pytest
import sqlalchemy as sa
from flask import has_request_context, request

from bihaelt import extensions
from bihaelt.extensions import db
from tests.factories import make_account
from tests.parallel import running_app


@pytest.fixture(scope="module")
def live_app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("live")) as app:
        yield app


def open_transaction(connection):
    raw = connection.connection.driver_connection
    return raw.in_transaction if connection.dialect.name == "sqlite" else raw.info.transaction_status != 0


@pytest.fixture
def seen(live_app):
    """(method of the request, whether a transaction is open) at each statement."""
    found = []

    def note(connection, *_rest):
        if has_request_context():
            found.append((request.method, open_transaction(connection)))

    with live_app.app_context():
        engine = db.engine
    sa.event.listen(engine, "after_cursor_execute", note)
    yield found
    sa.event.remove(engine, "after_cursor_execute", note)


def test_only_what_writes_needs_a_transaction_on_postgresql(live_app, seen):
    with live_app.app_context():
        account = make_account(db.session())
        db.session.commit()
        browser = live_app.test_client()
        browser.sign_in(account)
        is_sqlite = db.engine.dialect.name == "sqlite"
    seen.clear()
    assert browser.get("/de/proposals").status_code == 200
    token = browser.form_token()
    assert set(seen) == {("GET", is_sqlite)}
    seen.clear()
    assert browser.post("/de/my", {"form_token": token}).status_code < 500
    assert {("POST", True)} == set(seen)
    seen.clear()
    assert browser.get("/de/proposals").status_code == 200
    assert set(seen) == {("GET", is_sqlite)}


def test_a_connection_that_went_while_idle_is_replaced(live_app, monkeypatch):
    browser = live_app.test_client()
    assert browser.get("/de/proposals").status_code == 200
    with live_app.app_context():
        engine = db.engine
        engine.dispose()
        with engine.connect() as connection:
            mine = connection.connection.driver_connection
        if engine.dialect.name == "postgresql":
            other = sa.create_engine(engine.url)
            with other.connect() as connection:
                connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine.info.backend_pid})
            other.dispose()
    monkeypatch.setattr(extensions, "IDLE_SECONDS", 0)
    assert browser.get("/de/proposals").status_code == 200

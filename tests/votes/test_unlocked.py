"""While a request waits for another server, others may write."""

import sqlite3

import pytest

from bihaelt import guard
from bihaelt.extensions import db


def can_write(path: str) -> bool:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_the_write_lock_is_given_back_meanwhile(app):
    with app.test_request_context("/de/", method="POST"):
        path = db.engine.url.database
        if db.engine.dialect.name != "sqlite":
            pytest.skip("only SQLite has one lock for all")
        guard._open_request()
        assert not can_write(path)
        with guard.unlocked():
            assert can_write(path)
        assert not can_write(path)
        db.session.rollback()
        assert can_write(path)
        db.session.remove()

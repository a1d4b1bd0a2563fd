"""Requests in the same moment, with real transactions on a database of their own."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from bihaelt.accounts.models import Account
from bihaelt.extensions import db
from tests.browser import Browser
from tests.conftest import NOW, migrated_app
from tests.databases import fresh_database


@contextmanager
def running_app(folder):
    """An application in which every request commits for good."""
    app = migrated_app(fresh_database(folder, os.environ.get("TEST_DATABASE", "sqlite")), folder)
    app.test_client_class = Browser
    app.config["CLOCK"] = lambda: NOW
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(acts):
    """Runs all acts in the same moment; returns their answers."""
    gate = Barrier(len(acts))

    def run(act):
        gate.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def click(app, account_id, path, **fields):
    """A browser of its own, signed in (None: a visitor), with a form ready to be sent; sending answers with the status."""
    browser = app.test_client()
    if account_id is not None:
        with app.app_context():
            browser.sign_in(db.session.get_one(Account, account_id))
    data = {"form_token": browser.form_token(), **fields}
    return lambda: browser.post(path, data).status_code


def same_form(app, account_id, path, times, **fields):
    """One form of one session, sent many times: the impatient click, or a cut connection that tries again."""
    first = app.test_client()
    if account_id is not None:
        with app.app_context():
            first.sign_in(db.session.get_one(Account, account_id))
    token, cookie = first.form_token(), first.get_cookie("session")

    def copy():
        browser = app.test_client()
        if cookie is not None:
            browser.set_cookie("session", cookie.value)
        return lambda: browser.post(path, {"form_token": token, **fields}).status_code

    return [copy() for _ in range(times)]

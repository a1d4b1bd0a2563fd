"""Cities of any size to measure on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from flask import Flask

from bihaelt.cli import add_commands
from bihaelt.demo.load import load_demo
from bihaelt.demo.synthetic import grow
from bihaelt.extensions import db
from bihaelt.settings import ROOT, Settings
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.web import create_app
from tests.databases import fresh_database


def application(url: str) -> Flask:
    folder = ROOT / "build" / "bench"
    settings = Settings(
        secret_key="bench" * 8, database_url=url, base_url="http://localhost", mail_url=f"file:{folder / 'mail'}",
        jobs_url=f"sqlite:///{folder / 'jobs.db'}", ballot_keys=folder / "ballot-keys",
    )  # fmt: skip
    return create_app(settings)


def make(folder: Path, kind: str, size: int) -> str:
    """The address of a database with the demo city and ``size`` invented proposals and measures."""
    folder.mkdir(parents=True)
    url = fresh_database(folder, kind)
    app = add_commands(application(url))
    with app.app_context():
        flask_migrate.upgrade()
        now = datetime.now(UTC)
        load_demo(db.session(), now, KeyRing(folder / "ballot-keys"))
        grow(db.session(), now=now, proposals=size, measures=size, supports=size * 3, seed=1)
    return url


@contextmanager
def nothing_kept(app: Flask) -> Iterator[None]:
    """As a process draws a page that nobody has asked it for: no figures, rows or pieces are there from before."""
    kept = app.config["PAGE_SECONDS"]
    app.config["PAGE_SECONDS"] = 0
    try:
        yield
    finally:
        app.config["PAGE_SECONDS"] = kept

"""Prints the table of addresses × methods × roles as the application answers now, for tests/route_table.yaml."""

import sys
import tempfile
from pathlib import Path

from bihaelt.extensions import db
from tests.browser import Browser
from tests.conftest import NOW, migrated_app
from tests.databases import fresh_database
from tests.route_table import ROLES, observe, written


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = migrated_app(fresh_database(folder, "sqlite"), folder)
        app.test_client_class = Browser
        app.config["CLOCK"] = lambda: NOW
        app.config["PROPAGATE"] = False
        table: dict[str, dict[str, int]] = {}
        with app.app_context():
            for role in ROLES:
                engine = db.engine
                with engine.connect() as connection:
                    outer = connection.begin()
                    db._app_engines[app] = {None: connection}
                    db.session.configure(join_transaction_mode="create_savepoint")
                    for key, status in observe(app, db.session(), role).items():
                        table.setdefault(key, {})[role] = status
                    db.session.remove()
                    outer.rollback()
                db._app_engines[app] = {None: engine}
        sys.stdout.write(written(table))


if __name__ == "__main__":
    main()

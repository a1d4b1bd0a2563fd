"""Writes migrations/versions/0001 anew from the models; only for as long as no city runs bihaelt."""

import fcntl
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bihaelt.settings import Settings
from bihaelt.web import create_app

ROOT = Path(__file__).parent.parent
FIRST = ROOT / "migrations" / "versions" / "0001_first_tables.py"


def main() -> None:
    with (ROOT / "migrations" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = sorted(FIRST.parent.glob("000[2-9]*.py"))
        aside = {path: path.read_text() for path in second}
        for path in [FIRST, *second]:
            path.unlink(missing_ok=True)
        try:
            app = create_app(Settings(secret_key="x" * 32, database_url="sqlite:///:memory:"))
            config = Config()
            config.set_main_option("script_location", str(ROOT / "migrations"))
            config.set_main_option("path_separator", "os")
            with app.app_context(), sa.create_engine("sqlite://").connect() as connection:
                config.attributes["connection"] = connection
                command.revision(config, "first tables", autogenerate=True, rev_id="0001")
        finally:
            for path, text in aside.items():
                path.write_text(text)


main()

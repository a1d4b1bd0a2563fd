"""The libraries that need one object for the whole application. Imports nothing of ours."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

# Older libraries can corrupt a WAL database under two writers (the WAL-reset bug, fixed in 3.51.3).
SAFE_WAL = (3, 51, 3)
IDLE_SECONDS = 5  # after which a connection to PostgreSQL may have gone
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database, so that both engines store and order the same."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone reached the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
Base.registry.update_type_annotation_map({datetime: UtcDateTime, dict[str, Any]: sa.JSON})
login_manager = LoginManager()


def closed_set(enum: type, name: str) -> sa.Enum:
    """A column type for an enum: stored by value, mirrored by a named CHECK constraint."""
    return sa.Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def prepare_sqlite(engine: Engine) -> None:
    """Foreign keys, durable writes, and a transaction that takes the write lock before it reads.

    Reads stay deferred; the guard asks for the lock at the first act of an unsafe request (``BEGIN IMMEDIATE``),
    so that two writers wait for each other instead of failing half-way.
    """
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if sqlite3.sqlite_version_info >= SAFE_WAL else 'TRUNCATE'}")
        connection.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def prepare_postgresql(engine: Engine) -> None:
    """A connection that has been idle is asked whether it still stands; one that has just been used is not.

    A database that was restarted is noticed all the same, and a page costs one question less.
    """
    if engine.dialect.name != "postgresql":
        return

    @sa.event.listens_for(engine, "checkin")
    def used(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def ask(connection: Any, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError from error


def reading(session: Session) -> None:
    """For a request that only reads: PostgreSQL needs neither BEGIN nor ROLLBACK for it, two questions less of about six.

    Each statement sees what is committed, as it does inside a transaction there (READ COMMITTED).
    """
    bind = session.get_bind()
    if isinstance(bind, Engine) and bind.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """A short transaction that takes the write lock at once; whatever was read before is let go.

    On SQLite, who has read first and writes then is refused at once when somebody else waits for the readers to end.
    """
    session.rollback()
    session.connection(execution_options={"writing": True})
    yield
    session.commit()

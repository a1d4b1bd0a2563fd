"""Statements of a cast, straight to the driver: they are always the same, and everybody casts at the end of a vote.

SQLAlchemy writes each of them once for a kind of database. Values go and come as the driver has them: text for what is an
enum in Python, and moments by ``stored`` and ``read``.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bihaelt.extensions import UtcDateTime

MOMENT = UtcDateTime()


def run(connection: sa.Connection, statement: Any, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
    """``statement`` is one object for the whole life of the process; all its parameters are in ``values``."""
    text, order, own = _written(connection.dialect, statement)
    given = {**own, **values}
    return connection.exec_driver_sql(text, given if order is None else tuple(given[name] for name in order))


@cache
def _written(dialect: sa.Dialect, statement: Any) -> tuple[str, tuple[str, ...] | None, Mapping[str, Any]]:
    written = statement.compile(dialect=dialect)
    own = {name: value for name, value in written.params.items() if value is not None}
    return str(written), tuple(written.positiontup) if written.positional else None, own


def stored(connection: sa.Connection, moment: datetime) -> Any:
    """A moment as it is kept."""
    processor = _processors(connection.dialect)[0]
    return processor(moment)


def read(connection: sa.Connection, kept: Any) -> datetime | None:
    """The moment that is kept."""
    found: datetime | None = _processors(connection.dialect)[1](kept)
    return found


@cache
def _processors(dialect: sa.Dialect) -> tuple[Any, Any]:
    kind = MOMENT.dialect_impl(dialect)
    return kind.bind_processor(dialect), kind.result_processor(dialect, None)

"""Figures that are dear to count, kept in this process for a minute.

A start page must not grow slower with its city: sums over all proposals or measures of a conference are counted once
a minute and process, not once a page. Only plain values that are the same for everybody may be kept.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from bihaelt.journal.models import JournalEntry

T = TypeVar("T")
MOST = 500
PIECES = 64  # drawn pieces of pages; one of the plan weighs about 100 KB
ROWS = 2_000  # drawn rows of lists; one weighs 1 to 8 KB
LAST_ACT = sa.select(sa.func.max(JournalEntry.id))


class Memo:
    """At most ``most`` values, each for ``seconds``; the oldest one goes first."""

    def __init__(self, seconds: float, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.most, self.clock = seconds, most, clock
        self.values: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self.lock:
            found = self.values.get(key)
        if found is not None and found[0] > self.clock():
            return cast(T, found[1])
        value = make()
        with self.lock:
            self.values[key] = (self.clock() + self.seconds, value)
            self.values.move_to_end(key)
            while len(self.values) > self.most:
                self.values.popitem(last=False)
        return value


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """``make()``, or what it gave within the last minute. Where pages are not kept (PAGE_SECONDS=0), always anew."""
    if not current_app.config["PAGE_SECONDS"]:
        return make()
    memo: Memo = current_app.extensions.setdefault("memo", Memo(60))
    return memo.get(key, make)


def until_next_act(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """``make()``, or what it gave since the last official act; one statement.

    Every write leaves an entry in the journal, so that its last number stands for everything that an act can change. Two
    acts that end in the other order than they began may leave an old value for the minute that a value is kept at most.
    Everything else that the value depends on (language, day, what was asked) belongs into ``key``.
    """
    if not current_app.config["PAGE_SECONDS"]:
        return make()
    pieces: Memo = current_app.extensions.setdefault("pieces", Memo(60, PIECES))
    return pieces.get((session.scalar(LAST_ACT), key), make)


def unchanged(key: Hashable, make: Callable[[], T]) -> T:
    """``make()``, or what it gave for an equal ``key`` within ten minutes. For what hangs on nothing but ``key``: that is
    never out of date, whatever happens. After an act only the rows that it changed are drawn anew.
    """
    if not current_app.config["PAGE_SECONDS"]:
        return make()
    rows: Memo | None = current_app.extensions.get("rows")
    if rows is None:
        rows = current_app.extensions["rows"] = Memo(600, ROWS)
    return rows.get(key, make)

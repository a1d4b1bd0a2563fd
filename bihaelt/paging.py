"""Pages by key: a list goes on after the last row that was shown, however long it is."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

Row = TypeVar("Row")
MAX_CURSOR = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: the sort keys of the row beside it, and on which side of it the page lies."""

    keys: tuple[int | str, ...]
    back: bool = False

    def encode(self) -> str:
        raw = json.dumps([self.back, *self.keys], separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str | None, kinds: tuple[type, ...]) -> "Cursor | None":
        """The cursor in an address, or None (the first page) for a missing, foreign or damaged one."""
        if not text or len(text) > MAX_CURSOR:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, binascii.Error, RecursionError):
            return None
        if not isinstance(values, list) or len(values) != len(kinds) + 1 or not isinstance(values[0], bool):
            return None
        keys = values[1:]
        fitting = all(type(key) is kind and within(key) for key, kind in zip(keys, kinds, strict=True))
        return cls(tuple(keys), values[0]) if fitting else None


def within(key: object) -> bool:
    """Whether a database can hold the key."""
    return not isinstance(key, int) or abs(key) < 2**62


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows in shown order, and the cursors of its neighbours (None at an end)."""

    rows: Sequence[Row]
    newer: str | None = None
    older: str | None = None


def page_of(
    found: Sequence[Row], *, size: int, cursor: Cursor | None, keys: Callable[[Row], tuple[int | str, ...]]
) -> Page[Row]:
    """Cut a page from up to ``size + 1`` rows that were read from ``cursor`` on (backwards if ``cursor.back``)."""
    more = len(found) > size
    rows = list(found[:size])
    back = cursor is not None and cursor.back
    if back:
        rows.reverse()
    if not rows:
        return Page(rows)
    has_newer = more if back else cursor is not None
    has_older = True if back else more
    return Page(
        rows,
        newer=Cursor(keys(rows[0]), back=True).encode() if has_newer else None,
        older=Cursor(keys(rows[-1])).encode() if has_older else None,
    )


def page_by_id(session: Session, query: Any, key: Any, cursor: Cursor | None, size: int, *, newest: bool) -> Page[Any]:
    """A page of the rows of a select of one model, by its id: the newest or the oldest first. One statement."""
    back = cursor is not None and cursor.back
    descending = newest != back
    if cursor is not None:
        query = query.where(key < cursor.keys[0] if descending else key > cursor.keys[0])
    found = session.scalars(query.order_by(key.desc() if descending else key).limit(size + 1)).all()
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))

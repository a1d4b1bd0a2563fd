"""Pages by key: forwards and backwards they show every row once; a damaged cursor is the first page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.paging import Cursor, page_of


def read(rows, cursor, size):
    """What a query does: rows in falling order, from the cursor on, one more than the page."""
    if cursor is None:
        return rows[: size + 1]
    (key,) = cursor.keys
    if cursor.back:
        return [row for row in reversed(rows) if row > key][: size + 1]
    return [row for row in rows if row < key][: size + 1]


@given(st.integers(0, 60), st.integers(1, 9))
def test_walking_forwards_and_back_shows_every_row_once(n, size):
    rows = list(range(n, 0, -1))
    shown, text, pages = [], None, 0
    while True:
        cursor = Cursor.decode(text, (int,))
        page = page_of(read(rows, cursor, size), size=size, cursor=cursor, keys=lambda row: (row,))
        shown += page.rows
        pages += 1
        if page.older is None:
            break
        text = page.older
    assert shown == rows
    back = []
    while page.newer is not None:
        cursor = Cursor.decode(page.newer, (int,))
        page = page_of(read(rows, cursor, size), size=size, cursor=cursor, keys=lambda row: (row,))
        back = [*page.rows, *back]
    assert back == rows[: len(back)]
    assert len(back) == min(len(rows), size * (pages - 1))


@pytest.mark.parametrize(
    "text",
    [None, "", "x", "!!!", "eyJhIjoxfQ", "W10", "WzEsMl0", "a" * 500, "W2ZhbHNlLCJhIl0", "\x00", "W2ZhbHNlLDFlMzA5XQ"],
)
def test_a_damaged_cursor_is_the_first_page(text):
    assert Cursor.decode(text, (int,)) is None

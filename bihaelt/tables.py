"""Tables for programs of others: cells that no table program runs, amounts as it reads them.

One ``Table`` is written as CSV, as a workbook of Excel (XlsxWriter) or of LibreOffice (opendocument.py).
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from typing import Any

FORMULA = "=+-@"
SPLITTERS = ";,|\t\r\n"
BLANK = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff\"']")
HARMLESS = re.compile(r"[+-]?\d+(?:[.,]\d+)*|\+\d[\d /()-]*")


def cell(text: str) -> str:
    """``text`` as a cell of a CSV file that no table program takes for a formula (check 42).

    An apostrophe goes before = + - @ (also in full width) wherever a program may see the beginning of a cell: at the
    start, after blanks, invisible characters or quotes, and after anything that some program splits columns at.
    A leading TAB, CR or LF gets one too. Plain numbers and telephone numbers stay as they are.
    """
    if HARMLESS.fullmatch(text):
        return text
    out: list[str] = ["'"] if text[:1] in ("\t", "\r", "\n") and text else []
    beginning = True
    for character in text:
        if beginning and unicodedata.normalize("NFKC", character)[0] in FORMULA:
            out.append("'")
            beginning = False
        elif character in SPLITTERS:
            beginning = True
        elif not BLANK.match(character):
            beginning = False
        out.append(character)
    return "".join(out)


def euros(cents: int) -> str:
    """Integer cents as a German table reads them: 1234,50."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


class Kind(StrEnum):
    """What a column holds: words, a number, euros (integer cents), or a day."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """``label`` is the heading as it is shown, ``width`` its breadth in characters."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """A table in one language; a cell without a value is None. ``rows`` is read once."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    right_to_left: bool = False


BOM = "\ufeff"
# Excel cuts no text, it refuses the file: a cell holds 32,767 characters.
LONGEST = 32_000
SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
# Written in the notation of the file, shown as the reader's own program writes numbers; the euro as in Germany.
FORMATS = {Kind.NUMBER: "#,##0.##", Kind.MONEY: "#,##0.00\\ [$€-407]", Kind.DAY: "dd.mm.yyyy"}
MAY_RUN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"']*[=+\-@＝＋－＠]")


def sheet_name(title: str) -> str:
    """A name that Excel takes for a sheet: at most 31 characters, none of its own signs."""
    return SHEET_NAME.sub(" ", title).strip()[:31].strip() or "1"


def csv_parts(table: Table) -> Iterator[str]:
    """Semicolons, every cell quoted, CRLF, with a byte order mark: as a German Excel opens it with a double click."""
    yield BOM + _line(column.label for column in table.columns)
    for row in table.rows:
        yield _line(map(_written, table.columns, row))


def _line(values: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(
        [cell(value) for value in values]
    )
    return buffer.getvalue()


def _written(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind is Kind.MONEY:
        return euros(value)
    if column.kind is Kind.NUMBER:
        return str(value).replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def xlsx(table: Table) -> bytes:
    """A workbook for Excel: real numbers and days, the header stays in sight, and no text is ever a formula."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    # Loaded by the first workbook only: a process that shows pages does not pay its time and memory.
    book = import_module("xlsxwriter").Workbook(output, options)
    book.set_properties({"title": table.title})
    page = book.add_worksheet(sheet_name(table.title))
    if table.right_to_left:
        page.right_to_left()
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    _columns(book, page, table)
    last = _rows(book, page, table)
    page.autofilter(0, 0, last, len(table.columns) - 1)
    book.close()
    return output.getvalue()


def _columns(book: Any, page: Any, table: Table) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for place, column in enumerate(table.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.label, head)


def _rows(book: Any, page: Any, table: Table) -> int:
    """Write all rows; returns the number of the last one."""
    shapes = {kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in FORMATS.items()}
    words = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"})
    # Stays text even when somebody edits the cell.
    guarded = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@", "quote_prefix": True})
    number = 0
    for number, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is None:
                continue
            if column.kind is Kind.TEXT:
                text = str(value)[:LONGEST]
                page.write_string(number, place, text, guarded if MAY_RUN.match(text) else words)
            elif column.kind is Kind.DAY:
                page.write_datetime(number, place, value, shapes[Kind.DAY])
            else:
                amount: Any = value
                page.write_number(
                    number, place, amount / Decimal(100) if column.kind is Kind.MONEY else amount, shapes[column.kind]
                )
    return number


Writer = Callable[[Table], bytes]


def as_csv(table: Table) -> bytes:
    return "".join(csv_parts(table)).encode()


TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}

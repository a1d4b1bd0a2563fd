"""Reading tables that people bring: workbooks of Excel (xlsx) and LibreOffice (ods), and CSV. Every cell becomes text.

A day is written 31.12.2026 and a number 1234,5, as people in the city's offices type them, so that one reader understands
a cell, however the table was saved. Formulas are never run: the value that the program saved last counts.

Workbooks are archives of XML. They are read row by row, and nothing is unpacked before its size is known: a small file can
hold a table of a billion cells. Libraries that build the whole table first (python-calamine does) cannot be used here.
"""

import csv
import io
import logging
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib import import_module
from itertools import islice
from typing import IO, Any
from xml.etree import ElementTree as ET  # what declares entities is refused before

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

log = logging.getLogger("bihaelt.spreadsheets")
MOST_UNPACKED = 30 * 1024 * 1024
MOST_PARTS = 300
MOST_COLUMNS = 60
MOST_BLANK = 1000  # so many empty rows in a row end a table
MOST_ODS_ROWS = 6000  # of a table in which rows can be repeated
LONGEST = 10_000  # characters of a cell
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
BROKEN = N_("This file cannot be read. Save it again as an Excel workbook (xlsx), as ods or as CSV.")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table of a file: its name (empty for CSV) and its rows; all rows are equally long, blank rows at the end are cut.

    ``rows`` is (number of the row in the file, from 1; its cells).
    """

    name: str
    rows: tuple[tuple[int, Row], ...]


def wrong(reason: str, **values: object) -> DomainError:
    return DomainError(reason, field="file", **values)


def read(data: bytes, *, most_rows: int) -> Sequence[Grid]:
    """The tables of a file that hold anything, in its order; raises DomainError (field "file") for what is no table."""
    if not data.strip():
        raise wrong(N_("The file is empty."))
    try:
        found = [_grid(name, rows, most_rows) for name, rows in _tables(data)]
    except DomainError:
        raise
    except Exception as error:  # what is wrong with a file shows anywhere on the way through four libraries
        log.warning("a table could not be read: %r", error)
        raise wrong(BROKEN) from None
    grids = [grid for grid in found if grid.rows]
    if not grids:
        raise wrong(N_("The file is empty."))
    return grids


def _tables(data: bytes) -> Iterator[tuple[str, Iterable[Sequence[Any]]]]:
    if data[:4] != b"PK\x03\x04":
        yield "", _csv(data)
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _harmless(archive)
        if "content.xml" in archive.namelist():
            with archive.open("content.xml") as file:
                yield from _ods(file)
            return
    # Loaded where a workbook is read: it takes 15 MB that the other processes need not hold.
    book = import_module("openpyxl").load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file says about its own size may be wrong
            yield sheet.title, sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    finally:
        book.close()


def _harmless(archive: zipfile.ZipFile) -> None:
    """Refuse archives that grow when they are unpacked, and XML that defines words of its own."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise wrong(N_("The file is too large when it is unpacked. Split it, or take pictures out."))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            # Reading a part to its end also checks its length and its sum.
            body = archive.read(part).replace(b"<!--", b"").replace(b"<![CDATA[", b"")
            if b"<!" in body or b"\x00" in body:
                raise wrong(BROKEN)


def _csv(data: bytes) -> Iterator[Sequence[str]]:
    text = text_of(data)
    head = text.split("\n", 1)[0]
    separator = max(";\t,", key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def text_of(data: bytes) -> str:
    """The text of a file in UTF-8 (with or without a mark) or Windows-1252; raises DomainError for anything else."""
    if data[:4] == b"PK\x03\x04" or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise wrong(N_("This is no CSV file. Save the table as “CSV (semicolon)” and choose that file."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise wrong(N_("The letters of this file cannot be read. Save it as CSV in UTF-8."))


def _ods(file: IO[bytes]) -> Iterator[tuple[str, Iterable[Sequence[Any]]]]:
    """The tables of a text in OpenDocument; repeated cells and rows are counted out as far as they are wanted."""
    for _event, element in ET.iterparse(file):  # noqa: S314 - ``_harmless`` has refused what declares entities
        if element.tag == f"{TABLE}table":
            yield element.get(f"{TABLE}name", ""), list(islice(_ods_rows(element), MOST_ODS_ROWS))
            element.clear()


def _ods_rows(table: ET.Element) -> Iterator[Sequence[str]]:
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            cells += [_ods_cell(cell)] * max(0, min(times, MOST_COLUMNS - len(cells)))
        times = min(int(row.get(f"{TABLE}number-rows-repeated", "1")), MOST_ODS_ROWS)
        yield from (cells for _ in range(times))


def _ods_cell(cell: ET.Element) -> str:
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind == "date":
        return plain(datetime.fromisoformat(cell.get(f"{OFFICE}date-value", "")))
    if kind in ("float", "currency"):
        return plain(Decimal(cell.get(f"{OFFICE}value", "")))
    if kind == "boolean":
        return plain(cell.get(f"{OFFICE}boolean-value") == "true")
    return "\n".join("".join(line.itertext()) for line in cell.findall(f"{TEXT}p"))


def plain(value: Any) -> str:
    """A value of a cell as people type it: 31.12.2026, 1234,5, ja; without blanks around it and without invisible signs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(str(value)))
    return unescaped(str(value)[:LONGEST])


def _number(value: Decimal) -> str:
    """Fifteen figures, as table programs keep them: 0.1 + 0.2 is written 0,3."""
    try:
        tidy = value.quantize(Decimal("0.000001"))
    except InvalidOperation:  # more figures than anything here can mean
        return str(value)[:LONGEST]
    text = f"{tidy:f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text.replace(".", ",")


def unescaped(value: str) -> str:
    """A cell of several lines without blanks around them, and without the apostrophe of our own tables."""
    lines = composed(value.replace("\r\n", "\n")).split("\n")
    return without_apostrophe("\n".join(printable(line).strip() for line in lines))


def unescaped_line(value: str) -> str:
    """A cell of one line without blanks around it, and without the apostrophe of our own tables."""
    return without_apostrophe(printable(composed(value)))


def composed(text: str) -> str:
    """In Unicode's composed form, without blanks around it; blanks that hold words together are plain ones."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def without_apostrophe(text: str) -> str:
    """Without the apostrophe that our own tables put before = + - @ (``tables.cell``)."""
    return text[1:] if re.match(r"'[=+\-@＝＋－＠]", text) else text


def _grid(name: str, rows: Iterable[Sequence[Any]], most_rows: int) -> Grid:
    kept: list[tuple[int, Row]] = []
    blank = 0
    for number, row in enumerate(rows, 1):
        cells = tuple(plain(value) for value in row[:MOST_COLUMNS])
        blank = 0 if any(cells) else blank + 1
        if blank >= MOST_BLANK:
            break
        if not blank:
            kept.append((number, cells))
        if len(kept) > most_rows:
            raise wrong(N_("The file has more than %(most)s rows. Split it."), most=most_rows)
    wide = max((place for _number, cells in kept for place, text in enumerate(cells, 1) if text), default=0)
    return Grid(name, tuple((number, (cells + ("",) * wide)[:wide]) for number, cells in kept))

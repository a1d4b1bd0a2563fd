"""Expenses as the finance system writes them: a CSV file with semicolons, German numbers and days.

Nothing here knows the database: what a line means for the city's measures is said in ``money.operations.imports``.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.money.domain import FIRST_YEAR, LAST_YEAR, BookingKind
from bihaelt.spreadsheets import text_of, unescaped_line, wrong
from bihaelt.verdicts import ALLOWED, Verdict

MOST_BYTES = 200 * 1024
MOST_ROWS = 500  # each is booked under the same rules as by hand, which takes some milliseconds
MOST_CENTS = 10**11
LONGEST = 200
LONGEST_DOCUMENT = 60


class ImportState(StrEnum):
    PREVIEW = "preview"
    BOOKED = "booked"
    UNDONE = "undone"


labelled(
    {
        ImportState.PREVIEW: N_("To be confirmed"),
        ImportState.BOOKED: N_("Booked"),
        ImportState.UNDONE: N_("Taken back"),
    }
)


class RowState(StrEnum):
    """NEW: can be booked; FAULT: says what is wrong; KNOWN: was booked by an earlier file; UNDONE: taken back."""

    NEW = "new"
    FAULT = "fault"
    KNOWN = "known"
    BOOKED = "booked"
    UNDONE = "undone"


labelled(
    {
        RowState.NEW: N_("Can be booked"),
        RowState.FAULT: N_("Needs correction"),
        RowState.KNOWN: N_("Booked already"),
        RowState.BOOKED: N_("Booked"),
        RowState.UNDONE: N_("Taken back"),
    }
)
name_acts(
    {
        "import.booked": N_("Expenses imported from the finance system"),
        "import.undone": N_("Import of expenses taken back"),
    }
)
name_details(
    {
        "file_name": Detail(N_("File")),
        "sha256": Detail(N_("Checksum")),
        "rows": Detail(N_("Rows"), As.NUMBER),
    }
)


class Head(StrEnum):
    """The columns of the file, as the export writes them."""

    DOCUMENT = "Belegnummer"
    DAY = "Buchungsdatum"
    AMOUNT = "Betrag"
    MEASURE = "Maßnahme"
    YEAR = "Haushaltsjahr"
    TEXT = "Text"
    COMMITMENT = "Bindung"


NEEDED = (Head.DOCUMENT, Head.DAY, Head.AMOUNT, Head.MEASURE)
# What finance systems call the columns, as ``plain`` writes it.
NAMES: Mapping[Head, frozenset[str]] = {
    Head.DOCUMENT: frozenset("belegnummer belegnr beleg belegno dokumentnummer buchungsnummer documentnumber".split()),
    Head.DAY: frozenset("buchungsdatum datum buchungstag belegdatum buchdatum postingdate".split()),
    Head.AMOUNT: frozenset("betrag betrageur betragineur betrageuro betragineuro summe istbetrag amount".split()),
    Head.MEASURE: frozenset("massnahme massnahmennummer massnahmennr massnahmenr massnahmeid measure".split()),
    Head.YEAR: frozenset("haushaltsjahr hhjahr hhj jahr geschaeftsjahr year".split()),
    Head.TEXT: frozenset("text buchungstext verwendungszweck bemerkung zweck".split()),
    Head.COMMITMENT: frozenset("bindung mittelbindung bindungsnummer bindungsnr vertrag auftrag commitment".split()),
}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def plain(heading: str) -> str:
    """A heading without case, blanks, dots and umlauts: "Maßnahme-Nr." -> "massnahmenr"."""
    folded = unicodedata.normalize("NFC", heading).casefold().translate(UMLAUTS)
    return re.sub(r"[^a-z0-9]", "", folded)


# What can be exported, and what the finance system calls each kind of booking.
EXPORTS: Mapping[str, frozenset[BookingKind]] = {
    "all": frozenset(BookingKind),
    "expenses": frozenset({BookingKind.ACTUAL}),
    "commitments": frozenset({BookingKind.COMMITMENT, BookingKind.SETTLEMENT}),
    "allocations": frozenset({BookingKind.ALLOCATION, BookingKind.CARRY}),
    "transfers": frozenset({BookingKind.TRANSFER}),
}
EXPORT_LABELS: Mapping[str, str] = {
    "all": N_("All"),
    "expenses": N_("Expenses"),
    "commitments": N_("Commitments"),
    "allocations": N_("Allocations"),
    "transfers": N_("Transfers"),
}
GERMAN: Mapping[BookingKind, str] = {
    BookingKind.ALLOCATION: "Mittelzuweisung",
    BookingKind.COMMITMENT: "Mittelbindung",
    BookingKind.SETTLEMENT: "Bindung erledigt",
    BookingKind.ACTUAL: "Ausgabe",
    BookingKind.CARRY: "Übertragung",
    BookingKind.TRANSFER: "Umschichtung",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A booking as the finance system gets it; ``source`` is a programme, empty for the city's own money."""

    document: str
    on: date
    cents: int
    measure: str
    year: int
    text: str
    commitment: str
    kind: BookingKind
    product_group: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, in cents. ``number`` counts from 1, with the heading. ``fault`` says no with what to do.

    Whatever could not be read is empty or None; ``raw`` is the line as it came.
    """

    number: int
    raw: str
    document: str = ""
    on: date | None = None
    cents: int = 0
    measure: str = ""
    year: int = 0
    text: str = ""
    commitment: str = ""
    fault: Verdict = ALLOWED


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def decoded(data: bytes) -> str:
    """The text of a file of the finance system; raises DomainError for an empty one, one too large, or no text."""
    if not data.strip():
        raise wrong(N_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise wrong(N_("The file is too large. At most %(most)s kilobytes are read at once."), most=MOST_BYTES // 1024)
    return text_of(data)


def parse(data: bytes, today: date) -> Sequence[Line]:
    """The lines of a file; each faulty one says what to do. Raises DomainError where the file as a whole is not right."""
    text = decoded(data)
    try:
        rows = [(number, row) for number, row in _rows(text) if any(value.strip() for value in row)]
    except csv.Error:
        raise wrong(N_("This is no CSV file. Save the table as “CSV (semicolon)” and choose that file.")) from None
    if not rows:
        raise wrong(N_("The file is empty."))
    places = columns(rows[0][1])
    if len(rows) == 1:
        raise wrong(N_("The file has a heading and no rows."))
    if len(rows) - 1 > MOST_ROWS:
        raise wrong(
            N_("The file has %(rows)s rows. At most %(most)s are read at once: split it."),
            rows=len(rows) - 1, most=MOST_ROWS,
        )  # fmt: skip
    found: list[Line] = []
    seen: dict[tuple[int, str], int] = {}
    for number, row in rows[1:]:
        line = _line(number, row, places, today)
        key = (line.year, line.document)
        if line.fault and key in seen:
            line = _faulty(
                line,
                N_("This document number stands in line %(line)s already. Add the position to it, for example 4711-2."),
                line=seen[key],
            )
        seen.setdefault(key, number)
        found.append(line)
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=";", strict=True)
    for row in reader:
        yield reader.line_num, row


def columns(heading: Sequence[str]) -> Mapping[Head, int]:
    """Where each column stands; raises DomainError where a needed one is missing or one comes twice."""
    places: dict[Head, int] = {}
    for place, name in enumerate(heading):
        for head, names in NAMES.items():
            if plain(name) in names:
                if head in places:
                    raise wrong(N_("The column “%(column)s” comes twice."), column=head.value)
                places[head] = place
    missing = [head.value for head in NEEDED if head not in places]
    if missing:
        raise wrong(
            N_("These columns are missing in the first line, separated by semicolons: %(columns)s."),
            columns=", ".join(missing),
        )
    return places


def _line(number: int, row: Sequence[str], places: Mapping[Head, int], today: date) -> Line:
    """One line as far as it can be read; with the first thing that is wrong with it."""

    def of(head: Head) -> str:
        place = places.get(head, -1)
        return unescaped_line(row[place]) if 0 <= place < len(row) else ""

    on, cents, year = day(of(Head.DAY)), amount(of(Head.AMOUNT)), of(Head.YEAR)
    line = Line(
        number, ";".join(row)[:500], document=of(Head.DOCUMENT)[:LONGEST_DOCUMENT], on=on, cents=cents or 0,
        measure=of(Head.MEASURE)[:20].upper(), text=of(Head.TEXT)[:LONGEST], commitment=of(Head.COMMITMENT)[:LONGEST],
        year=int(year) if re.fullmatch(r"[0-9]{4}", year) else on.year if on and not year else 0,
    )  # fmt: skip
    for faulty, reason in (
        (not of(Head.DOCUMENT), N_("The document number is missing.")),
        (len(of(Head.DOCUMENT)) > LONGEST_DOCUMENT, N_("The document number is too long.")),
        (on is None, N_("The day cannot be read. Write it like 31.12.2026.")),
        (on is not None and on > today, N_("The day lies in the future.")),
        (cents is None, N_("The amount cannot be read. Write it like 1.234,56.")),
        (cents == 0, N_("The amount is zero. Take the line out.")),
        (abs(cents or 0) > MOST_CENTS, N_("This amount is too large.")),
        (not FIRST_YEAR <= line.year <= LAST_YEAR, N_("The budget year cannot be read. Write it like 2026.")),
        (not line.measure, N_("The number of the measure is missing.")),
    ):
        if faulty:
            return _faulty(line, reason)
    return line


def _faulty(read: Line, reason: str, **values: object) -> Line:
    return replace(read, fault=Verdict(reason, **values))


def day(text: str) -> date | None:
    """A German day, 31.12.2026."""
    match = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def amount(text: str) -> int | None:
    """Integer cents of a German number: 1.234,56 or 1234,5 or -12 or 12,00- or 1.234,56 €; None for anything else."""
    tidy = re.sub(r"(?:€|eur|euro)$", "", text.casefold().replace(" ", "").replace("\u202f", ""))
    match = re.fullmatch(r"([+\-−]?)([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,12})(?:,([0-9]{1,2}))?(-?)", tidy)
    if match is None or (match[1] and match[4]):
        return None
    cents = int(match[2].replace(".", "")) * 100 + int((match[3] or "0").ljust(2, "0"))
    return -cents if match[1] in ("-", "−") or match[4] else cents

"""A list of addresses for letters, as the registration office saves it: CSV, with every mistake named by its row.

Nothing of the list is kept. With date and place of birth a letter knows its addressee (by a keyed hash), so that nobody
votes by letter and at the desk; without them it does not, and that is allowed.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.electorates import Person, folded

MOST_ROWS = 2000
MOST_LETTERS = 60
MOST_NAMED = 20
"""So many mistakes are named; whoever has more has another kind of file."""
COLUMNS: Mapping[str, str] = {
    "vorname": "given_name", "vornamen": "given_name", "firstname": "given_name", "givenname": "given_name",
    "nachname": "family_name", "familienname": "family_name", "name": "family_name", "lastname": "family_name",
    "familyname": "family_name", "surname": "family_name",
    "zusatz": "extra", "adresszusatz": "extra", "co": "extra",
    "strasse": "street", "anschrift": "street", "strasseundhausnummer": "street", "street": "street",
    "hausnummer": "house", "hausnr": "house", "housenumber": "house",
    "plz": "postcode", "postleitzahl": "postcode", "postcode": "postcode",
    "ort": "city", "wohnort": "city", "stadt": "city", "city": "city", "town": "city",
    "geburtsdatum": "born_on", "gebdatum": "born_on", "dateofbirth": "born_on", "birthdate": "born_on",
    "geburtsort": "born_in", "gebort": "born_in", "placeofbirth": "born_in", "birthplace": "born_in",
}  # fmt: skip
NEEDED = ("given_name", "family_name", "street", "postcode", "city")
BIRTH = ("born_on", "born_in")
# What the window of an envelope cannot show, or what changes the direction of what stands beside it.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")


@dataclass(frozen=True, slots=True)
class Addressee:
    """``lines`` stand in the window of the envelope; ``person`` only where the list tells all four fields."""

    lines: tuple[str, ...]
    person: Person | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mistake:
    """``row`` counts as a table shows it: 1 is the heading. 0: the whole file."""

    row: int
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


class BadList(DomainError):
    """The list is refused as a whole; ``mistakes`` are its first ones."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = mistakes[:MOST_NAMED]
        super().__init__(N_("The list has mistakes. Nothing was taken from it."), field="people")


class _Refused(Exception):
    def __init__(self, reason: str, **values: object) -> None:
        self.reason = reason
        self.values = values


def read_list(data: bytes) -> Sequence[Addressee]:
    """The addressees of a CSV file: semicolon, comma or tab; UTF-8 or Windows-1252. Raises BadList."""
    try:
        rows = _rows(_text(data))
        names = _columns(next(rows)[1])
    except _Refused as refused:
        raise BadList([Mistake(0, refused.reason, refused.values)]) from None
    except StopIteration:
        raise BadList([Mistake(0, EMPTY)]) from None
    found: list[Addressee] = []
    mistakes: list[Mistake] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        for number, cells in rows:
            if len(found) + len(mistakes) >= MOST_ROWS:
                raise BadList([Mistake(0, TOO_LONG, {"most": MOST_ROWS})])
            try:
                found.append(_addressee(names, cells, number, seen))
            except _Refused as refused:
                mistakes.append(Mistake(number, refused.reason, refused.values))
    except _Refused as refused:
        mistakes.append(Mistake(0, refused.reason, refused.values))
    if mistakes:
        raise BadList(mistakes)
    if not found:
        raise BadList([Mistake(0, EMPTY)])
    return found


EMPTY = N_("The file has no addresses.")
TOO_LONG = N_("The list is too long. At most %(most)s addresses at once; please divide it.")
NO_TEXT = N_("This is no CSV file. Please save the table as CSV.")
NO_COLUMN = N_("The first row must name these columns: %(names)s.")
TWO_COLUMNS = N_("The column “%(name)s” is there twice.")
ONE_OF_TWO = N_("Give date and place of birth both, or neither.")
WRONG_CELLS = N_("There are %(have)s cells instead of %(want)s.")
MISSING = N_("“%(name)s” is empty.")
TOO_WIDE = N_("“%(name)s” has more than %(most)s characters.")
INVISIBLE = N_("“%(name)s” has invisible control characters.")
NO_POSTCODE = N_("The postcode needs five digits.")
NO_DAY = N_("The date of birth must look like 31.12.2001.")
SAME = N_("This is the same as row %(row)s.")
UNCLOSED = N_("A quotation mark is not closed.")


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"PK", b"\xd0\xcf")) or b"\0" in data:
        raise _Refused(NO_TEXT)  # UTF-16, or a spreadsheet file with another ending
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            raise _Refused(NO_TEXT) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) without empty rows. Cells are tidied: composed letters, single blanks."""
    first = text.lstrip("\r\n").partition("\n")[0]
    mark = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _Refused(UNCLOSED) from None
        tidy = [re.sub(r"[ \xa0]+", " ", unicodedata.normalize("NFC", cell)).strip() for cell in cells]
        if any(tidy):
            yield number, tidy


def _columns(heading: Sequence[str]) -> Sequence[str]:
    """The field of each column, empty for those that are not needed."""
    names = [COLUMNS.get(re.sub(r"[^\w]|_", "", cell.casefold().replace("ß", "ss")), "") for cell in heading]
    for place, name in enumerate(names):
        if name and name in names[:place]:
            raise _Refused(TWO_COLUMNS, name=heading[place][:MOST_LETTERS])
    if any(name not in names for name in NEEDED):
        raise _Refused(NO_COLUMN, names="Vorname, Nachname, Straße, PLZ, Ort")
    if len([name for name in BIRTH if name in names]) == 1:
        raise _Refused(ONE_OF_TWO)
    return names


SHOWN: Mapping[str, str] = {
    "given_name": "Vorname", "family_name": "Nachname", "extra": "Zusatz", "street": "Straße", "house": "Hausnummer",
    "postcode": "PLZ", "city": "Ort", "born_on": "Geburtsdatum", "born_in": "Geburtsort",
}  # fmt: skip


def _addressee(names: Sequence[str], cells: Sequence[str], number: int, seen: dict[tuple[str, ...], int]) -> Addressee:
    if len(cells) != len(names):
        raise _Refused(WRONG_CELLS, have=len(cells), want=len(names))
    told = {name: cell for name, cell in zip(names, cells, strict=True) if name}
    for name, cell in told.items():
        if not cell and (name in NEEDED or name in BIRTH):
            raise _Refused(MISSING, name=SHOWN[name])
        if len(cell) > MOST_LETTERS:
            raise _Refused(TOO_WIDE, name=SHOWN[name], most=MOST_LETTERS)
        if UNSEEN.search(cell):
            raise _Refused(INVISIBLE, name=SHOWN[name])
    if not re.fullmatch(r"[0-9]{5}", told["postcode"], re.ASCII):
        raise _Refused(NO_POSTCODE)
    person = None
    if "born_on" in told:
        person = Person(told["given_name"], told["family_name"], _day(told["born_on"]), told["born_in"])
    same = (*(folded(told[name]) for name in NEEDED), told.get("house", ""), told.get("born_on", ""))
    if same in seen:
        raise _Refused(SAME, row=seen[same])
    seen[same] = number
    lines = (
        f"{told['given_name']} {told['family_name']}", told.get("extra", ""),
        f"{told['street']} {told.get('house', '')}".strip(), f"{told['postcode']} {told['city']}",
    )  # fmt: skip
    return Addressee(tuple(line for line in lines if line), person)


def _day(text: str) -> date:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a birthday has no time zone
        except ValueError:
            continue
        if 1900 <= day.year <= 2100:
            return day
    raise _Refused(NO_DAY)

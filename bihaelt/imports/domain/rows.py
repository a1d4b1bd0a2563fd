"""What one row of a plan's table means, cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bihaelt.imports.domain.columns import Part, Place, folded
from bihaelt.imports.domain.words import LISTS, Names, Wordlist
from bihaelt.marks import N_
from bihaelt.measures.domain import (
    PARTS,
    Category,
    FundingCheck,
    Gap,
    MeasureKind,
    MeasureState,
    Need,
    ServiceCheck,
    Sheet,
    YearSum,
    consistent,
    numbered,
)
from bihaelt.money.domain.finance_csv import amount, day
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError

# Numbers of our own (M042), or those that the plan has always had (3.2, B-17); never something that looks like ours.
NUMBER = re.compile(r"M\d{3,9}|[^\W_M][\w./-]{0,11}")
NOTHING = frozenset(map(folded, ("keine", "keiner", "keines", "kein", "nein", "ohne", "entfällt", "none", "no", "n/a")))
YES = frozenset(map(folded, ("ja", "yes", "x", "geprüft", "erledigt", "ok", "wahr", "true", "1")))
LONGEST_TITLE, LONGEST_BODY, LONGEST_PART = 160, 6000, 4000
MOST_CENTS = 10**11


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said about a row: at a part of it, or at the whole. ``reason`` is a msgid."""

    reason: str
    part: Part | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of a body that stands."""

    body: str
    paper: str
    on: date


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row would become. ``sheet`` is None where it has faults; ``unknown`` are the words that nobody knows."""

    number: str = ""
    title: str = ""
    sheet: Sheet | None = None
    category: Category = Category.C
    state: MeasureState = MeasureState.DRAFT
    decision: Decision | None = None
    carriers: tuple[int, ...] = ()
    faults: tuple[Note, ...] = ()
    hints: tuple[Note, ...] = ()
    unknown: tuple[tuple[Wordlist, str], ...] = ()


class Reader:
    """Reads the cells of one row, and notes what is wrong with them."""

    def __init__(self, cells: Sequence[str], places: Mapping[int, Place], defaults: Mapping[str, str], names: Names):
        self.names = names
        self.defaults = defaults
        self.faults: list[Note] = []
        self.hints: list[Note] = []
        self.unknown: list[tuple[Wordlist, str]] = []
        self.cells: dict[Place, list[str]] = {}
        for column, place in places.items():
            if column < len(cells) and cells[column]:
                self.cells.setdefault(place, []).append(cells[column])

    def text(self, part: Part, most: int = LONGEST_PART, *, line: bool = False) -> str:
        said = ("; " if line else "\n\n").join(self.cells.get(Place(part), ()))
        said = " ".join(said.split()) if line else said
        if len(said) > most:
            self.fault(part, N_("At most %(most)s characters, please; you have %(have)s."), most=most, have=len(said))
        return said[:most]

    def fault(self, part: Part, reason: str, **values: object) -> None:
        self.faults.append(Note(reason, part, values))

    def one(self, part: Part) -> str:
        """The value of one word from a closed list; what was chosen for all rows where the cell is empty."""
        words = self.text(part, line=True)
        if not words:
            return self.defaults.get(part.value, "")
        if part is Part.SERVICE and folded(words) in NOTHING:
            return ""
        found = self.names.value(LISTS[part], words)
        if found is None:
            self.unknown.append((LISTS[part], words))
            self.fault(part, UNKNOWN, words=words)
        return found or ""

    def many(self, part: Part) -> tuple[str, ...]:
        """The values of a list in one cell: the words as they stand, or divided by semicolons and lines, or by commas."""
        found: dict[str, None] = {}
        for cell in self.cells.get(Place(part), ()):
            for words in self._divided(LISTS[part], cell):
                value = self.names.value(LISTS[part], words)
                if value is None:
                    self.unknown.append((LISTS[part], words))
                    self.fault(part, UNKNOWN, words=words)
                elif value:
                    found[value] = None
        return tuple(found)

    def _divided(self, wordlist: Wordlist, cell: str) -> Iterator[str]:
        for piece in re.split(r"[;\n]", cell):
            words = " ".join(piece.split()).removeprefix("- ").removeprefix("• ")
            if not words or folded(words) in NOTHING or not folded(words):
                continue
            if self.names.value(wordlist, words) is None and "," in words:
                yield from (part.strip() for part in words.split(",") if folded(part))
            else:
                yield words

    def day(self, part: Part) -> date | None:
        """31.12.2026 or 2026-12-31, and 2026 or 12/2026 for the first or the last day of that time."""
        words = self.text(part, line=True)
        found = day(words) or _iso(words) or _period(words, last=part is Part.ENDS_ON)
        if words and found is None:
            self.fault(part, N_("The day cannot be read. Write it like 31.12.2026."))
        return found

    def cents(self, place: Place) -> int:
        words = " ".join(self.cells.get(place, ()))
        found = amount(_cut(words)) if words else 0
        if found is None or found < 0:
            self.fault(place.part, N_("The amount cannot be read. Write it like 1.234,56."))
        elif found > MOST_CENTS:
            self.fault(place.part, N_("This amount is too large."))
        return found or 0

    def ticked(self, part: Part) -> bool:
        return folded(self.text(part, line=True)) in YES

    def costs(self) -> tuple[YearSum, ...]:
        years = sorted({place.year for place in self.cells if place.year})
        return tuple(
            YearSum(year, self.cents(Place(Part.STAFF, year)), self.cents(Place(Part.MATERIAL, year))) for year in years
        )


UNKNOWN = N_("“%(words)s” is not known here. Say what it means, or correct the file.")


def _iso(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _period(words: str, *, last: bool) -> date | None:
    match = re.fullmatch(r"(?:([0-9]{1,2})[/.])?(20[0-9]{2})", words)
    if match is None or not 1 <= int(match[1] or 1) <= 12:
        return None
    year, month = int(match[2]), int(match[1] or (12 if last else 1))
    if not last:
        return date(year, month, 1)
    return date.fromordinal((date(year + month // 12, month % 12 + 1, 1)).toordinal() - 1)


def _cut(words: str) -> str:
    """Table programs keep more figures than a cent has: 1234,5000001 is 1234,50."""
    return re.sub(r"(,[0-9]{2})[0-9]+$", r"\1", words)


def read_row(
    cells: Sequence[str], places: Mapping[int, Place], *, defaults: Mapping[str, str], names: Names, today: date
) -> Draft:
    """What a row means; its sheet is whole and without contradictions, or there are faults."""
    reader = Reader(cells, places, defaults, names)
    number = reader.text(Part.NUMBER, 12, line=True).upper()
    if number and not NUMBER.fullmatch(number):
        reader.fault(Part.NUMBER, N_("Write the number like M042, 3.2 or B-17, or leave it empty."))
    sheet, carriers = _sheet(reader)
    decision = _decision(reader, today)
    category = Category(reader.one(Part.CATEGORY) or Category.C)
    state = reader.one(Part.STATE)
    wanted = MeasureState(state) if state else _usual(category, decision)
    draft = Draft(
        number, sheet.words.title, sheet, category, wanted, decision, carriers, tuple(reader.faults), (),
        tuple(reader.unknown),
    )  # fmt: skip
    if draft.faults:
        return replace(draft, sheet=None)
    try:
        sheet = consistent(sheet)
    except DomainError as error:
        part = next((part for part in Part if part.value == error.field), None)
        return replace(draft, sheet=None, faults=(Note(error.reason, part, error.values),))
    return replace(draft, sheet=sheet)


def _usual(category: Category, decision: Decision | None) -> MeasureState:
    """The state of a measure of which nobody has said it."""
    if decision is None:
        return MeasureState.DRAFT
    return MeasureState.RUNNING if category is Category.A else MeasureState.DECIDED


def _sheet(reader: Reader) -> tuple[Sheet, tuple[int, ...]]:
    service = reader.one(Part.SERVICE)
    said_none = folded(reader.text(Part.SERVICE, line=True)) in NOTHING
    need = reader.text(Part.NEED)
    no_need = folded(need) in NOTHING
    carriers = tuple(int(value) for value in reader.many(Part.CARRIER))
    title, body = reader.text(Part.TITLE, LONGEST_TITLE, line=True), reader.text(Part.BODY, LONGEST_BODY)
    extra = dict.fromkeys(PARTS, "") | {
        part.value: reader.text(part) for part in Part if part.value in PARTS and part is not Part.NEED
    }
    extra["need"] = "" if no_need else need
    cluster = reader.one(Part.CLUSTER)
    if not cluster and not any(note.part is Part.CLUSTER for note in reader.faults):
        reader.fault(Part.CLUSTER, N_("Choose a cluster."))
    clusters = frozenset(int(value) for value in reader.many(Part.CLUSTERS))
    sheet = Sheet(
        words=Words(title, body, extra),
        cluster_id=int(cluster or 0),
        field_ids=frozenset(int(value) for value in reader.many(Part.FIELDS)),
        cluster_ids=clusters - {int(cluster or 0)},
        kind=_member(MeasureKind, reader.one(Part.KIND)),
        district_id=_id(reader.one(Part.DISTRICT)),
        place=reader.text(Part.PLACE, 200, line=True),
        office_id=_id(reader.one(Part.OFFICE)),
        working_group_id=_id(reader.one(Part.GROUP)),
        starts_on=reader.day(Part.STARTS_ON),
        ends_on=reader.day(Part.ENDS_ON),
        review_on=reader.day(Part.REVIEW_ON),
        planned_cents=reader.cents(Place(Part.PLANNED)),
        costs=reader.costs(),
        product_group=reader.text(Part.PRODUCT_GROUP, 8, line=True),
        need=Need.NONE if no_need else Need.SHOWN if need else Need.OPEN,
        service_check=ServiceCheck.LINKED if service else ServiceCheck.NONE if said_none else ServiceCheck.OPEN,
        service_id=_id(service),
        funding_check=_member(FundingCheck, reader.one(Part.FUNDING)) or FundingCheck.OPEN,
        funding_note=reader.text(Part.FUNDING_NOTE),
        gender_checked=reader.ticked(Part.GENDER_CHECKED),
        carried=bool(carriers),
    )
    return sheet, carriers


def _id(value: str) -> int | None:
    return int(value) if value else None


def _member(kind: Any, value: str) -> Any:
    return kind(value) if value else None


def _decision(reader: Reader, today: date) -> Decision | None:
    body, paper = reader.text(Part.DECIDED_BODY, 160, line=True), reader.text(Part.DECIDED_PAPER, 30, line=True)
    on = reader.day(Part.DECIDED_ON)
    if not body and not paper and on is None:
        return None
    try:
        paper = numbered(paper)
    except DomainError as error:
        reader.fault(Part.DECIDED_PAPER, error.reason)
    if not body:
        reader.fault(Part.DECIDED_BODY, N_("Name the body."))
    if on is None or on > today:
        reader.fault(Part.DECIDED_ON, N_("Say on which day it was decided."))
    return Decision(body, paper, on or today)

"""The measure sheet as one thing: its facts, its sections, and which of them a decision locks."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bihaelt.marks import N_, labelled
from bihaelt.measures.domain.parts import Cost, Entry, FundingCheck, MeasureKind, Need, ServiceCheck, ServiceUse
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError

# What the text of a sheet says beside its title and its short description.
PARTS = (
    "need", "new_need", "goal", "target_group", "gender", "access", "steps", "participation", "publicity", "risks",
    "handover",
)  # fmt: skip
TEXT = "text_"
PRODUCT_GROUP = re.compile(r"\d{2}\.\d{2}\.\d{2}", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Access:
    """How people come in (R61), as it is stored in ``Measure.access``. ``languages`` are Babel ids."""

    languages: tuple[str, ...] = ()
    cost: Cost = Cost.OPEN
    free_for: str = ""
    childcare: bool = False
    barrier_free: bool = False
    outreach: bool = False
    entry: Entry = Entry.OPEN

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Access":
        """From what is stored; what is missing there is still open."""
        return cls(
            languages=tuple(stored.get("languages", ())),
            cost=Cost(stored.get("cost", Cost.OPEN)),
            free_for=str(stored.get("free_for", "")),
            childcare=bool(stored.get("childcare")),
            barrier_free=bool(stored.get("barrier_free")),
            outreach=bool(stored.get("outreach")),
            entry=Entry(stored.get("entry", Entry.OPEN)),
        )

    @property
    def said(self) -> bool:
        """Whether anything is known about it."""
        return self != Access()

    def stored(self) -> dict[str, Any]:
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class YearSum:
    """What one year costs, in cents."""

    year: int
    staff: int = 0
    material: int = 0

    @property
    def sum(self) -> int:
        return self.staff + self.material


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measure sheet as one thing. ``words``: title, body = short description, extra as in ``PARTS``; money in cents.

    ``planned_cents`` is the sum of ``costs`` where there are any. ``carried`` says that somebody is named who carries
    the measure out; it is read from the partners and not part of what is saved.
    """

    words: Words
    cluster_id: int
    field_ids: frozenset[int] = frozenset()
    cluster_ids: frozenset[int] = frozenset()
    kind: MeasureKind | None = None
    district_id: int | None = None
    place: str = ""
    office_id: int | None = None
    working_group_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None
    planned_cents: int = 0
    costs: tuple[YearSum, ...] = ()
    product_group: str = ""
    need: Need = Need.OPEN
    new_offer: bool = False
    service_check: ServiceCheck = ServiceCheck.OPEN
    service_id: int | None = None
    service_use: ServiceUse | None = None
    funding_check: FundingCheck = FundingCheck.OPEN
    funding_note: str = ""
    gender_checked: bool = False
    access: Access = Access()
    ad_hoc: bool = False
    confirm_by: date | None = None
    carried: bool = False

    def part(self, name: str) -> str:
        """One of the text's further parts; empty where nothing was written."""
        return self.words.extra.get(name, "")


# The continuous check against regular services, and how people come in, go on after a decision (R26, R61);
# the check of funding belongs to the funding programmes.
FREE = frozenset({"access", "service_check", "service_id", "service_use", "funding_check", "funding_note", "carried"})
DECIDED_FACTS = tuple(each.name for each in fields(Sheet) if each.name not in FREE | {"words"})


class Section(StrEnum):
    """The sections of the sheet, each a form of its own."""

    BASICS = "basics"
    NEED = "need"
    PEOPLE = "people"
    ACCESS = "access"
    RESPONSIBLE = "responsible"
    SERVICE = "service"
    TIME = "time"
    MONEY = "money"
    OUTLOOK = "outlook"
    MILESTONES = "milestones"
    PARTNERS = "partners"
    POINTS = "points"
    LINE = "line"


labelled(
    {
        Section.BASICS: N_("The measure"),
        Section.NEED: N_("Need and goal"),
        Section.PEOPLE: N_("Whom it is for"),
        Section.ACCESS: N_("Access"),
        Section.RESPONSIBLE: N_("Who is responsible"),
        Section.SERVICE: N_("Regular service"),
        Section.TIME: N_("Steps and time"),
        Section.MONEY: N_("Money"),
        Section.OUTLOOK: N_("Risks and outlook"),
        Section.MILESTONES: N_("Milestones"),
        Section.PARTNERS: N_("Carriers and partners"),
        Section.POINTS: N_("Open points"),
        Section.LINE: N_("Before and after"),
    }
)
# What a body decides; after that it changes by a new decision only.
LOCKED = frozenset(
    {
        Section.BASICS, Section.NEED, Section.PEOPLE, Section.RESPONSIBLE, Section.TIME, Section.MONEY, Section.OUTLOOK,
    }
)  # fmt: skip
ROWS = frozenset({Section.MILESTONES, Section.PARTNERS, Section.POINTS, Section.LINE})


def consistent(sheet: Sheet) -> Sheet:
    """The sheet, if its parts do not contradict each other; raises DomainError at the field otherwise.

    The planned amount is made the sum of the years' costs.
    """
    linked = sheet.service_check is ServiceCheck.LINKED
    ends_early = sheet.ends_on is not None and sheet.starts_on is not None and sheet.ends_on < sheet.starts_on
    years = [row.year for row in sheet.costs]
    for field, wrong, message in (
        ("title", not sheet.words.title, N_("Enter a title.")),
        ("body", not sheet.words.body, N_("Describe the measure in a few sentences.")),
        ("ends_on", ends_early, N_("The end comes before the beginning.")),
        ("service", linked and sheet.service_id is None, N_("Choose the regular service.")),
        ("service_check", not linked and sheet.service_id is not None, N_("Say that the regular service is linked.")),
        ("service_use", not linked and sheet.service_use is not None, N_("Say that the regular service is linked.")),
        ("planned", sheet.planned_cents < 0, N_("Enter an amount of money.")),
        ("costs", any(min(row.staff, row.material) < 0 for row in sheet.costs), N_("Enter an amount of money.")),
        ("costs", len(years) != len(set(years)), N_("Each year has one row.")),
        ("costs", any(not FIRST_YEAR <= year <= LAST_YEAR for year in years), N_("Enter a year.")),
        ("product_group", bool(sheet.product_group) and not PRODUCT_GROUP.fullmatch(sheet.product_group), GROUP),
        ("clusters", sheet.cluster_id in sheet.cluster_ids, N_("This is the main cluster already.")),
        ("confirm_by", sheet.ad_hoc and sheet.confirm_by is None, CONFIRM),
    ):
        if wrong:
            raise DomainError(message, field=field)
    costs = tuple(sorted((row for row in sheet.costs if row.sum), key=lambda row: row.year))
    planned = sum(row.sum for row in costs) if costs else sheet.planned_cents
    return replace(
        sheet, costs=costs, planned_cents=planned, confirm_by=sheet.confirm_by if sheet.ad_hoc else None
    )  # fmt: skip


GROUP = N_("Enter a product group like 11.06.01.")
CONFIRM = N_("Say until when a body confirms the measure.")


def changes(old: Sheet, new: Sheet) -> Sequence[str]:
    """The names of what differs, in the order of the sheet: title, body, ``text_<part>`` for the text, and facts."""
    words = [name for name in ("title", "body") if getattr(old.words, name) != getattr(new.words, name)]
    words += [TEXT + part for part in PARTS if old.part(part) != new.part(part)]
    rest = [each.name for each in fields(Sheet) if each.name not in ("words", "carried")]
    return [*words, *(name for name in rest if getattr(old, name) != getattr(new, name))]


def value(sheet: Sheet, name: str) -> Any:
    """What a sheet says under one of the names that ``changes`` gives."""
    if name in ("title", "body"):
        return getattr(sheet.words, name)
    return sheet.part(name.removeprefix(TEXT)) if name.startswith(TEXT) else getattr(sheet, name)


def fingerprint(sheet: Sheet, names: Sequence[str]) -> str:
    """Tells whether these parts of a sheet are still as they were when somebody opened the form."""
    said = json.dumps([_plain(value(sheet, name)) for name in names], ensure_ascii=False)
    return sha256(said.encode()).hexdigest()[:32]


def touches_decision(changed: Sequence[str]) -> bool:
    """Whether something is among the changed that a body decides."""
    return any(name not in FREE for name in changed)


def stored(sheet: Sheet) -> dict[str, Any]:
    """All facts of a sheet without its words, as plain JSON."""
    return {
        each.name: _plain(getattr(sheet, each.name)) for each in fields(Sheet) if each.name not in ("words", "carried")
    }


def restored(sheet: Sheet, words: Words, facts: Mapping[str, Any]) -> Sheet:
    """``sheet`` with the words and the stored facts that a body decides; everything else stays as it is now."""
    values: dict[str, Any] = {name: facts[name] for name in DECIDED_FACTS if name in facts}
    for name, read in READERS.items():
        if values.get(name) is not None:
            values[name] = read(values[name])
    return replace(sheet, words=words, **values)


def _costs(rows: Sequence[Sequence[int]]) -> tuple[YearSum, ...]:
    return tuple(YearSum(*row) for row in rows)


READERS: Mapping[str, Any] = {
    "field_ids": frozenset, "cluster_ids": frozenset, "kind": MeasureKind, "need": Need, "costs": _costs,
    "starts_on": date.fromisoformat, "ends_on": date.fromisoformat, "review_on": date.fromisoformat,
    "confirm_by": date.fromisoformat,
}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Access):
        return value.stored()
    if isinstance(value, YearSum):
        return [value.year, value.staff, value.material]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value

"""What is different between two sheets, in words that people read: texts word by word, facts before and after."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bihaelt import i18n
from bihaelt.i18n import BY_BABEL, format_day, format_money, gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures import queries
from bihaelt.measures.domain import PARTS, FundingCheck, MeasureKind, Need, ServiceCheck, ServiceUse
from bihaelt.measures.domain.parts import Cost, Entry
from bihaelt.proposals.domain.diff import word_diff
from bihaelt.texts.domain import Words

PART_NAMES: Mapping[str, str] = {
    "need": N_("Need, and what shows it"), "new_need": N_("What shows that the need is new"), "goal": N_("Goal"),
    "target_group": N_("Whom it is for"), "gender": N_("Gender aspect"), "access": N_("More about access"),
    "steps": N_("How it is done, step by step"), "participation": N_("How people take part while it is done"),
    "publicity": N_("Public relations"), "risks": N_("Risks"), "handover": N_("How it becomes regular service, or ends"),
}  # fmt: skip
Names = Mapping[str, Mapping[int, str]]


def word_changes(old: Words, new: Words) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """The parts of the text that differ: what each is called, and its pieces (see ``word_diff``)."""
    pairs = [(N_("Title"), old.title, new.title), (N_("Short description"), old.body, new.body)]
    pairs += [(PART_NAMES[part], old.extra.get(part, ""), new.extra.get(part, "")) for part in PARTS]
    return [(name, word_diff(before, after)) for name, before, after in pairs if before != after]


def fact_changes(session: Session, old: Mapping[str, Any], new: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    """The facts that differ: what each is called, what it was and what it is, both ready to be read."""
    names = _names(session)
    return [
        (name, show(old.get(key), names), show(new.get(key), names))
        for key, (name, show) in FACTS.items()
        if old.get(key) != new.get(key)
    ]


def _names(session: Session) -> Names:
    choices = queries.options(session, i18n.current().chain)
    return {
        kind: dict(getattr(choices, kind))
        for kind in ("clusters", "fields", "districts", "offices", "groups", "services")
    }  # fmt: skip


Show = Callable[[Any, Names], str]


def _one(kind: str) -> Show:
    return lambda value, names: "–" if value is None else names[kind].get(value, f"{value}")


def _many(kind: str) -> Show:
    return lambda value, names: ", ".join(names[kind].get(each, f"{each}") for each in value or ()) or "–"


def _enum(kind: Any) -> Show:
    return lambda value, _names: gettext(label_of(kind(value))) if value else "–"


def _day(value: Any, _names: Names) -> str:
    return format_day(date.fromisoformat(value)) if value else "–"


def _money(value: Any, _names: Names) -> str:
    return format_money(value or 0)


def _said(value: Any, _names: Names) -> str:
    return value or "–"


def _tick(value: Any, _names: Names) -> str:
    return gettext(N_("Yes")) if value else gettext(N_("No"))


def _costs(value: Any, _names: Names) -> str:
    return "; ".join(f"{year}: {format_money(staff + material)}" for year, staff, material in value or ()) or "–"


def _access(value: Any, _names: Names) -> str:
    stored = value or {}
    said = [BY_BABEL[key].name for key in stored.get("languages", ()) if key in BY_BABEL]
    said += [gettext(label_of(Cost(stored["cost"])))] if stored.get("cost", "open") != "open" else []
    said += [gettext(label_of(Entry(stored["entry"])))] if stored.get("entry", "open") != "open" else []
    said += [gettext(name) for key, name in TICKS.items() if stored.get(key)]
    return ", ".join([*said, *([stored["free_for"]] if stored.get("free_for") else [])]) or "–"


TICKS: Mapping[str, str] = {
    "childcare": N_("Childcare"), "barrier_free": N_("Barrier-free"), "outreach": N_("It comes to where people are"),
}  # fmt: skip
FACTS: Mapping[str, tuple[str, Show]] = {
    "kind": (N_("Kind of measure"), _enum(MeasureKind)),
    "cluster_id": (N_("Main cluster"), _one("clusters")),
    "cluster_ids": (N_("Further clusters"), _many("clusters")),
    "field_ids": (N_("Fields of action"), _many("fields")),
    "district_id": (N_("District"), _one("districts")),
    "place": (N_("Place"), _said),
    "need": (N_("Is there a new need?"), _enum(Need)),
    "new_offer": (N_("This is a new offer"), _tick),
    "gender_checked": (N_("The gender aspect is checked"), _tick),
    "access": (N_("Access"), _access),
    "office_id": (N_("Responsible office"), _one("offices")),
    "working_group_id": (N_("Working group"), _one("groups")),
    "service_check": (N_("Regular service checked?"), _enum(ServiceCheck)),
    "service_id": (N_("Regular service"), _one("services")),
    "service_use": (N_("Outcome"), _enum(ServiceUse)),
    "funding_check": (N_("Funding programmes checked?"), _enum(FundingCheck)),
    "starts_on": (N_("First day"), _day),
    "ends_on": (N_("Last day"), _day),
    "review_on": (N_("Day of review"), _day),
    "ad_hoc": (N_("Set going at once, confirmed later (ad hoc)"), _tick),
    "confirm_by": (N_("A body confirms it until"), _day),
    "planned_cents": (N_("Planned"), _money),
    "costs": (N_("Costs by year"), _costs),
    "product_group": (N_("Product group"), _said),
}

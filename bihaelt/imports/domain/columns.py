"""Where the columns of a plan's table can go, and which heading probably means what."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.measures.domain.sheet import FIRST_YEAR, LAST_YEAR

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
HEADINGS_WITHIN = 20  # above the headings may stand a title and a date


class Part(StrEnum):
    """What a column says about a measure. MATERIAL and STAFF are the costs of one year."""

    NUMBER = "number"
    TITLE = "title"
    BODY = "body"
    CATEGORY = "category"
    STATE = "state"
    CLUSTER = "cluster"
    CLUSTERS = "clusters"
    FIELDS = "fields"
    KIND = "kind"
    DISTRICT = "district"
    PLACE = "place"
    OFFICE = "office"
    GROUP = "group"
    CARRIER = "carrier"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    REVIEW_ON = "review_on"
    PLANNED = "planned"
    MATERIAL = "material"
    STAFF = "staff"
    PRODUCT_GROUP = "product_group"
    NEED = "need"
    GOAL = "goal"
    TARGET_GROUP = "target_group"
    GENDER = "gender"
    GENDER_CHECKED = "gender_checked"
    ACCESS = "access"
    STEPS = "steps"
    PARTICIPATION = "participation"
    PUBLICITY = "publicity"
    RISKS = "risks"
    HANDOVER = "handover"
    SERVICE = "service"
    FUNDING = "funding"
    FUNDING_NOTE = "funding_note"
    DECIDED_BODY = "decided_body"
    DECIDED_PAPER = "decided_paper"
    DECIDED_ON = "decided_on"


labelled(
    {
        Part.NUMBER: N_("Number"),
        Part.TITLE: N_("Title"),
        Part.BODY: N_("Short description"),
        Part.CATEGORY: N_("Category"),
        Part.STATE: N_("State"),
        Part.CLUSTER: N_("Main cluster"),
        Part.CLUSTERS: N_("Further clusters"),
        Part.FIELDS: N_("Fields of action"),
        Part.KIND: N_("Kind of measure"),
        Part.DISTRICT: N_("District"),
        Part.PLACE: N_("Place"),
        Part.OFFICE: N_("Responsible office"),
        Part.GROUP: N_("Working group"),
        Part.CARRIER: N_("Carriers and partners"),
        Part.STARTS_ON: N_("First day"),
        Part.ENDS_ON: N_("Last day"),
        Part.REVIEW_ON: N_("Day of review"),
        Part.PLANNED: N_("Planned amount in euros"),
        Part.MATERIAL: N_("Material"),
        Part.STAFF: N_("Staff"),
        Part.PRODUCT_GROUP: N_("Product group"),
        Part.NEED: N_("Need, and what shows it"),
        Part.GOAL: N_("Goal"),
        Part.TARGET_GROUP: N_("Whom it is for"),
        Part.GENDER: N_("Gender aspect"),
        Part.GENDER_CHECKED: N_("The gender aspect is checked"),
        Part.ACCESS: N_("More about access"),
        Part.STEPS: N_("How it is done, step by step"),
        Part.PARTICIPATION: N_("How people take part while it is done"),
        Part.PUBLICITY: N_("Public relations"),
        Part.RISKS: N_("Risks"),
        Part.HANDOVER: N_("How it becomes regular service, or ends"),
        Part.SERVICE: N_("Regular service"),
        Part.FUNDING: N_("Funding programmes checked?"),
        Part.FUNDING_NOTE: N_("Note on funding"),
        Part.DECIDED_BODY: N_("Decided by (body)"),
        Part.DECIDED_PAPER: N_("Council paper of the decision"),
        Part.DECIDED_ON: N_("Day of the decision"),
    }
)
# What plans of cities call their columns, as ``folded`` writes it. The first is what our own template says.
HEADINGS: Mapping[Part, Sequence[str]] = {
    Part.NUMBER: ("Nummer", "Nr", "Lfd. Nr.", "Maßnahmennummer", "Maßnahme-Nr.", "No", "Number", "ID"),
    Part.TITLE: ("Titel", "Maßnahme", "Bezeichnung", "Name der Maßnahme", "Maßnahmentitel", "Title", "Measure", "Projekt"),
    Part.BODY: ("Kurzbeschreibung", "Beschreibung", "Inhalt", "Erläuterung", "Description", "Kurzdarstellung",
                "Short description"),
    Part.CATEGORY: ("Kategorie", "Reifegrad", "A/B/C", "ABC", "Category"),
    Part.STATE: ("Stand", "Status", "Umsetzungsstand", "Sachstand", "State"),
    Part.CLUSTER: ("Cluster", "Hauptcluster", "Themenfeld", "Schwerpunkt", "Themenschwerpunkt", "Main cluster"),
    Part.CLUSTERS: ("Weitere Cluster", "Nebencluster", "Further clusters"),
    Part.FIELDS: ("Handlungsfelder", "Handlungsfeld", "Fields of action", "Field of action"),
    Part.KIND: ("Art der Maßnahme", "Maßnahmenart", "Maßnahmentyp", "Art", "Typ", "Kind", "Type"),
    Part.DISTRICT: ("Stadtbezirk", "Bezirk", "District"),
    Part.PLACE: ("Ort", "Standort", "Place"),
    Part.OFFICE: ("Zuständiges Amt", "Amt", "Federführung", "Federführendes Amt", "Zuständigkeit", "Verantwortlich",
                  "Dezernat/Amt", "Office", "Responsible office"),
    Part.GROUP: ("Arbeitsgruppe", "AG", "Arbeitskreis", "Working group"),
    Part.CARRIER: ("Träger", "Durchführung", "Umsetzung durch", "Kooperationspartner", "Partner",
                   "Durchgeführt von", "Carrier", "Carriers", "Umgesetzt von",
                   "Carried out by"),
    Part.STARTS_ON: ("Beginn", "Start", "Von", "Laufzeit von", "Startdatum", "Erster Tag", "First day"),
    Part.ENDS_ON: ("Ende", "Bis", "Laufzeit bis", "Enddatum", "Letzter Tag", "Last day"),
    Part.REVIEW_ON: ("Prüfung am", "Wiedervorlage", "Überprüfung", "Day of review"),
    Part.PLANNED: ("Ansatz in Euro", "Ansatz", "Kosten", "Gesamtkosten", "Budget", "Betrag", "Planned amount", "Geplant", "Planned",
                   "Mittelbedarf"),
    Part.MATERIAL: ("Sachkosten", "Sachmittel", "Material", "Kosten", "Ansatz", "Mittel", "Budget"),
    Part.STAFF: ("Personalkosten", "Personal", "Staff"),
    Part.PRODUCT_GROUP: ("Produktgruppe", "Produkt", "Product group"),
    Part.NEED: ("Bedarf", "Ausgangslage", "Problem", "Begründung", "Need"),
    Part.GOAL: ("Ziel", "Ziele", "Zielsetzung", "Goal", "Goals"),
    Part.TARGET_GROUP: ("Zielgruppe", "Zielgruppen", "Target group"),
    Part.GENDER: ("Gender-Aspekt", "Gender", "Geschlechtergerechtigkeit", "Gender aspect"),
    Part.GENDER_CHECKED: ("Gender geprüft", "Gender-Prüfung", "Gender checked"),
    Part.ACCESS: ("Zugang", "Zugänglichkeit", "Access"),
    Part.STEPS: ("Umsetzungsschritte", "Schritte", "Vorgehen", "Umsetzung", "Steps"),
    Part.PARTICIPATION: ("Beteiligung", "Participation"),
    Part.PUBLICITY: ("Öffentlichkeitsarbeit", "Public relations"),
    Part.RISKS: ("Risiken", "Risiko", "Risks"),
    Part.HANDOVER: ("Verstetigung", "Übergang in die Regelversorgung", "Ausblick", "Handover"),
    Part.SERVICE: ("Regelangebot", "Regelversorgung", "Bestehendes Angebot", "Regular service"),
    Part.FUNDING: ("Förderung geprüft", "Fördermittelprüfung", "Fördermittel", "Funding checked"),
    Part.FUNDING_NOTE: ("Hinweis zur Förderung", "Förderprogramm", "Förderung", "Funding"),
    Part.DECIDED_BODY: ("Beschluss durch", "Gremium", "Beschlussgremium", "Body"),
    Part.DECIDED_PAPER: ("Vorlage", "Drucksache", "Drucksachennummer", "Vorlagennummer", "Council paper"),
    Part.DECIDED_ON: ("Beschlossen am", "Beschluss am", "Beschlussdatum", "Day of the decision"),
}  # fmt: skip
OF_A_YEAR = (Part.MATERIAL, Part.STAFF)
# Several columns may be joined in these; every other part has one column.
WORDY = frozenset(
    {
        Part.BODY, Part.NEED, Part.GOAL, Part.TARGET_GROUP, Part.GENDER, Part.ACCESS, Part.STEPS, Part.PARTICIPATION,
        Part.PUBLICITY, Part.RISKS, Part.HANDOVER, Part.FUNDING_NOTE, Part.CARRIER, Part.FIELDS, Part.CLUSTERS,
    }
)  # fmt: skip
# The parts that our own template asks for, in its order.
PARTS: Sequence[Part] = tuple(part for part in Part if part not in OF_A_YEAR)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column goes: a part of the sheet, with the year for costs of a year."""

    part: Part
    year: int = 0

    @classmethod
    def read(cls, text: str) -> "Place":
        """From its short form, "title" or "staff:2026"; ValueError for anything else."""
        part, _, year = text.partition(":")
        place = cls(Part(part), int(year or 0))
        if (place.part in OF_A_YEAR) != bool(place.year) or (place.year and not FIRST_YEAR <= place.year <= LAST_YEAR):
            raise ValueError(text)
        return place

    def __str__(self) -> str:
        return f"{self.part.value}:{self.year}" if self.year else self.part.value


def folded(text: str) -> str:
    """Words without case, blanks, dots and umlauts, of any script: "Maßnahme-Nr." -> "massnahmenr"."""
    tidy = unicodedata.normalize("NFKC", text).casefold().translate(UMLAUTS)
    return re.sub(r"[\W_]+", "", tidy)


MEANINGS: Mapping[str, Part] = {
    folded(name): part for part in reversed(Part) if part not in OF_A_YEAR for name in HEADINGS[part]
}  # fmt: skip


def guess(heading: str) -> Place | None:
    """What a heading probably means: "Zuständiges Amt", "Personalkosten 2026"; None for one that nobody knows."""
    year = YEAR.search(heading)
    if year is not None and FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
        rest = folded(YEAR.sub("", heading)).removesuffix("ineuro").removesuffix("in")
        for part in reversed(OF_A_YEAR):
            if rest in {folded(name) for name in HEADINGS[part]}:
                return Place(part, int(year[1]))
        return None
    bare = folded(re.sub(r"\(.*?\)|\bin (Euro|EUR|€)", "", heading))
    known = MEANINGS.get(folded(heading)) or MEANINGS.get(bare)
    return Place(known) if known is not None else None


def guesses(headings: Sequence[str]) -> dict[int, str]:
    """The place of each column, as far as it can be guessed; of two columns for one part the first has it."""
    found: dict[int, str] = {}
    for column, heading in enumerate(headings):
        place = guess(heading)
        if place is not None and str(place) not in found.values():
            found[column] = str(place)
    return found


def heading_of(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Which row (as an index) holds the headings: the one with the most that are known, else the fullest, the first of them."""

    def worth(index: int) -> tuple[int, int, int]:
        cells = rows[index][1]
        return len(guesses(cells)), sum(bool(text) for text in cells), -index

    return max(range(min(len(rows), HEADINGS_WITHIN)), key=worth)


def places(mapping: Mapping[str, str]) -> Mapping[int, Place]:
    """The stored mapping, by column."""
    return {int(column): Place.read(text) for column, text in mapping.items()}

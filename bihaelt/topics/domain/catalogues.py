"""The city's own catalogues, as data: what each is called, what its entries hold, and how they come and go."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_


class Catalogue(StrEnum):
    """The catalogues; the values stand in addresses."""

    CLUSTERS = "clusters"
    FIELDS = "fields"
    RECOMMENDATIONS = "recommendations"
    DISTRICTS = "districts"
    TARGET_GROUPS = "target-groups"
    PRINCIPLES = "guiding-principles"
    OFFICES = "offices"
    WORKING_GROUPS = "working-groups"
    SERVICES = "regular-services"


class Part(StrEnum):
    """What an entry may hold beside its words. The values are columns and form fields."""

    NUMBER = "number"
    PARENT = "parent_id"
    CONTACT = "contact"
    LINK = "link"
    KIND = "kind"
    LEAD = "lead_office_id"
    OFFICE = "office_id"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a catalogue differs from the others.

    ``subject``: its table, also the first half of its journal acts. ``named``: entries carry a proper name, the same in
    every language; ``told``: they carry a text in all languages (both, for services). ``body``: the text has more than
    a title. ``lives`` is the column that says whether an entry is still in use: ``active`` or ``ended_on``.
    ``within``: the catalogue whose entry this one belongs to.
    """

    subject: str
    many: str
    one: str
    named: bool = False
    told: bool = True
    body: bool = True
    lives: str = "active"
    keyed: bool = True
    parts: Sequence[Part] = field(default=())
    within: Catalogue | None = None
    page: str = ""


SHAPES: Mapping[Catalogue, Shape] = {
    Catalogue.CLUSTERS: Shape("cluster", N_("Clusters"), N_("Cluster"), page="topics.cluster"),
    Catalogue.FIELDS: Shape("field", N_("Fields of action"), N_("Field of action"), page="topics.field"),
    Catalogue.RECOMMENDATIONS: Shape(
        "recommendation", N_("Recommendations"), N_("Recommendation"), body=False, keyed=False,
        within=Catalogue.FIELDS,
    ),
    Catalogue.DISTRICTS: Shape(
        "district", N_("Districts"), N_("District"), named=True, told=False, keyed=False, page="topics.district",
    ),
    Catalogue.TARGET_GROUPS: Shape("target_group", N_("Target groups"), N_("Target group"), body=False),
    Catalogue.PRINCIPLES: Shape("guiding_principle", N_("Guiding principles"), N_("Guiding principle"), body=False),
    Catalogue.OFFICES: Shape(
        "office", N_("Offices"), N_("Office"), named=True, told=False, lives="ended_on",
        parts=(Part.NUMBER, Part.PARENT, Part.CONTACT), page="topics.office",
    ),
    Catalogue.WORKING_GROUPS: Shape(
        "working_group", N_("Working groups"), N_("Working group"), named=True, told=False, lives="ended_on",
        parts=(Part.KIND, Part.LEAD, Part.REASON), page="topics.group",
    ),
    Catalogue.SERVICES: Shape(
        "regular_service", N_("Regular services"), N_("Regular service"), named=True, lives="ended_on", keyed=False,
        parts=(Part.OFFICE, Part.CONTACT, Part.LINK), page="topics.service",
    ),
}  # fmt: skip

VERBS: Mapping[str, Mapping[str, str]] = {
    "cluster": {
        "added": N_("Cluster added"), "changed": N_("Cluster changed"), "moved": N_("Order of clusters changed"),
        "retired": N_("Cluster retired"), "restored": N_("Cluster restored"), "removed": N_("Cluster removed"),
    },
    "field": {
        "added": N_("Field of action added"), "changed": N_("Field of action changed"),
        "moved": N_("Order of fields of action changed"), "retired": N_("Field of action retired"),
        "restored": N_("Field of action restored"), "removed": N_("Field of action removed"),
    },
    "recommendation": {
        "added": N_("Recommendation added"), "changed": N_("Recommendation changed"),
        "moved": N_("Order of recommendations changed"), "retired": N_("Recommendation retired"),
        "restored": N_("Recommendation restored"), "removed": N_("Recommendation removed"),
    },
    "district": {
        "added": N_("District added"), "changed": N_("District changed"), "moved": N_("Order of districts changed"),
        "retired": N_("District retired"), "restored": N_("District restored"), "removed": N_("District removed"),
    },
    "target_group": {
        "added": N_("Target group added"), "changed": N_("Target group changed"),
        "moved": N_("Order of target groups changed"), "retired": N_("Target group retired"),
        "restored": N_("Target group restored"), "removed": N_("Target group removed"),
    },
    "guiding_principle": {
        "added": N_("Guiding principle added"), "changed": N_("Guiding principle changed"),
        "moved": N_("Order of guiding principles changed"), "retired": N_("Guiding principle retired"),
        "restored": N_("Guiding principle restored"), "removed": N_("Guiding principle removed"),
    },
    "office": {
        "added": N_("Office added"), "changed": N_("Office changed"), "moved": N_("Order of offices changed"),
        "retired": N_("Office closed"), "restored": N_("Office reopened"), "removed": N_("Office removed"),
    },
    "working_group": {
        "added": N_("Working group added"), "changed": N_("Working group changed"),
        "moved": N_("Order of working groups changed"), "retired": N_("Working group ended"),
        "restored": N_("Working group restored"), "removed": N_("Working group removed"),
    },
    "regular_service": {
        "added": N_("Regular service added"), "changed": N_("Regular service changed"),
        "moved": N_("Order of regular services changed"), "retired": N_("Regular service ended"),
        "restored": N_("Regular service restored"), "removed": N_("Regular service removed"),
    },
}  # fmt: skip
name_acts({f"{subject}.{verb}": words for subject, verbs in VERBS.items() for verb, words in verbs.items()})
name_details({"entry": Detail(N_("Name")), "former_entry": Detail(N_("Former name")), "number": Detail(N_("Number"))})

IN_USE = N_("This entry is in use. It can be retired, but not removed.")
TAKEN = N_("There is already an entry with this name.")


def slug(name: str) -> str:
    """A short key of small letters and digits for a name; "x" for a name without any."""
    plain = name.casefold().replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:30].strip("-") or "x"

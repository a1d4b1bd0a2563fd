"""Words of a file that are looked up in the city's own lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihaelt.imports.domain.columns import Part, folded
from bihaelt.marks import N_, labelled


class Wordlist(StrEnum):
    """The closed lists that words of a file are looked up in."""

    CLUSTER = "cluster"
    FIELD = "field"
    DISTRICT = "district"
    OFFICE = "office"
    GROUP = "group"
    ORGANISATION = "organisation"
    SERVICE = "service"
    CATEGORY = "category"
    STATE = "state"
    KIND = "kind"
    FUNDING = "funding"


labelled(
    {
        Wordlist.CLUSTER: N_("Cluster"),
        Wordlist.FIELD: N_("Field of action"),
        Wordlist.DISTRICT: N_("District"),
        Wordlist.OFFICE: N_("Office"),
        Wordlist.GROUP: N_("Working group"),
        Wordlist.ORGANISATION: N_("Organisation"),
        Wordlist.SERVICE: N_("Regular service"),
        Wordlist.CATEGORY: N_("Category"),
        Wordlist.STATE: N_("State"),
        Wordlist.KIND: N_("Kind of measure"),
        Wordlist.FUNDING: N_("Funding programmes checked?"),
    }
)
LISTS: Mapping[Part, Wordlist] = {
    Part.CLUSTER: Wordlist.CLUSTER, Part.CLUSTERS: Wordlist.CLUSTER, Part.FIELDS: Wordlist.FIELD,
    Part.DISTRICT: Wordlist.DISTRICT, Part.OFFICE: Wordlist.OFFICE, Part.GROUP: Wordlist.GROUP,
    Part.CARRIER: Wordlist.ORGANISATION, Part.SERVICE: Wordlist.SERVICE, Part.CATEGORY: Wordlist.CATEGORY,
    Part.STATE: Wordlist.STATE, Part.KIND: Wordlist.KIND, Part.FUNDING: Wordlist.FUNDING,
}  # fmt: skip
LEAVE_OUT = ""  # what somebody chose for a word that shall say nothing


@dataclass(frozen=True, slots=True)
class Names:
    """What words mean: ``known`` is list -> folded words -> value (an id or a member's value, as text).

    ``chosen`` is what somebody chose for words that nobody knows; ``LEAVE_OUT`` for those that shall say nothing.
    """

    known: Mapping[Wordlist, Mapping[str, str]]
    chosen: Mapping[Wordlist, Mapping[str, str]] = field(default_factory=dict)

    def value(self, wordlist: Wordlist, words: str) -> str | None:
        """What the words mean; None where nobody knows it."""
        key = folded(words)
        chosen = self.chosen.get(wordlist, {})
        return chosen[key] if key in chosen else self.known.get(wordlist, {}).get(key)

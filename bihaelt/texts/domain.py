"""Words that people read and someone may translate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihaelt.marks import N_, labelled


class Status(StrEnum):
    """How a version came to be."""

    ORIGINAL = "original"
    MACHINE = "machine"
    HUMAN = "human"
    CHECKED = "checked"


labelled(
    {
        Status.ORIGINAL: N_("Original"),
        Status.MACHINE: N_("Translated by machine"),
        Status.HUMAN: N_("Translated by hand"),
        Status.CHECKED: N_("Translation checked"),
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """What one version says: a title, a body in plain Markdown, and named further parts (need, gender aspect …)."""

    title: str = ""
    body: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as one reader sees it; ``language`` (of what is shown) and ``source`` (of the original) are Babel ids."""

    text_id: int
    title: str
    body: str
    extra: Mapping[str, str]
    language: str
    source: str
    status: Status
    stale: bool

    @property
    def is_original(self) -> bool:
        return self.status is Status.ORIGINAL

"""Editions of the plan: what an edition is, as plain data, and what two of them tell apart."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.proposals.domain import Outcome
from bihaelt.votes.domain.protocol.canonical import canonical


class EditionState(StrEnum):
    """An edition is frozen when it is made; publishing it takes the one before out of force."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


labelled(
    {
        EditionState.DRAFT: N_("Draft"),
        EditionState.PUBLISHED: N_("In force"),
        EditionState.SUPERSEDED: N_("Replaced by a later edition"),
    }
)
TRANSITIONS: Mapping[EditionState, frozenset[EditionState]] = {
    EditionState.DRAFT: frozenset({EditionState.PUBLISHED}),
    EditionState.PUBLISHED: frozenset({EditionState.SUPERSEDED}),
    EditionState.SUPERSEDED: frozenset(),
}
name_acts(
    {
        "edition.made": N_("Edition of the plan drafted"),
        "edition.discarded": N_("Draft of an edition thrown away"),
        "edition.published": N_("Edition of the plan published"),
    }
)
name_details({"edition": Detail(N_("Edition")), "sha256": Detail(N_("Check sum (SHA-256)"))})


FORMAT = "bihaelt-edition-1"
Facts = Mapping[str, Any]  # a measure of an edition without its long texts; see queries.snapshot
DIGITS = 16  # of the check sum of each part of a text


class Kind(StrEnum):
    """How a measure differs between two editions."""

    ADDED = "added"
    REMOVED = "removed"
    CATEGORY = "category"
    STATE = "state"
    AMOUNT = "amount"
    TEXT = "text"
    LIGHT = "light"


labelled(
    {
        Kind.ADDED: N_("New in the plan"),
        Kind.REMOVED: N_("No longer in the plan"),
        Kind.CATEGORY: N_("Moved to another category"),
        Kind.STATE: N_("Other state"),
        Kind.AMOUNT: N_("Other amount"),
        Kind.TEXT: N_("Other words"),
        Kind.LIGHT: N_("Other light"),
    }
)
# The fact that each kind compares, and what it is.
COMPARED: Mapping[Kind, tuple[str, Callable[[Any], Any]]] = {
    Kind.CATEGORY: ("category", Category),
    Kind.STATE: ("state", MeasureState),
    Kind.AMOUNT: ("planned", int),
    Kind.LIGHT: ("light", Light),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``old`` and ``new`` are the facts compared, ``parts`` the parts of the text that differ."""

    kind: Kind
    old: Any = None
    new: Any = None
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A measure that differs: its facts in the later edition, or in the earlier one if it is gone.

    ``because``: the proposals that it takes over now and did not before, as (proposal id, conference id).
    """

    facts: Facts
    changes: Sequence[Change]
    because: Sequence[tuple[int, int]]


def differences(old: Iterable[Facts], new: Iterable[Facts]) -> Sequence[Changed]:
    """What differs between two editions, in the order of the later one; what is gone comes last."""
    before = {facts["number"]: facts for facts in old}
    found = []
    for facts in new:
        earlier = before.pop(facts["number"], None)
        changes = changes_of(earlier, facts) if earlier else [Change(Kind.ADDED)]
        if changes:
            found.append(Changed(facts, changes, came_from(earlier, facts)))
    return [*found, *(Changed(facts, [Change(Kind.REMOVED)], ()) for facts in before.values())]


def changes_of(old: Facts, new: Facts) -> Sequence[Change]:
    """The differences of one measure."""
    changes = [
        Change(kind, read(old[name]), read(new[name]))
        for kind, (name, read) in COMPARED.items()
        if old[name] != new[name]
    ]
    parts = sorted(
        name
        for name in old["digest"].keys() | new["digest"].keys()
        if old["digest"].get(name) != new["digest"].get(name)
    )
    return [*changes, Change(Kind.TEXT, parts=parts)] if parts else changes


def came_from(old: Facts | None, new: Facts) -> Sequence[tuple[int, int]]:
    """The proposals of a conference that a measure has taken over since ``old``."""
    known = {origin["proposal"] for origin in old["origins"]} if old else set()
    return [
        (origin["proposal"], origin["conference"])
        for origin in new["origins"]
        if origin["proposal"] not in known and origin["conference"] is not None
    ]


def digest(words: Mapping[str, str]) -> dict[str, str]:
    """A short check sum of each part that says anything."""
    return {name: hashlib.sha256(text.encode()).hexdigest()[:DIGITS] for name, text in words.items() if text}


def packed(value: Any) -> bytes:
    """Canonical JSON, compressed."""
    return zlib.compress(canonical(value), 6)


def unpacked(data: bytes) -> Any:
    """The value that was ``packed``."""
    return json.loads(zlib.decompress(data))


def document(head: bytes, measures: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The edition as one canonical JSON document, piece by piece, from its packed head and its packed measures
    (facts, words). "measures" sorts after every key of the head.
    """
    yield zlib.decompress(head)[:-1] + b',"measures":['
    comma = b""
    for facts, words in measures:
        yield comma + b'{"facts":' + zlib.decompress(facts) + b',"words":' + zlib.decompress(words) + b"}"
        comma = b","
    yield b"]}"


def check_sum(parts: Iterable[bytes]) -> tuple[str, int]:
    """The SHA-256 of a document, and its size in bytes."""
    total, size = hashlib.sha256(), 0
    for part in parts:
        total.update(part)
        size += len(part)
    return total.hexdigest(), size


class Fate(StrEnum):
    """What else can have become of a proposal than an outcome or a measure."""

    WAITING = "waiting"
    NO_MEASURE = "no_measure"


labelled({Fate.WAITING: N_("Not answered yet"), Fate.NO_MEASURE: N_("No measure yet")})
ANSWERS: Sequence[Outcome | Fate] = (*Outcome, Fate.WAITING)
ENDS: Sequence[Category | Fate] = (*Category, Fate.NO_MEASURE)

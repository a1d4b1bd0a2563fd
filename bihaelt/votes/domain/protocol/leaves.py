"""The kinds of entries in the public log. An entry's data is canonical JSON; it carries no time and no voter."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bihaelt.votes.domain.protocol.canonical import JSON, Malformed, canonical, read
from bihaelt.votes.domain.protocol.commitments import read_hex
from bihaelt.votes.domain.supports import Electorate

VERSION = 1
MAX_TEXT = 2000

_SEED = re.compile(r"[^\x00-\x1f]{1,500}")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Entry 0: the hash of the frozen configuration file."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Cast:
    """One paper, as its commitment. It does not say in which question."""

    commitment: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """Commitments that do not count, since their voter changed or withdrew the paper; one list at close, sorted."""

    commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """Figures of one electorate at close: how many are verified, how many of them voted, papers per question.

    ``papers`` are those that count at that moment: without replaced, withdrawn and already invalidated ones.
    """

    verified: int
    voters: int
    papers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of voting. The figures of the electorates stand side by side, and nothing adds them."""

    people: Roll
    organisations: Roll


@dataclass(frozen=True, slots=True)
class Lots:
    """The public seed that decides what costs and votes leave undecided."""

    seed: str


@dataclass(frozen=True, slots=True)
class Invalidated:
    """A paper that two officials have taken out of the count, and why. It stays in the log."""

    commitment: str
    reason: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The key that linked voters and papers is gone, and with it the links; ``what`` says so in plain words."""

    what: str


Leaf: TypeAlias = Configuration | Cast | Replaced | Closed | Lots | Invalidated | Destroyed


def data(leaf: Leaf) -> bytes:
    """The bytes that go into the log."""
    match leaf:
        case Configuration():
            return _written("configuration", sha256=read_hex(leaf.sha256))
        case Cast():
            return _written("cast", commitment=read_hex(leaf.commitment))
        case Replaced():
            return _written("replaced", commitments=_sorted(leaf.commitments))
        case Closed():
            rolls = {Electorate.PEOPLE.value: leaf.people, Electorate.ORGANISATIONS.value: leaf.organisations}
            return _written("closed", electorates={name: _roll(roll) for name, roll in rolls.items()})
        case Lots():
            return _written("lots", seed=_seed(leaf.seed))
        case Invalidated():
            return _written("invalidated", commitment=read_hex(leaf.commitment), reason=_text(leaf.reason))
        case _:
            return _written("destroyed", what=_text(leaf.what))


def parse(line: bytes) -> Leaf:
    """The entry that ``data`` wrote.

    :raises Malformed: for anything else, an unknown type or version among it
    """
    value = read(line)
    if not isinstance(value, dict):
        raise Malformed("an entry of the log is an object")
    try:
        leaf = _leaf(value)
        same = data(leaf) == line
    except (KeyError, TypeError, AttributeError):
        raise Malformed("this entry of the log lacks something, or has it in another form") from None
    if not same:
        raise Malformed("this entry of the log has something more than its kind has")
    return leaf


def _leaf(value: dict[str, JSON]) -> Leaf:
    entry: dict[str, object] = dict(value)
    match entry["type"]:
        case "configuration":
            return Configuration(_string(entry["sha256"]))
        case "cast":
            return Cast(_string(entry["commitment"]))
        case "replaced":
            return Replaced(tuple(_string(each) for each in _list(entry["commitments"])))
        case "closed":
            rolls = _object(entry["electorates"])
            return Closed(_read_roll(rolls["people"]), _read_roll(rolls["organisations"]))
        case "lots":
            return Lots(_string(entry["seed"]))
        case "invalidated":
            return Invalidated(_string(entry["commitment"]), _string(entry["reason"]))
        case "destroyed":
            return Destroyed(_string(entry["what"]))
        case kind:
            raise Malformed(f"the log has no entries of the type {kind!r}")


def _read_roll(value: object) -> Roll:
    roll = _object(value)
    papers = {question: _count(number) for question, number in _object(roll["papers"]).items()}
    return Roll(_count(roll["verified"]), _count(roll["voters"]), papers)


def _roll(roll: Roll) -> JSON:
    if not all(0 <= papers <= roll.voters <= roll.verified for papers in (0, *roll.papers.values())):
        raise Malformed("no question has more papers than voters, and no electorate more voters than verified members")
    return {"verified": roll.verified, "voters": roll.voters, "papers": dict(roll.papers)}


def _written(kind: str, **content: JSON) -> bytes:
    return canonical({"v": VERSION, "type": kind, **content})


def _sorted(commitments: Iterable[str]) -> list[str]:
    ordered = sorted(read_hex(each) for each in commitments)
    if len(set(ordered)) != len(ordered):
        raise Malformed("a commitment is listed twice")
    return ordered


def _seed(seed: str) -> str:
    if not _SEED.fullmatch(seed):
        raise Malformed("the seed of the lots is one line of at most 500 characters")
    return seed


def _text(text: str) -> str:
    if not 0 < len(text) <= MAX_TEXT:
        raise Malformed(f"the log takes a text of 1 to {MAX_TEXT} characters")
    return text


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value

"""What the open data are made from, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihaelt.votes.domain.ballots import Channel
from bihaelt.votes.domain.protocol.canonical import JSON
from bihaelt.votes.domain.protocol.leaves import Roll
from bihaelt.votes.domain.protocol.notes import Note
from bihaelt.votes.domain.supports import Electorate


@dataclass(frozen=True, slots=True)
class Opening:
    """A counted paper with what it needs to be found in the log. ``organisation`` is its public name, empty for people."""

    commitment: str
    nonce: bytes
    choice: JSON
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Turnout:
    """``roll`` as in the log's entry at close; ``channels`` says on which way its voters came.

    They add up to the voters, less those whose papers were invalidated after the close.
    """

    roll: Roll
    channels: Mapping[Channel, int]


@dataclass(frozen=True, slots=True)
class Material:
    """``openings`` has an entry for every question and electorate, an empty one where nobody voted.

    ``configuration`` and ``leaves`` are the bytes as hashed and logged. ``papers`` are the contents of Pabulib files, where the
    method has one and there are papers. ``results`` maps a question to its document (docs/open-data.md, "Trace").
    ``verifier`` is the content of ``verify/verify.py``. Nothing in here names a person or a time of casting.
    """

    configuration: bytes
    leaves: Sequence[bytes]
    checkpoints: Sequence[Note]
    openings: Mapping[tuple[str, Electorate], Sequence[Opening]]
    papers: Mapping[tuple[str, Electorate], str]
    results: Mapping[str, Mapping[str, JSON]]
    turnout: Mapping[Electorate, Turnout]
    verifier: bytes

"""Reading the public log: its entries page by page, its checkpoints with who countersigned them, and proofs."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.paging import Cursor, Page, page_of
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.commitments import prefix, read_hex
from bihaelt.votes.domain.protocol.merkle import Tree
from bihaelt.votes.domain.protocol.notes import Key
from bihaelt.votes.models import Ballot, Checkpoint, Countersignature, Leaf, Witness

BATCH = 5000
MOST_TREES = 4
# The trees of logs that proofs were asked of, by the hash of their configuration. A log only grows, so do they.
TREES: OrderedDict[str, Tree] = OrderedDict()
TREES_LOCK = threading.Lock()


class BrokenLog(Exception):
    """The entries in the database are not those that were signed. Nothing is proved then; somebody has to look."""


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A witness who signed a checkpoint."""

    name: str
    line: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The newest checkpoint of a log. ``note`` is the signed text with all lines below it."""

    size: int
    root: str
    signed_at: datetime
    note: str
    witnesses: tuple[Countersigned, ...]


def head(session: Session, ballot_id: int) -> Head | None:
    """The newest checkpoint with its countersignatures; None before the opening. One statement."""
    newest = sa.select(sa.func.max(Checkpoint.size)).where(Checkpoint.ballot_id == ballot_id).scalar_subquery()
    rows = session.execute(
        sa.select(Checkpoint, Countersignature.line, Countersignature.received_at, Witness.name)
        .outerjoin(Countersignature, Countersignature.checkpoint_id == Checkpoint.id)
        .outerjoin(Witness, Witness.id == Countersignature.witness_id)
        .where(Checkpoint.ballot_id == ballot_id, Checkpoint.size == newest)
        .order_by(Countersignature.received_at, Witness.id)
    ).all()
    if not rows:
        return None
    found: Checkpoint = rows[0].Checkpoint
    signed = tuple(Countersigned(row.name, row.line, row.received_at) for row in rows if row.line is not None)
    note = found.note + "".join(f"{each.line}\n" for each in signed)
    return Head(found.size, found.root, found.signed_at, note, signed)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: its place from 0, its kind, and its data as it was hashed."""

    position: int
    kind: str
    data: str
    commitment: str | None


def entries(session: Session, ballot_id: int, cursor: Cursor | None, size: int = 50) -> Page[Entry]:
    """A page of the log, the newest entry first. One statement."""
    query = _entries(ballot_id)
    back = cursor is not None and cursor.back
    if cursor is not None:
        here = cursor.keys[0]
        query = query.where(Leaf.position > here if back else Leaf.position < here)
    query = query.order_by(Leaf.position if back else Leaf.position.desc()).limit(size + 1)
    found = [_entry(row) for row in session.execute(query)]
    return page_of(found, size=size, cursor=cursor, keys=lambda entry: (entry.position,))


def find(session: Session, ballot_id: int, typed: str) -> Entry | None:
    """The entry of a receipt: its 64 digits or its six words. One statement; Malformed for anything else."""
    plain = typed.strip().lower()
    try:
        wanted = read_hex(plain)
    except Malformed:
        wanted = prefix(plain)
    row = session.execute(
        _entries(ballot_id).where(Leaf.commitment >= wanted, Leaf.commitment < wanted + "g").limit(1)
    ).first()
    return None if row is None else _entry(row)


def lines(session: Session, ballot_id: int, start: int = 0) -> Iterator[str]:
    """The data of all entries in order, from ``start`` on, each with its line end. Read in pieces."""
    while True:
        data = session.scalars(
            sa.select(Leaf.data)
            .where(Leaf.ballot_id == ballot_id, Leaf.position >= start)
            .order_by(Leaf.position)
            .limit(BATCH)
        ).all()
        yield from (f"{line}\n" for line in data)
        if len(data) < BATCH:
            return
        start += BATCH


def tree(session: Session, ballot: Ballot, newest: Head) -> Tree:
    """The log as a tree of at least ``newest.size`` leaves; only what this process has not read yet is read.

    Raises BrokenLog when the entries do not have the root that was signed.
    """
    with TREES_LOCK:
        known = TREES.pop(ballot.configuration_sha256, Tree())
        if len(known) < newest.size:
            known.extend(line.rstrip("\n").encode() for line in lines(session, ballot.id, len(known)))
        if len(known) < newest.size or known.root(newest.size).hex() != newest.root:
            raise BrokenLog(f"the log of {ballot.key} does not have the root that was signed at {newest.size} leaves")
        TREES[ballot.configuration_sha256] = known
        while len(TREES) > MOST_TREES:
            TREES.popitem(last=False)
        return known


def witness_keys(ballot: Ballot) -> Sequence[Key]:
    """The keys of the witnesses that the configuration of an opened ballot names."""
    document = json.loads(ballot.configuration)
    return [Key.parse(each["public_key"]) for each in document["witnesses"]]


def witness_names(ballot: Ballot) -> Sequence[str]:
    """What the witnesses of an opened ballot are called."""
    return [each["name"] for each in json.loads(ballot.configuration)["witnesses"]]


def witnesses(session: Session, *, all_: bool = False) -> Sequence[Witness]:
    """Those who watch ballots that open from now on; with ``all_`` those who left, too. One statement."""
    query = sa.select(Witness).order_by(Witness.ended_at.is_not(None), Witness.name)
    return session.scalars(query if all_ else query.where(Witness.ended_at.is_(None))).all()


def witness(session: Session, witness_id: int) -> Witness | None:
    return session.get(Witness, witness_id)


def _entries(ballot_id: int) -> Any:
    return sa.select(Leaf.position, Leaf.data, Leaf.commitment).where(Leaf.ballot_id == ballot_id)


def _entry(row: Any) -> Entry:
    return Entry(row.position, str(json.loads(row.data)["type"]), row.data, row.commitment)

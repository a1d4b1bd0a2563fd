"""Writing the public log: batches of commitments, checkpoints, and the signatures of witnesses."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol import checkpoints, leaves, merkle
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.notes import Key, Signer
from bihaelt.votes.models import (
    Ballot,
    Checkpoint,
    Countersignature,
    Leaf,
    PendingLeaf,
    Question,
    Witness,
)
from bihaelt.votes.operations.locks import lock_log

BATCH_WAIT = timedelta(minutes=30)
BATCH_LEAST = 10
"""A batch has as many commitments as so many voters who fill in every question would make."""


def append(
    session: Session, *, ballot: Ballot, entries: Sequence[leaves.Leaf], signer: Signer, now: datetime
) -> Checkpoint:
    """Add entries to the end of a ballot's log and sign what it is then. The caller holds the log's lock."""
    last = latest(session, ballot.id)
    frontier = _frontier(last)
    data = [leaves.data(entry) for entry in entries]
    session.execute(
        sa.insert(Leaf),
        [
            {
                "ballot_id": ballot.id,
                "position": frontier.size + place,
                "data": line.decode(),
                "commitment": entry.commitment if isinstance(entry, leaves.Cast) else None,
            }
            for place, (entry, line) in enumerate(zip(entries, data, strict=True))
        ],
    )
    grown = frontier.extended(data)
    note = checkpoints.Checkpoint(ballot.origin, grown.size, grown.root).signed(signer)
    checkpoint = Checkpoint(
        ballot_id=ballot.id,
        size=grown.size,
        root=grown.root.hex(),
        note=str(note),
        frontier=",".join(each.hex() for each in grown.hashes),
        signed_at=now,
    )
    session.add(checkpoint)
    session.flush()
    return checkpoint


def batch(session: Session, *, ring: KeyRing, ballot: Ballot, now: datetime) -> int:
    """Move what waits into the log, in random order: at least so many, and not sooner than 30 minutes after the last time.

    So the log's growth does not say who has just voted. Returns how many entries were added; the rest waits, at the
    latest for the close. Raises MissingKeys.
    """
    lock_log(session, ballot)
    last = latest(session, ballot.id)
    if ballot.state is not BallotState.OPEN or (last is not None and now - last.signed_at < BATCH_WAIT):
        return 0
    asked = session.scalar(sa.select(sa.func.count()).where(Question.ballot_id == ballot.id)) or 0
    waiting = session.scalar(sa.select(sa.func.count()).where(PendingLeaf.ballot_id == ballot.id)) or 0
    if waiting < BATCH_LEAST * asked:
        return 0
    entries = waiting_entries(session, ballot.id)
    append(session, ballot=ballot, entries=entries, signer=ring.signer(ballot.key, ballot.origin), now=now)
    return len(entries)


def batch_of(session: Session, *, ring: KeyRing, ballot_id: int, now: datetime) -> int:
    """The job's ``batch``."""
    return batch(session, ring=ring, ballot=session.get_one(Ballot, ballot_id), now=now)


def waiting_entries(session: Session, ballot_id: int) -> list[leaves.Leaf]:
    """Take all commitments that wait, shuffled."""
    taken = session.scalars(
        sa.delete(PendingLeaf).where(PendingLeaf.ballot_id == ballot_id).returning(PendingLeaf.commitment),
        execution_options={"synchronize_session": False},
    ).all()
    shuffled = sorted(taken)
    secrets.SystemRandom().shuffle(shuffled)
    return [leaves.Cast(commitment) for commitment in shuffled]


def latest(session: Session, ballot_id: int) -> Checkpoint | None:
    """The newest checkpoint of a ballot's log."""
    return session.scalar(
        sa.select(Checkpoint).where(Checkpoint.ballot_id == ballot_id).order_by(Checkpoint.size.desc()).limit(1)
    )


def name_witness(session: Session, *, name: str, public_key: str, by: Voice, now: datetime) -> Witness:
    """Somebody outside of the administration will watch the logs of ballots that open from now on. Raises DomainError."""
    try:
        key = Key.parse(public_key.strip())
    except Malformed:
        raise DomainError(N_("This is no public key of the form name+hash+key."), field="public_key") from None
    taken = session.scalar(
        sa.select(Witness.id).where(sa.or_(Witness.name == name, Witness.public_key == str(key))).limit(1)
    )
    if not name.strip() or taken is not None:
        raise DomainError(N_("There is a witness with this name or key already."), field="name")
    witness = Witness(name=name.strip(), public_key=str(key), named_at=now)
    session.add(witness)
    session.flush()
    record(session, act="witness.named", subject=witness, by=by, now=now, witness=witness.name)
    session.flush()
    return witness


def end_witness(session: Session, *, witness: Witness, by: Voice, now: datetime) -> None:
    """The witness watches no ballots that open later; for those that were opened, their key stands in the configuration."""
    if witness.ended_at is not None:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    witness.ended_at = now
    record(session, act="witness.ended", subject=witness, by=by, now=now, witness=witness.name)
    session.flush()


def countersign(
    session: Session, *, ballot: Ballot, size: int, line: str, witnesses: Sequence[Key], now: datetime
) -> Countersignature:
    """Keep a witness's signature line over the checkpoint with ``size`` leaves. The same one again changes nothing.

    ``witnesses``: the keys that the ballot's configuration names. Raises DomainError for a checkpoint or a key that
    is not of this log, and for a signature that does not fit.
    """
    checkpoint = session.scalar(sa.select(Checkpoint).where(Checkpoint.ballot_id == ballot.id, Checkpoint.size == size))
    if checkpoint is None:
        raise DomainError(N_("This log has no checkpoint of that size."), field="size")
    try:
        _, name = checkpoints.with_countersignature(checkpoint.note, line.strip(), witnesses)
    except Malformed:
        raise DomainError(N_("This is not the signature of a witness of this ballot."), field="line") from None
    key = next(str(each) for each in witnesses if each.name == name)
    witness = session.scalars(sa.select(Witness).where(Witness.public_key == key)).one()
    known = session.get(Countersignature, (checkpoint.id, witness.id))
    if known is not None:
        return known
    signature = Countersignature(checkpoint_id=checkpoint.id, witness_id=witness.id, line=line.strip(), received_at=now)
    session.add(signature)
    record(
        session, act="ballot.countersigned", subject=ballot, by=Voice(None, "system"), now=now, witness=witness.name,
        size=size,
    )  # fmt: skip
    session.flush()
    return signature


def _frontier(last: Checkpoint | None) -> merkle.Frontier:
    if last is None:
        return merkle.Frontier()
    return merkle.Frontier(last.size, tuple(bytes.fromhex(each) for each in last.frontier.split(",")))

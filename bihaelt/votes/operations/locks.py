"""Who waits for whom. On SQLite one writer at a time is the database's own rule; PostgreSQL is asked here.

Casts share a ballot's lock (``voters``), closing takes it alone: a receipt that was given is in the log before the log is
closed. One voter's acts follow each other, so that sixteen clicks make one paper and nobody takes a sheet while casting.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.votes.models import Ballot

BALLOTS = 0x6261  # our family of advisory locks: "ba"
SHARED = sa.text("SELECT pg_advisory_xact_lock_shared(:ballots, :ballot_id)").bindparams(ballots=BALLOTS)
ALONE = sa.text("SELECT pg_advisory_xact_lock(:ballots, :ballot_id)").bindparams(ballots=BALLOTS)


def share_ballot(session: Session, ballot_id: int) -> None:
    """Wait for a closing that runs, and keep the next one waiting until the end of the transaction."""
    if postgres(session):
        session.execute(SHARED, {"ballot_id": ballot_id})


def lock_ballot(session: Session, ballot: Ballot) -> None:
    """Wait until nobody casts in this ballot any more, and read it anew; until the end of the transaction nobody can."""
    if postgres(session):
        session.execute(ALONE, {"ballot_id": ballot.id})
    lock_log(session, ballot)


def lock_log(session: Session, ballot: Ballot) -> None:
    """Wait for others who append to this ballot's log, or change its state, and read it anew; casts go on."""
    session.refresh(ballot, with_for_update={"key_share": True})


def postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"

"""Who waits for whom. On SQLite one writer at a time is the database's own rule; PostgreSQL is asked here.

Casts share a ballot's lock, closing takes it alone: a receipt that was given is in the log before the log is closed. One
voter's acts follow each other, so that sixteen clicks make one paper and nobody takes a sheet while casting.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.votes.domain.electorates import Kind
from bihaelt.votes.models import Ballot

BALLOTS, VOTERS = 0x6261, 0x7661  # the two families of advisory locks; "ba" and "va"
KINDS = list(Kind)
VOTER = sa.text(
    "SELECT pg_advisory_xact_lock_shared(:ballots, :ballot_id), pg_advisory_xact_lock(:voters, :voter)"
).bindparams(ballots=BALLOTS, voters=VOTERS)
ALONE = sa.text("SELECT pg_advisory_xact_lock(:ballots, :ballot_id)").bindparams(ballots=BALLOTS)


def lock_voter(session: Session, ballot_id: int, kind: Kind, number: int) -> None:
    """Wait for this voter's other acts, and for a closing that runs, until the end of the transaction.

    What the transaction reads after this is what they have left. Two voters may share a lock; they only wait longer.
    """
    if postgres(session):
        session.execute(VOTER, {"ballot_id": ballot_id, "voter": (number * len(KINDS) + KINDS.index(kind)) % 2**31})


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

"""A process that casts for many voters, each in a transaction of its own, and writes down every receipt it was given.

python -m tests.votes.casting_process DATABASE KEYS BALLOT FIRST LAST FILE
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.extensions import prepare_sqlite
from bihaelt.journal.domain import Voice
from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import casting
from bihaelt.votes.queries import ballots

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def main(database: str, folder: str, ballot_id: int, first: int, last: int, receipts: str) -> None:
    engine = sa.create_engine(database)
    prepare_sqlite(engine)
    with Session(engine, expire_on_commit=False) as session, Path(receipts).open("a") as file:
        ballot = session.get_one(Ballot, ballot_id)
        asked = ballots.questions(session, ballot)[0]
        session.commit()
        for number in range(first, last + 1):
            session.connection(execution_options={"writing": True})
            receipt = casting.cast(
                session, ring=KeyRing(Path(folder)), ballot=ballot, voter=Voter(Kind.VERIFICATION, number), by=Voice(None),
                choices={asked.key: [asked.options[number % 3].key]}, now=NOW,
            )  # fmt: skip
            session.commit()
            file.write(f"{number} {receipt.commitments[asked.key]}\n")
            file.flush()


if __name__ == "__main__":
    database, folder, *numbers, receipts = sys.argv[1:]
    main(database, folder, *map(int, numbers), receipts)

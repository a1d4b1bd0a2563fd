"""Writing the urn, in as few statements as there are kinds of things to write, however many questions a ballot has.

What is written here is all that a cast leaves. That each new commitment waits for the log, and each one that counts no
more is remembered for the close, the database sees to by itself (migration 0004).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.domain.electorates import Kind, Voter
from bihaelt.votes.models import SHARDS, Unfinished
from bihaelt.votes.operations import straight

NOTHING: Mapping[str, Any] = {"choice": None, "nonce": None, "commitment": None, "draft": None}
WHICH = ("question_id", "pseudonym")
CHANGED = ("state", "channel", "choice", "draft", "nonce", "commitment")
NEW = (*WHICH, "electorate", "organisation_id", *CHANGED)
WHOSE: Mapping[Kind, str] = {
    Kind.VERIFICATION: "verification_id",
    Kind.CODE: "code_id",
    Kind.ORGANISATION: "organisation_id",
}


@dataclass(slots=True)
class Changes:
    """What one act will write. ``standing``: the commitments that count afterwards, by question key."""

    new: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    casts: int = 0

    def put(self, row: dict[str, Any], values: Mapping[str, Any]) -> None:
        """Write ``values`` to the paper of ``row``, which may be there already; ticks alone leave the choice as it is."""
        if not row.pop("known"):
            self.new.append({**NOTHING, **row, **values})
        else:
            which = {name: row[name] for name in WHICH}
            (self.papers if "choice" in values else self.drafts).append({**which, **values})


def write(session: Session, changes: Changes, turnout: Mapping[str, Any] | None = None) -> None:
    """New papers in one statement, changed ones in another, ticks in a third; most acts have one of these.

    ``turnout``: what ``counted`` gives, to be added up with them; on PostgreSQL in the same statement as new papers.
    """
    connection = session.connection()
    if changes.new:
        together = turnout if connection.dialect.name == "postgresql" else None
        _insert_papers(connection, changes.new, together)
        turnout = None if together is not None else turnout
    if changes.papers:
        connection.execute(CHANGE, changes.papers)
    if changes.drafts:
        connection.execute(TICK, changes.drafts)
    if turnout is not None:
        straight.run(connection, TURNOUT, {**turnout, "hour": straight.stored(connection, turnout["hour"])})


THESE = " AND ".join(f"{name} = :{name}" for name in WHICH)
CHANGE = sa.text(f"UPDATE paper SET {', '.join(f'{name} = :{name}' for name in CHANGED)} WHERE {THESE}")  # noqa: S608  names of our own
TICK = sa.text(f"UPDATE paper SET draft = :draft WHERE {THESE}")  # noqa: S608
COUNTED = ("ballot_id", "electorate", "channel", "hour", "account_age", "network", "shard", "voters", "casts")
TURNOUT = sa.text(
    f"INSERT INTO turnout_hour ({', '.join(COUNTED)}) VALUES ({', '.join(f':{name}' for name in COUNTED)}) "  # noqa: S608
    f"ON CONFLICT ({', '.join(COUNTED[:7])}) DO UPDATE SET voters = turnout_hour.voters + excluded.voters, "
    "casts = turnout_hour.casts + excluded.casts"
)
INSERT = f"INSERT INTO paper ({', '.join(NEW)})"
TYPES = {"question_id": "integer", "organisation_id": "integer"}
GIVEN = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in NEW)
# To a server one value travels quicker than a hundred, and the turnout comes along.
AS_JSON = sa.text(f"{INSERT} SELECT {', '.join(NEW)} FROM json_to_recordset(CAST(:papers AS json)) AS given ({GIVEN})")  # noqa: S608
COUNTING = sa.text(f"WITH counted AS ({TURNOUT}) {AS_JSON}")


def _insert_papers(
    connection: sa.Connection, papers: Sequence[Mapping[str, Any]], turnout: Mapping[str, Any] | None
) -> None:
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql(_inserting(len(papers)), tuple(paper[name] for paper in papers for name in NEW))
    elif turnout is None:
        straight.run(connection, AS_JSON, {"papers": json.dumps(papers)})
    else:
        hour = straight.stored(connection, turnout["hour"])
        straight.run(connection, COUNTING, {**turnout, "hour": hour, "papers": json.dumps(papers)})


@cache
def _inserting(papers: int) -> str:
    row = f"({', '.join('?' * len(NEW))})"
    return f"{INSERT} VALUES {', '.join([row] * papers)}"


def counted(
    *, ballot_id: int, voter: Voter, account_age: str, voters: int, network: str, now: datetime
) -> Mapping[str, Any]:
    """Counts only: so many voters more or fewer, and one more act, in this hour. ``network`` is a keyed hash or empty."""
    return {
        "ballot_id": ballot_id,
        "electorate": voter.electorate.value,
        "channel": voter.channel.value,
        "hour": now.replace(minute=0, second=0, microsecond=0),
        "account_age": account_age,
        "network": network,
        "shard": secrets.randbelow(SHARDS),
        "voters": voters,
        "casts": 1,
    }


def note_unfinished(
    session: Session, *, ballot_id: int, voter: Voter, is_open: bool, was_open: bool, now: datetime
) -> None:
    """Remember that somebody has ticks that are not cast, or that they no longer have. Often there is nothing to do."""
    column, table = WHOSE[voter.kind], Unfinished.__table__
    if is_open:
        session.connection().execute(
            _insert(session.get_bind().dialect.name, table).on_conflict_do_nothing(),
            {"ballot_id": ballot_id, column: voter.id, "since": now},
        )
    elif was_open:
        session.connection().execute(
            sa.delete(Unfinished).where(Unfinished.ballot_id == ballot_id, getattr(Unfinished, column) == voter.id)
        )


def _insert(dialect: str, table: Any) -> Any:
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def state_without(state: PaperState) -> PaperState:
    """The state of a paper whose choice is taken away."""
    return PaperState.DRAFT if state is PaperState.DRAFT else PaperState.WITHDRAWN

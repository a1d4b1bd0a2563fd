"""Writing the urn, in as few statements as there are kinds of things to write, however many questions a ballot has.

What is written here is all that a cast leaves. That each new commitment waits for the log, and each one that counts no
more is remembered for the close, the database sees to by itself (migration 0004).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bihaelt.extensions import UtcDateTime
from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.domain.electorates import Kind, Voter
from bihaelt.votes.models import SHARDS, Paper, Unfinished

NOTHING: Mapping[str, Any] = {"choice": None, "nonce": None, "commitment": None, "draft": None}
NEW = (
    "id", "question_id", "electorate", "pseudonym", "organisation_id", "state", "channel", "choice", "draft", "nonce",
    "commitment",
)  # fmt: skip
CHANGED = ("state", "channel", "choice", "draft", "nonce", "commitment")
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
        elif "choice" in values:
            self.papers.append({"id": row["id"], **values})
        else:
            self.drafts.append({"paper": row["id"], **values})


TABLE: Any = Paper.__table__
TICKS = sa.update(TABLE).where(TABLE.c.id == sa.bindparam("paper")).values(draft=sa.bindparam("draft"))


def write(session: Session, changes: Changes, turnout: Mapping[str, Any] | None = None) -> None:
    """New papers in one statement, changed ones in another, ticks in a third; most acts have one of these.

    ``turnout``: what ``counted`` gives, to be added up with them; on PostgreSQL in the same statement.
    """
    connection = session.connection()
    dialect = connection.dialect.name
    for rows, names, statement in ((changes.new, NEW, INSERT), (changes.papers, ("id", *CHANGED), UPDATE)):
        if rows:
            together = turnout if dialect == "postgresql" else None
            prepared = _prepared(dialect, statement, names, together is not None)
            connection.execute(prepared, {"papers": json.dumps(rows), **(together or {})})
            turnout = None if together is not None else turnout
    if changes.drafts:
        connection.execute(TICKS, changes.drafts)
    if turnout is not None:
        connection.execute(TURNOUT, dict(turnout))


# Papers travel as one JSON value: a statement with a hundred placeholders costs more to read than to carry out.
INSERT = f"INSERT INTO paper ({', '.join(NEW)}) SELECT {', '.join(NEW)} FROM {{given}} AS given"  # noqa: S608  names of our own
UPDATE = (
    f"UPDATE paper SET {', '.join(f'{name} = given.{name}' for name in CHANGED)} FROM {{given}} AS given "  # noqa: S608
    "WHERE paper.id = given.id"
)
TYPES = {"id": "bigint", "question_id": "integer", "organisation_id": "integer"}
COUNTED = ("ballot_id", "electorate", "channel", "hour", "account_age", "network", "shard", "voters", "casts")
ADDING = (
    f"INSERT INTO turnout_hour ({', '.join(COUNTED)}) VALUES ({', '.join(f':{name}' for name in COUNTED)}) "  # noqa: S608
    f"ON CONFLICT ({', '.join(COUNTED[:7])}) DO UPDATE SET voters = turnout_hour.voters + excluded.voters, "
    "casts = turnout_hour.casts + excluded.casts"
)
HOUR: Any = sa.bindparam("hour", type_=UtcDateTime())
TURNOUT = sa.text(ADDING).bindparams(HOUR)


@cache
def _prepared(dialect: str, statement: str, names: tuple[str, ...], counting: bool) -> sa.TextClause:
    if dialect == "postgresql":
        columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in names)
        text = statement.replace("{given} AS given", f"json_to_recordset(CAST(:papers AS json)) AS given ({columns})")
    else:
        columns = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in names)
        text = statement.replace("{given}", f"(SELECT {columns} FROM json_each(:papers))")  # noqa: S608
    return sa.text(f"WITH counted AS ({ADDING}) {text}").bindparams(HOUR) if counting else sa.text(text)


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

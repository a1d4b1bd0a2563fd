"""All data of one person, table by table."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.extensions import db
from bihaelt.outbox.models import Letter
from bihaelt.privacy.domain import RULES
from bihaelt.texts.models import TextVersion

# Hashes and secrets prove things to us; they tell the person nothing and would help a thief.
LEFT_OUT = {
    "password_hash",
    "token_hash",
    "code_hash",
    "person_hash",
    "subject_hash",
    "totp_secret",
    "totp_last_step",
    "name_key",
    "nonce",
}
Rows = Sequence[Mapping[str, Any]]


def everything_of(session: Session, account_id: int) -> Mapping[str, Rows]:
    """Table name -> rows of the person: the account itself, each table of the rules, the letters, and the words of
    every text that belongs to an own proposal, comment or statement. One statement per table.
    """
    found: dict[str, Rows] = {"account": rows_where(session, Account.__table__, Account.id == account_id)}
    for (name, column), rule in RULES.items():
        if rule.exported:
            table = db.metadata.tables[name]
            found[name] = rows_where(session, table, table.c[column] == account_id)
    found["letter"] = rows_where(session, Letter.__table__, Letter.account_id == account_id)
    found["text_version"] = [*found["text_version"], *words_of(session, found)]
    return found


def words_of(session: Session, found: Mapping[str, Rows]) -> Rows:
    """The versions by others (translations) of the person's own texts."""
    ids = {row["text_id"] for name in ("proposal", "comment", "statement") for row in found[name]}
    known = {row["id"] for row in found["text_version"]}
    rows = rows_where(session, TextVersion.__table__, TextVersion.text_id.in_(ids))
    return [row for row in rows if row["id"] not in known]


def rows_where(session: Session, table: sa.FromClause, condition: sa.ColumnElement[bool]) -> Rows:
    columns = [column for column in table.c if column.name not in LEFT_OUT]
    rows = session.execute(sa.select(*columns).where(condition).order_by(*table.primary_key))
    return [dict(row) for row in rows.mappings()]

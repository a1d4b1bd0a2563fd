"""The urn: papers under pseudonyms, without a time and without an order. No table here knows a person.

Rows of people have random keys and, on SQLite, no hidden row number: nobody can read from them who came first.
"""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.votes.domain.ballots import Channel, PaperState
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models.ballots import Ballot, Question

BY_NAME = "organisation_id IS NOT NULL"
NO_ORDER = {"sqlite_with_rowid": False}
SHARDS = 16
"""Counters that many people raise at the same time are spread over so many rows, and read as their sum."""


def random_name() -> str:
    """What stands in the place of a pseudonym where nobody is behind it."""
    return secrets.token_hex(32)


class Paper(db.Model):
    """One voter's paper in one question. ``choice`` and ``draft`` are canonical JSON; ``draft`` holds ticks not yet cast.

    ``pseudonym`` differs in every question. It is made with the ballot's pepper for people, and drawn at random for
    organisations, whose papers are public by name; when the objection period is over, it is drawn anew for all.
    ``nonce`` and ``commitment`` belong to ``choice`` and are hexadecimal; that no commitment comes twice, the log and its
    waiting list see to. Every index here is one more page to write for each question of a cast.
    """

    __tablename__ = "paper"
    __table_args__ = (
        sa.Index(
            "uq_paper_organisation", "question_id", "organisation_id", unique=True,
            sqlite_where=sa.text(BY_NAME), postgresql_where=sa.text(BY_NAME),
        ),
        sa.CheckConstraint("(electorate = 'organisations') = (organisation_id IS NOT NULL)", name="voice"),
        sa.CheckConstraint(
            "(state IN ('cast', 'invalidated')) = (choice IS NOT NULL AND nonce IS NOT NULL AND commitment IS NOT NULL)",
            name="cast",
        ),
        sa.CheckConstraint("(state = 'invalidated') = (invalid_reason IS NOT NULL)", name="invalidated"),
        NO_ORDER,
    )  # fmt: skip

    question_id: Mapped[int] = mapped_column(sa.ForeignKey(Question.id), primary_key=True, autoincrement=False)
    pseudonym: Mapped[str] = mapped_column(sa.String(64), primary_key=True, default=random_name)
    electorate: Mapped[Electorate] = mapped_column(closed_set(Electorate, "electorate"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id))
    state: Mapped[PaperState] = mapped_column(closed_set(PaperState, "state"))
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"))
    choice: Mapped[str | None] = mapped_column(sa.Text)
    draft: Mapped[str | None] = mapped_column(sa.Text)
    nonce: Mapped[str | None] = mapped_column(sa.String(64))
    commitment: Mapped[str | None] = mapped_column(sa.String(64))
    invalid_reason: Mapped[str | None] = mapped_column(sa.Text)


class Replaced(db.Model):
    """Commitments that were cast and count no more; listed in the log at the close. Added by the database itself, never removed."""

    __tablename__ = "replaced"
    __table_args__ = (NO_ORDER,)

    ballot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class PendingLeaf(db.Model):
    """Commitments that were promised in a receipt and wait for the next batch of the log, in no order. Added by the database itself."""

    __tablename__ = "pending_leaf"
    __table_args__ = (NO_ORDER,)

    ballot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class TurnoutHour(db.Model):
    """Counts only. ``voters`` is net (who withdraws everything is taken off again), ``casts`` counts every act.

    ``account_age`` is one of day, week, month, older, or empty where there is no account. ``network`` is a hash, made with
    the pepper and new on each day, or empty: no address is kept. With the pepper it is emptied, too.
    """

    __tablename__ = "turnout_hour"

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id), primary_key=True)
    electorate: Mapped[Electorate] = mapped_column(closed_set(Electorate, "electorate"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    account_age: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    network: Mapped[str] = mapped_column(sa.String(16), primary_key=True, default="")
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voters: Mapped[int]
    casts: Mapped[int]


class PaperEntry(db.Model):
    """A sheet as one person typed it in: twice by two people, and a third time where the two differ.

    ``sheet`` is the pseudonym of the sheet's code, which was handed out without noting to whom. ``typed_by_id`` is
    staff, never the voter. ``choices`` (question key: choice) are emptied with the pseudonyms.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "sheet", "part"),
        sa.CheckConstraint("part IN ('first', 'second', 'settled')", name="part"),
        sa.Index("ix_paper_entry_open", "ballot_id", "is_done", "sheet"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    sheet: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[str] = mapped_column(sa.String(90))
    part: Mapped[str] = mapped_column(sa.String(10))
    choices: Mapped[str] = mapped_column(sa.Text)
    is_done: Mapped[bool] = mapped_column(default=False)
    typed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    typed_at: Mapped[datetime]

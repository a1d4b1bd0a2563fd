"""The public log, who watches it, what was taken out of the count, and who vouches for the result."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.domain import Role
from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.votes.models.ballots import Ballot, Question
from bihaelt.votes.models.roll import CodeBatch, Verification, VotingCode


class Leaf(db.Model):
    """An entry of the log: ``position`` from 0, ``data`` canonical JSON. Only ever added to (migration 0004)."""

    __tablename__ = "leaf"
    __table_args__ = (
        sa.Index("uq_leaf_commitment", "ballot_id", "commitment", unique=True),
        sa.CheckConstraint("position >= 0", name="position"),
    )

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[str] = mapped_column(sa.Text)
    commitment: Mapped[str | None] = mapped_column(sa.String(64))


class Checkpoint(db.Model):
    """The log's length and root, signed by the log. ``frontier`` holds the hashes (hex, comma between) to go on from."""

    __tablename__ = "checkpoint"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "size"), sa.CheckConstraint("size > 0", name="size"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.Text)
    frontier: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime]


class Witness(db.Model):
    """Somebody outside of the administration who countersigns the log. ``public_key`` is name+hash+base64."""

    __tablename__ = "witness"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Countersignature(db.Model):
    """A witness's signature line below a checkpoint."""

    __tablename__ = "countersignature"

    checkpoint_id: Mapped[int] = mapped_column(sa.ForeignKey(Checkpoint.id), primary_key=True)
    witness_id: Mapped[int] = mapped_column(sa.ForeignKey(Witness.id), primary_key=True)
    line: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime]
    witness: Mapped[Witness] = relationship()


class Invalidation(db.Model):
    """Votes that one person wants to take out of the count and another has to agree to.

    Whose they are stands here only until the second person has answered; from then on the row knows how many papers
    it took out and why, and the log names their commitments. The two are never in one row.
    """

    __tablename__ = "invalidation"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("answered_by_id IS NULL OR answered_by_id <> asked_by_id", name="four_eyes"),
        sa.CheckConstraint("(is_confirmed IS NULL) = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verification_id IS NOT NULL OR code_id IS NOT NULL OR batch_id IS NOT NULL "
            "OR organisation_id IS NOT NULL)",
            name="forgotten",
        ),
        sa.Index("ix_invalidation_ballot", "ballot_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    verification_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Verification.id))
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey(VotingCode.id))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey(CodeBatch.id))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id))
    reason: Mapped[str] = mapped_column(sa.Text)
    papers: Mapped[int] = mapped_column(default=0)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    is_confirmed: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]


class Count(db.Model):
    """A question counted: ``result`` is canonical JSON with the traces of people, organisations and the decision.

    Counting again adds a row with the next ``run``; the earlier ones stay, so that a corrected figure can be compared.
    ``is_explained``: what would have been enough was searched, too, which takes the worker minutes in a large vote.
    """

    __tablename__ = "ballot_count"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "run"),
        sa.CheckConstraint("spent_eur >= 0 AND left_eur >= 0", name="money"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey(Question.id))
    run: Mapped[int]
    result: Mapped[str] = mapped_column(sa.Text)
    spent_eur: Mapped[int] = mapped_column(sa.BigInteger)
    left_eur: Mapped[int] = mapped_column(sa.BigInteger)
    counted_at: Mapped[datetime]
    is_explained: Mapped[bool] = mapped_column(default=True)


class Certification(db.Model):
    """A counter vouches for one run of the count: two people, two roles. ``result_sha256`` is the hash of all results."""

    __tablename__ = "certification"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "run", "role"),
        sa.UniqueConstraint("ballot_id", "run", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    run: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    result_sha256: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]

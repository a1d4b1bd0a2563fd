"""Funding programmes, the check of each measure, and what becomes of applications."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.funding.domain import HELD, FundingState, Level
from bihaelt.measures.domain import FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.topics.models import Cluster


class Programme(db.Model):
    """A funding programme (R40); its name is a proper name. The years are inclusive, the own share in percent.

    ``deadline``: the last day for applications (None: at any time). ``early_start``: a measure that begins before its
    grant needs permission. ``proof_months``: how long after the end of a grant its use is to be proved.
    """

    __tablename__ = "programme"
    __table_args__ = (
        sa.CheckConstraint("last_year >= first_year", name="years"),
        sa.CheckConstraint("own_share BETWEEN 0 AND 100", name="own_share"),
        sa.CheckConstraint("proof_months BETWEEN 0 AND 60", name="proof_months"),
        sa.Index("ix_programme_name", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    level: Mapped[Level] = mapped_column(closed_set(Level, "level"))
    first_year: Mapped[int]
    last_year: Mapped[int]
    own_share: Mapped[int]
    deadline: Mapped[date | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    contact: Mapped[str] = mapped_column(sa.String(300), default="")
    early_start: Mapped[bool] = mapped_column(default=True)
    proof_months: Mapped[int] = mapped_column(default=6)
    ended_on: Mapped[date | None]
    changed_at: Mapped[datetime | None]


class ProgrammePurpose(db.Model):
    __tablename__ = "programme_purpose"

    programme_id: Mapped[int] = mapped_column(sa.ForeignKey(Programme.id, ondelete="CASCADE"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), primary_key=True, index=True)


class Check(db.Model):
    """Whether a programme fits a measure (R39): open until somebody has said so, with a reason.

    Without a programme it is about the whole catalogue: nothing in it fits, or somebody still has to look.
    """

    __tablename__ = "programme_check"
    __table_args__ = (
        sa.CheckConstraint(
            "state = 'open' OR (reason <> '' AND checked_on IS NOT NULL)", name="reason"
        ),
        sa.CheckConstraint("programme_id IS NOT NULL OR state <> 'suitable'", name="programme"),
        sa.Index("uq_programme_check_pair", "measure_id", "programme_id", unique=True),
        sa.Index(
            "uq_programme_check_all", "measure_id", unique=True, sqlite_where=sa.text("programme_id IS NULL"),
            postgresql_where=sa.text("programme_id IS NULL"),
        ),
        sa.Index("ix_programme_check_remind", "state", "remind_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Programme.id), index=True)
    state: Mapped[FundingCheck] = mapped_column(closed_set(FundingCheck, "state"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    checked_on: Mapped[date | None]
    remind_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    programme: Mapped[Programme | None] = relationship()


def _in(states: frozenset[FundingState]) -> str:
    return f"state IN ({', '.join(repr(state.value) for state in sorted(states))})"


class Funding(db.Model):
    """What a programme pays, or may pay, for a measure: an application, and then a grant. Money in cents, years inclusive.

    ``cents``: planned or applied for; ``granted_cents`` as the grant notice (``reference``) says, for ``starts_on`` to
    ``ends_on``; of it ``drawn_cents`` were called up. ``own_share`` is the programme's percentage when it was planned.
    ``cost_item`` empty: the whole measure.
    """

    __tablename__ = "funding"
    __table_args__ = (
        sa.CheckConstraint("cents >= 0", name="cents"),
        sa.CheckConstraint("own_share BETWEEN 0 AND 99", name="own_share"),
        sa.CheckConstraint("last_year >= first_year", name="years"),
        sa.CheckConstraint("state = 'planned' OR applied_on IS NOT NULL", name="applied"),
        sa.CheckConstraint("state IN ('planned', 'applied') OR decided_on IS NOT NULL", name="decided"),
        sa.CheckConstraint(f"({_in(HELD)}) = (granted_cents IS NOT NULL)", name="granted"),
        sa.CheckConstraint(
            "granted_cents IS NULL OR (granted_cents > 0 AND reference <> '' AND starts_on IS NOT NULL"
            " AND ends_on IS NOT NULL AND ends_on >= starts_on)",
            name="notice",
        ),
        sa.CheckConstraint("drawn_cents >= 0 AND drawn_cents <= COALESCE(granted_cents, 0)", name="drawn"),
        sa.CheckConstraint("state <> 'drawn' OR drawn_cents > 0", name="drawn_something"),
        sa.CheckConstraint(
            "state NOT IN ('proof_due', 'proof_submitted', 'settled') OR proof_due_on IS NOT NULL", name="proof_due"
        ),
        sa.CheckConstraint(
            "state NOT IN ('proof_submitted', 'settled') OR proof_submitted_on IS NOT NULL", name="proof_submitted"
        ),
        sa.CheckConstraint("state NOT IN ('settled', 'reclaimed') OR closed_on IS NOT NULL", name="closed"),
        sa.CheckConstraint(
            "reclaimed_cents >= 0 AND reclaimed_cents <= drawn_cents AND (state = 'reclaimed') = (reclaimed_cents > 0)",
            name="reclaimed",
        ),
        sa.CheckConstraint("state NOT IN ('refused', 'reclaimed') OR reason <> ''", name="reason"),
        # What was refused may be applied for again.
        sa.Index(
            "uq_funding_item", "measure_id", "programme_id", "cost_item", unique=True,
            sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"),
        ),
        sa.Index("ix_funding_measure", "measure_id", "state"),
        sa.Index("ix_funding_proof", "state", "proof_due_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey(Programme.id), index=True)
    cost_item: Mapped[str] = mapped_column(sa.String(100), default="")
    first_year: Mapped[int]
    last_year: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    own_share: Mapped[int] = mapped_column(default=0)
    state: Mapped[FundingState] = mapped_column(closed_set(FundingState, "state"))
    applied_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    granted_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    reference: Mapped[str] = mapped_column(sa.String(100), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    early_start_on: Mapped[date | None]
    early_start_reference: Mapped[str] = mapped_column(sa.String(100), default="")
    drawn_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    proof_due_on: Mapped[date | None]
    proof_submitted_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    reclaimed_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    changed_at: Mapped[datetime]
    programme: Mapped[Programme] = relationship()

    @property
    def counted(self) -> int:
        """The cents that count as this programme's share of the cost."""
        return (self.cents if self.granted_cents is None else self.granted_cents) - self.reclaimed_cents

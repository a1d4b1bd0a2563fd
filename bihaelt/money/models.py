"""The money of the plan: budgets per cluster and year, accounts per measure and year, and bookings that only grow.

Every amount is integer cents. People who booked carry no foreign key: a booking outlives an erased account.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.funding.models import Funding
from bihaelt.measures.models import Measure
from bihaelt.money.domain import (
    OPEN_COMMITMENTS,
    BookingKind,
    BudgetState,
    CommitmentState,
    MoneyKind,
    PoolKind,
    RequestKind,
    Step,
    TransferState,
)
from bihaelt.money.domain.finance_csv import ImportState, RowState
from bihaelt.topics.models import Cluster


class ClusterBudget(db.Model):
    """What the council gave a cluster for a year, in cents (R36). This row is locked first by every booking (B15)."""

    __tablename__ = "cluster_budget"
    __table_args__ = (
        sa.UniqueConstraint("cluster_id", "year"),
        sa.CheckConstraint("cents >= 0", name="cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id))
    year: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[BudgetState] = mapped_column(closed_set(BudgetState, "state"), default=BudgetState.PLANNED)
    kind: Mapped[MoneyKind] = mapped_column(closed_set(MoneyKind, "kind"), default=MoneyKind.CONSUMPTIVE)
    product_group: Mapped[str] = mapped_column(sa.String(8), default="")


class Pool(db.Model):
    """Clusters whose money covers each other (R37): within one, in both directions; or from one to another only."""

    __tablename__ = "pool"
    __table_args__ = (
        sa.UniqueConstraint("from_cluster_id", "to_cluster_id", "first_year"),
        sa.CheckConstraint("(kind = 'mutual') = (from_cluster_id = to_cluster_id)", name="direction"),
        sa.CheckConstraint("last_year IS NULL OR last_year >= first_year", name="years"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PoolKind] = mapped_column(closed_set(PoolKind, "kind"))
    from_cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id))
    to_cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), index=True)
    first_year: Mapped[int]
    last_year: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")


class MoneyAccount(db.Model):
    """The sums of a measure in a year: maintained with each booking, locked before it, counted anew each night.

    ``bound`` is all that was ever committed, ``settled`` the part of it that expenses have used; open = bound - settled.
    ``own_free`` is what is left of the city's own money. The cluster is the one whose budget pays.
    """

    __tablename__ = "money_account"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "year"),
        # The sums of the board are read from this index alone.
        sa.Index(
            "ix_money_account_sums", "year", "cluster_id", "allocated", "transfers_in", "transfers_out", "carried",
            "bound", "settled", "actual",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), index=True)
    year: Mapped[int]
    kind: Mapped[MoneyKind] = mapped_column(closed_set(MoneyKind, "kind"))
    allocated: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    transfers_in: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    transfers_out: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    carried: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    bound: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    settled: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    actual: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    own_free: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    measure: Mapped[Measure] = relationship()


class Commitment(db.Model):
    """Money that a contract binds in one year; a contract over several years is one row for each (B9).

    ``funding_id`` names the grant that pays, None is the city's own money. ``ve`` is the reference of the
    authorisation for later years (Verpflichtungsermächtigung).
    """

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint("cents > 0 AND settled_cents >= 0 AND settled_cents <= cents", name="cents"),
        sa.Index("ix_commitment_list", "state", "id"),
        sa.Index("ix_commitment_measure", "measure_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id))
    year: Mapped[int] = mapped_column(index=True)
    funding_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Funding.id), index=True)
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    settled_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    state: Mapped[CommitmentState] = mapped_column(closed_set(CommitmentState, "state"))
    contract: Mapped[str] = mapped_column(sa.String(200), default="")
    ve: Mapped[str] = mapped_column(sa.String(80), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    measure: Mapped[Measure] = relationship()

    @property
    def open_cents(self) -> int:
        """What no expense has used yet; nothing once the rest was released."""
        return self.cents - self.settled_cents if self.state in OPEN_COMMITMENTS else 0


class Transfer(db.Model):
    """A request that needs four eyes: a transfer, an allocation above the plan, or a carry-forward.

    ``way`` holds the steps in order, separated by blanks; ``next_step`` is the one that is due. A carry-forward goes
    from ``year`` to ``year + 1`` of the same measure; an allocation has no measure that it comes from.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        sa.CheckConstraint("cents > 0", name="cents"),
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("(kind = 'allocation') = (from_id IS NULL)", name="origin"),
        sa.CheckConstraint("kind = 'transfer' OR from_id IS NULL OR from_id = to_id", name="carry"),
        sa.CheckConstraint("(next_step IS NULL) = (state NOT IN ('requested', 'checked'))", name="step"),
        sa.CheckConstraint("(state = 'booked') = (booked_at IS NOT NULL)", name="booked"),
        sa.Index("ix_transfer_due", "next_step", "due_on", "id"),
        sa.Index("ix_transfer_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(closed_set(RequestKind, "kind"))
    year: Mapped[int]
    from_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Measure.id), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id), index=True)
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    rule: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[TransferState] = mapped_column(closed_set(TransferState, "state"))
    way: Mapped[str] = mapped_column(sa.String(80))
    next_step: Mapped[Step | None] = mapped_column(closed_set(Step, "next_step"))
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    requested_at: Mapped[datetime]
    due_on: Mapped[date]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(sa.Text, default="")
    booked_at: Mapped[datetime | None]
    from_measure: Mapped[Measure | None] = relationship(foreign_keys=[from_id])
    to_measure: Mapped[Measure] = relationship(foreign_keys=[to_id])
    approvals: Mapped[list["Approval"]] = relationship(order_by="Approval.id", viewonly=True)

    @property
    def asked_cluster_id(self) -> int | None:
        """The cluster whose budget holder is asked now: first the one that gives, then the one that gets; None for others."""
        if self.next_step is Step.HOLDER:
            return (self.from_measure or self.to_measure).cluster_id
        return self.to_measure.cluster_id if self.next_step is Step.OTHER_HOLDER else None


class Approval(db.Model):
    """A pair of eyes that said yes to a request. The council's yes carries the number of its paper."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.UniqueConstraint("transfer_id", "step"),
        sa.UniqueConstraint("transfer_id", "by_id"),
        sa.CheckConstraint("step <> 'council' OR paper <> ''", name="paper"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey(Transfer.id, ondelete="CASCADE"))
    step: Mapped[Step] = mapped_column(closed_set(Step, "step"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    paper: Mapped[str] = mapped_column(sa.String(60), default="")


class Booking(db.Model):
    """One line of the money, never changed and never removed: a wrong one is answered by its counter entry (B16).

    ``cents`` is signed; ``counter_of_id`` names the booking that this one takes back, ``part_of_id`` the expense by
    which a commitment was settled. ``import_key`` is the line of
    the finance system's file from which it came, so that the same file changes nothing when it comes again.
    """

    __tablename__ = "booking"
    __table_args__ = (
        sa.CheckConstraint("cents <> 0", name="cents"),
        sa.Index("ix_booking_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(MoneyAccount.id))
    kind: Mapped[BookingKind] = mapped_column(closed_set(BookingKind, "kind"))
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    on: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    funding_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Funding.id), index=True)
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Commitment.id), index=True)
    transfer_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Transfer.id), index=True)
    counter_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("booking.id"), unique=True)
    part_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("booking.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(200), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    import_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    account: Mapped[MoneyAccount] = relationship()


class MoneySetting(db.Model):
    """The one row of the city's own thresholds."""

    __tablename__ = "money_setting"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one"),
        sa.CheckConstraint("treasury_if_over >= 0 AND council_if_over >= treasury_if_over", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    treasury_if_over: Mapped[int] = mapped_column(sa.BigInteger)
    council_if_over: Mapped[int] = mapped_column(sa.BigInteger)


class FinanceImport(db.Model):
    """One file of the finance system: shown first, then booked as a whole or not at all, and taken back as a whole.

    ``sha256`` is that of the file. ``cents`` is the sum of the rows that can be booked, or were.
    """

    __tablename__ = "finance_import"
    __table_args__ = (
        sa.CheckConstraint("(state = 'preview') = (booked_at IS NULL)", name="booked"),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone"),
        sa.CheckConstraint("state <> 'undone' OR reason <> ''", name="reason"),
        sa.CheckConstraint("state = 'preview' OR faults = 0", name="faults"),
        sa.Index("ix_finance_import_state", "state", "uploaded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[ImportState] = mapped_column(closed_set(ImportState, "state"))
    rows: Mapped[int]
    fresh: Mapped[int]
    known: Mapped[int]
    faults: Mapped[int]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    booked_at: Mapped[datetime | None]
    booked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class FinanceRow(db.Model):
    """A line of such a file; what could not be read is empty. ``fault`` is a message with its values: what to do."""

    __tablename__ = "finance_row"
    __table_args__ = (
        sa.CheckConstraint("(state = 'fault') = (fault <> '')", name="fault"),
        sa.CheckConstraint("(state IN ('booked', 'undone')) = (booking_id IS NOT NULL)", name="booking"),
        # The same document is never booked twice, not even by two people at once.
        sa.Index(
            "uq_finance_row_document", "year", "document", unique=True, sqlite_where=sa.text("state = 'booked'"),
            postgresql_where=sa.text("state = 'booked'"),
        ),
        sa.Index("ix_finance_row_list", "import_id", "state", "line"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey(FinanceImport.id, ondelete="CASCADE"))
    line: Mapped[int]
    raw: Mapped[str] = mapped_column(sa.String(500))
    document: Mapped[str] = mapped_column(sa.String(60))
    on: Mapped[date | None]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    year: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.String(200), default="")
    commitment: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[RowState] = mapped_column(closed_set(RowState, "state"))
    fault: Mapped[str] = mapped_column(sa.Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    measure_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Measure.id), index=True)
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Commitment.id), index=True)
    booking_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Booking.id), unique=True)

"""Reading accounts, bookings and commitments of measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.funding.models import Funding, Programme
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BookingKind, CommitmentState, MoneyKind
from bihaelt.money.domain.facts import Sums
from bihaelt.money.domain.ledger import SUMS
from bihaelt.money.models import Booking, Commitment, MoneyAccount
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

NONE = Sums()
A = MoneyAccount


@dataclass(frozen=True, slots=True)
class AccountRow(Sums):
    """An account for reading: a measure in a year, in cents. Open, used, given, available and movable come with it."""

    measure_id: int = 0
    year: int = 0
    cluster_id: int = 0
    kind: MoneyKind = MoneyKind.CONSUMPTIVE


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in words for citizens: when, what, how much, from where, and why. ``programme`` None: own money.

    ``other`` is the number of the measure on the other side of a transfer; ``corrected``: a counter entry takes it back.
    """

    id: int
    on: date
    at: datetime
    year: int
    kind: BookingKind
    cents: int
    programme: str | None
    reference: str
    reason: str
    counter_of: int | None
    corrected: bool
    measure_id: int
    number: str
    title: Shown
    transfer_id: int | None = None


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    id: int
    measure_id: int
    number: str
    title: Shown
    year: int
    contract: str
    ve: str
    programme: str | None
    state: CommitmentState
    cents: int
    settled: int

    @property
    def open(self) -> int:
        return self.cents - self.settled if self.state in (CommitmentState.RESERVED, CommitmentState.BOUND) else 0


def sums_of(account: MoneyAccount | None) -> Sums:
    """The sums of an account; zeros where there is none yet."""
    return Sums(**{name: getattr(account, name) for name in SUMS}) if account else NONE


def row_of(account: MoneyAccount) -> AccountRow:
    return AccountRow(
        **{name: getattr(account, name) for name in SUMS}, measure_id=account.measure_id, year=account.year,
        cluster_id=account.cluster_id, kind=account.kind,
    )  # fmt: skip


def account(session: Session, measure_id: int, year: int) -> AccountRow:
    """The account of a measure in a year; zeros where nothing was booked yet. One statement."""
    found = session.scalar(sa.select(A).where(A.measure_id == measure_id, A.year == year))
    return row_of(found) if found else AccountRow(measure_id=measure_id, year=year)


def accounts(session: Session, measure_ids: Collection[int], year: int) -> Mapping[int, AccountRow]:
    """The accounts of measures in a year, by measure; those without a booking are left out. One statement."""
    found = session.scalars(sa.select(A).where(A.measure_id.in_(measure_ids), A.year == year))
    return {each.measure_id: row_of(each) for each in found}


def years_of(session: Session, measure_id: int) -> Sequence[AccountRow]:
    """All accounts of a measure, by year. One statement."""
    return [row_of(each) for each in session.scalars(sa.select(A).where(A.measure_id == measure_id).order_by(A.year))]


def given(session: Session, measure_id: int) -> int:
    """What a measure was given over all years, in cents. One statement."""
    total = sa.func.sum(A.allocated + A.transfers_in - A.transfers_out + A.carried)
    return int(session.scalar(sa.select(total).where(A.measure_id == measure_id)) or 0)


def bookings(
    session: Session, chain: Sequence[str], *, measure_id: int | None = None, cluster_id: int | None = None,
    year: int | None = None, cursor: Cursor | None = None, size: int = 50,
) -> Page[BookingRow]:  # fmt: skip
    """Bookings, the newest first; of a measure, or of a cluster in a year. Two statements.

    That an expense settles a part of a commitment is left out: it is the same euro twice to whoever reads.
    """
    counter = aliased(Booking)
    query = (
        sa.select(
            Booking, A.year, Measure.id.label("measure_id"), Measure.number, Measure.text_id,
            Programme.name.label("programme"), counter.id.label("counter"),
        )
        .join(A, A.id == Booking.account_id)
        .join(Measure, Measure.id == A.measure_id)
        .outerjoin(Funding, Funding.id == Booking.funding_id)
        .outerjoin(Programme, Programme.id == Funding.programme_id)
        .outerjoin(counter, counter.counter_of_id == Booking.id)
        .where(Booking.kind != BookingKind.SETTLEMENT)
    )  # fmt: skip
    for column, wanted in ((A.measure_id, measure_id), (A.cluster_id, cluster_id), (A.year, year)):
        if wanted is not None:
            query = query.where(column == wanted)
    found = session.execute(_paged(query, Booking.id, cursor, size)).all()
    words = shown(session, {row.text_id for row in found}, chain)
    return page_of(
        [_booking(row, words[row.text_id]) for row in found], size=size, cursor=cursor, keys=lambda row: (row.id,)
    )


def _paged(query: Any, key: Any, cursor: Cursor | None, size: int) -> Any:
    """The newest first, from the cursor on."""
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(key > cursor.keys[0] if back else key < cursor.keys[0])
    return query.order_by(key.asc() if back else key.desc()).limit(size + 1)


def _booking(row: Any, title: Shown) -> BookingRow:
    found: Booking = row.Booking
    return BookingRow(
        found.id, found.on, found.at, row.year, found.kind, found.cents, row.programme, found.reference, found.reason,
        found.counter_of_id, row.counter is not None, row.measure_id, row.number, title, found.transfer_id,
    )  # fmt: skip


def booking(session: Session, booking_id: int) -> Booking | None:
    return session.get(Booking, booking_id)


def commitment(session: Session, commitment_id: int) -> Commitment | None:
    return session.get(Commitment, commitment_id)


def commitments(
    session: Session, chain: Sequence[str], *, measure_id: int | None = None, cluster_id: int | None = None,
    year: int | None = None, state: CommitmentState | None = None, cursor: Cursor | None = None, size: int = 50,
) -> Page[CommitmentRow]:  # fmt: skip
    """Commitments, the newest first. Two statements."""
    query = (
        sa.select(Commitment, Measure.number, Measure.text_id, Programme.name.label("programme"))
        .join(Measure, Measure.id == Commitment.measure_id)
        .outerjoin(Funding, Funding.id == Commitment.funding_id)
        .outerjoin(Programme, Programme.id == Funding.programme_id)
    )
    for column, wanted in (
        (Commitment.measure_id, measure_id), (Measure.cluster_id, cluster_id), (Commitment.year, year), (Commitment.state, state),
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(column == wanted)
    found = session.execute(_paged(query, Commitment.id, cursor, size)).all()
    words = shown(session, {row.text_id for row in found}, chain)
    rows = [
        CommitmentRow(
            row.Commitment.id, row.Commitment.measure_id, row.number, words[row.text_id], row.Commitment.year,
            row.Commitment.contract, row.Commitment.ve, row.programme, row.Commitment.state, row.Commitment.cents,
            row.Commitment.settled_cents,
        )
        for row in found
    ]  # fmt: skip
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.id,))


def of_cluster(
    session: Session, chain: Sequence[str], cluster_id: int, year: int
) -> Sequence[tuple[AccountRow, str, Shown]]:
    """The measures that a cluster's budget pays for in a year: account, number, title. Two statements, 500 measures at most."""
    found = session.execute(
        sa.select(A, Measure.number, Measure.text_id)
        .join(Measure, Measure.id == A.measure_id)
        .where(A.cluster_id == cluster_id, A.year == year)
        .order_by(Measure.id)
        .limit(500)
    ).all()
    words = shown(session, [row.text_id for row in found], chain)
    return [(row_of(row.MoneyAccount), row.number, words[row.text_id]) for row in found]


def unused(session: Session, chain: Sequence[str], year: int, *, cursor: Cursor | None = None, size: int = 50) -> Page[
    tuple[AccountRow, str, Shown]
]:  # fmt: skip
    """Accounts of a year with money that nobody has used (B13), by measure: account, number, title. Two statements."""
    left = A.allocated + A.transfers_in - A.transfers_out + A.carried - A.actual - A.bound + A.settled
    query = (
        sa.select(A, Measure.number, Measure.text_id)
        .join(Measure, Measure.id == A.measure_id)
        .where(A.year == year, left > 0)
    )
    found = session.execute(_paged(query, A.id, cursor, size)).all()
    words = shown(session, [row.text_id for row in found], chain)
    rows = [(row_of(row.MoneyAccount), row.number, words[row.text_id]) for row in found]
    keys = {row.MoneyAccount.measure_id: row.MoneyAccount.id for row in found}
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (keys[row[0].measure_id],))

"""Reading imports of the finance system, what their rows mean, and what is exported for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.models import Funding, Programme
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BookingKind, CommitmentState
from bihaelt.money.domain.finance_csv import GERMAN, Exported, Head, ImportState, RowState
from bihaelt.money.models import Booking, ClusterBudget, Commitment, FinanceImport, FinanceRow, MoneyAccount
from bihaelt.paging import Cursor, Page, page_by_id
from bihaelt.tables import Column, Kind, Table
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.verdicts import Cents, Verdict

CHUNK = 500
A = MoneyAccount


@dataclass(frozen=True, slots=True)
class MeasureSum:
    """What an import books for a measure, in cents."""

    measure_id: int
    number: str
    title: Shown
    rows: int
    cents: int


def packed(values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a message as JSON; amounts stay amounts."""
    return {
        key: {"cents": int(value)} if isinstance(value, Cents) else value if isinstance(value, int) else str(value)
        for key, value in values.items()
    }


def verdict_of(row: FinanceRow) -> Verdict:
    """What is wrong with a row, ready to be said in any language."""
    values = {key: Cents(value["cents"]) if isinstance(value, dict) else value for key, value in row.values.items()}
    return Verdict(row.fault, **values)


def finance_import(session: Session, import_id: int) -> FinanceImport | None:
    return session.get(FinanceImport, import_id)


def finance_imports(session: Session, *, cursor: Cursor | None = None, size: int = 25) -> Page[FinanceImport]:
    """All imports, the newest first. One statement."""
    return page_by_id(session, sa.select(FinanceImport), FinanceImport.id, cursor, size, newest=True)


def rows_of(
    session: Session, import_id: int, *, state: RowState | None = None, cursor: Cursor | None = None, size: int = 100
) -> Page[FinanceRow]:
    """The rows of an import in the order of the file, of one state if given. One statement."""
    query = sa.select(FinanceRow).where(FinanceRow.import_id == import_id)
    if state is not None:
        query = query.where(FinanceRow.state == state)
    return page_by_id(session, query, FinanceRow.id, cursor, size, newest=False)


def all_rows(session: Session, import_id: int) -> Sequence[FinanceRow]:
    """Every row of an import in the order of the file. One statement."""
    return session.scalars(sa.select(FinanceRow).where(FinanceRow.import_id == import_id).order_by(FinanceRow.id)).all()


def measure_sums(session: Session, import_id: int, chain: Sequence[str]) -> Sequence[MeasureSum]:
    """What an import books for each measure, or has booked. Two statements."""
    rows = session.execute(
        sa.select(Measure.id, Measure.number, Measure.text_id, sa.func.count(), sa.func.sum(FinanceRow.cents))
        .join(Measure, Measure.id == FinanceRow.measure_id)
        .where(FinanceRow.import_id == import_id, FinanceRow.state.in_((RowState.NEW, RowState.BOOKED)))
        .group_by(Measure.id, Measure.number, Measure.text_id)
        .order_by(Measure.number)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [MeasureSum(key, number, words[text_id], count, int(cents)) for key, number, text_id, count, cents in rows]


def same_file(session: Session, found: FinanceImport) -> FinanceImport | None:
    """An earlier import of the very same file that is booked. One statement."""
    return session.scalar(
        sa.select(FinanceImport)
        .where(
            FinanceImport.sha256 == found.sha256, FinanceImport.state == ImportState.BOOKED, FinanceImport.id < found.id
        )
        .order_by(FinanceImport.id.desc())
        .limit(1)
    )


def _chunks(values: Collection[Any]) -> Iterator[Sequence[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def measures_by_number(session: Session, numbers: Collection[str]) -> Mapping[str, int]:
    """The measures with these numbers. One statement for each 500."""
    found: dict[str, int] = {}
    for some in _chunks(numbers):
        rows = session.execute(sa.select(Measure.number, Measure.id).where(Measure.number.in_(some)))
        found |= {row.number: row.id for row in rows}
    return found


def booked_documents(session: Session, documents: Collection[str]) -> Mapping[tuple[int, str], FinanceRow]:
    """The rows that are booked with these document numbers, by year and number. One statement for each 500."""
    found: dict[tuple[int, str], FinanceRow] = {}
    for some in _chunks(documents):
        rows = session.scalars(
            sa.select(FinanceRow).where(FinanceRow.document.in_(some), FinanceRow.state == RowState.BOOKED)
        )
        found |= {(row.year, row.document): row for row in rows}
    return found


def contracts(session: Session, measure_ids: Collection[int]) -> Mapping[tuple[int, int], Sequence[Commitment]]:
    """The commitments of measures that were not released, by measure and year. One statement for each 500."""
    found: dict[tuple[int, int], list[Commitment]] = defaultdict(list)
    for some in _chunks(measure_ids):
        rows = session.scalars(
            sa.select(Commitment)
            .where(Commitment.measure_id.in_(some), Commitment.state != CommitmentState.RELEASED)
            .order_by(Commitment.id)
        )
        for row in rows:
            found[row.measure_id, row.year].append(row)
    return found


def countered(session: Session, booking_ids: Collection[int]) -> frozenset[int]:
    """Which of these bookings a counter entry has taken back. One statement for each 500."""
    found: set[int] = set()
    for some in _chunks(booking_ids):
        query = sa.select(Booking.counter_of_id).where(Booking.counter_of_id.in_(some))
        found |= {number for number in session.scalars(query) if number is not None}
    return frozenset(found)


def exported(session: Session, year: int, kinds: Collection[BookingKind]) -> Iterator[Exported]:
    """The bookings of a year in the order in which they were made. One statement."""
    rows = session.execute(
        sa.select(
            Booking.id, Booking.on, Booking.cents, Booking.kind, Booking.reference, Booking.reason, Booking.import_key,
            Booking.commitment_id, Measure.number, A.year, ClusterBudget.product_group,
            Programme.name.label("programme"),
        )
        .join(A, A.id == Booking.account_id)
        .join(Measure, Measure.id == A.measure_id)
        .outerjoin(
            ClusterBudget, sa.and_(ClusterBudget.cluster_id == A.cluster_id, ClusterBudget.year == A.year)
        )
        .outerjoin(Funding, Funding.id == Booking.funding_id)
        .outerjoin(Programme, Programme.id == Funding.programme_id)
        .where(A.year == year, Booking.kind.in_(sorted(kinds)))
        .order_by(Booking.id)
    )  # fmt: skip
    for row in rows:
        yield Exported(
            document=row.import_key.split("/", 1)[1] if row.import_key else f"B-{row.id}", on=row.on, cents=row.cents, measure=row.number,
            year=row.year, text=row.reason or ("" if row.import_key else row.reference),
            commitment=str(row.commitment_id or ""), kind=row.kind, product_group=row.product_group or "",
            source=row.programme or "",
        )  # fmt: skip


def exchange_table(year: int, bookings: Iterable[Exported]) -> Table:
    """Bookings for the finance system, in German as it speaks: the columns of the import, and three more."""
    columns = [Column(head.value, Kind.MONEY if head is Head.AMOUNT else Kind.TEXT) for head in Head]
    return Table(
        f"Buchungen {year}",
        [*columns, Column("Art"), Column("Produktgruppe"), Column("Herkunft")],
        (
            (
                each.document, f"{each.on:%d.%m.%Y}", each.cents, each.measure, str(each.year), each.text,
                each.commitment, GERMAN[each.kind], each.product_group, each.source or "Eigenmittel",
            )
            for each in bookings
        ),
    )  # fmt: skip

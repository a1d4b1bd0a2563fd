"""Expenses from the finance system: shown first, then booked all together or not at all, and taken back as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import BookingKind, BudgetState
from bihaelt.money.domain.finance_csv import ImportState, Line, RowState, checksum, parse
from bihaelt.money.models import Booking, Commitment, FinanceImport, FinanceRow
from bihaelt.money.operations.booking import correct, expense
from bihaelt.money.operations.ledger import Line as Entry
from bihaelt.money.operations.ledger import locked, write
from bihaelt.verdicts import Cents, Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")
KEPT_DAYS = 7  # for how long a file waits for its confirmation
CHUNK = 500


def preview(session: Session, *, file_name: str, data: bytes, by: Voice, now: datetime) -> FinanceImport:
    """Read a file and try it out: what can be booked, what was booked already, and what is wrong, row by row.

    Nothing is booked. Raises DomainError (field "file") where the file as a whole cannot be read.
    """
    lines = parse(data, local(now).date())
    found = FinanceImport(
        file_name=file_name.strip()[-200:] or "?", sha256=checksum(data), state=ImportState.PREVIEW, rows=len(lines),
        fresh=0, known=0, faults=0, cents=0, uploaded_at=now, uploaded_by_id=by.actor_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    rows = [_row(found.id, line) for line in lines]
    session.add_all(rows)
    session.flush()
    _place(session, rows)
    trial = session.begin_nested()
    refused = _book_rows(session, found, rows, by, now)
    trial.rollback()
    _mark(session, found, queries.all_rows(session, found.id), refused)
    return found


def _row(import_id: int, line: Line) -> FinanceRow:
    return FinanceRow(
        import_id=import_id, line=line.number, raw=line.raw, document=line.document, on=line.on, cents=line.cents,
        year=line.year, number=line.measure, text=line.text, commitment=line.commitment,
        state=RowState.NEW if line.fault else RowState.FAULT, fault=line.fault.reason,
        values=queries.packed(line.fault.values),
    )  # fmt: skip


def _fault(row: FinanceRow, reason: str, **values: object) -> None:
    row.state, row.fault, row.values = RowState.FAULT, reason, queries.packed(values)


def _place(session: Session, rows: Sequence[FinanceRow]) -> None:
    """Find the measure and the commitment of each new row, and whether its document was booked before."""
    fresh = [row for row in rows if row.state is RowState.NEW]
    measures = queries.measures_by_number(session, {row.number for row in fresh})
    booked = queries.booked_documents(session, {row.document for row in fresh})
    contracts = queries.contracts(session, set(measures.values()))
    for row in fresh:
        row.measure_id = measures.get(row.number)
        before = booked.get((row.year, row.document))
        if row.measure_id is None:
            _fault(
                row, N_("There is no measure %(number)s. Use the number that stands on its page."), number=row.number
            )
        elif before is not None:
            _compare(row, before)
        elif row.commitment:
            _bind(row, contracts.get((row.measure_id, row.year), ()))
    session.flush()


def _compare(row: FinanceRow, before: FinanceRow) -> None:
    """The same document again: either the same figures, or a fault."""
    if (before.cents, before.on, before.measure_id) == (row.cents, row.on, row.measure_id):
        row.state = RowState.KNOWN
        return
    _fault(
        row,
        N_(
            "This document was booked with other figures: %(cents)s for %(number)s. Take that booking back first, or give "
            "the difference a document number of its own."
        ),
        cents=Cents(before.cents), number=before.number,
    )  # fmt: skip


def _bind(row: FinanceRow, contracts: Sequence[Commitment]) -> None:
    wanted = row.commitment.casefold()
    fitting = [each for each in contracts if wanted in (each.contract.casefold(), str(each.id))]
    if len(fitting) == 1:
        row.commitment_id = fitting[0].id
        return
    _fault(
        row,
        N_(
            "The commitment “%(commitment)s” of this measure and year is not known, or not unique. Correct it, or leave "
            "it empty."
        ),
        commitment=row.commitment,
    )


def _book_rows(
    session: Session, found: FinanceImport, rows: Sequence[FinanceRow], by: Voice, now: datetime
) -> Mapping[int, DomainError]:
    """Book the new rows in the order of the file; what a rule refuses, by the row's id."""
    refused: dict[int, DomainError] = {}
    fresh = [row for row in rows if row.state is RowState.NEW]
    keys = _keys(session, found, fresh)
    for row in fresh:
        attempt = session.begin_nested()
        try:
            booking = _book_row(session, row, keys[row.id], by, now)
        except DomainError as error:
            attempt.rollback()
            refused[row.id] = error
        else:
            row.state, row.booking_id = RowState.BOOKED, booking.id
            attempt.commit()
    return refused


def _keys(session: Session, found: FinanceImport, rows: Sequence[FinanceRow]) -> Mapping[int, str]:
    """Year and document name a booking; after an import was taken back, the next one adds its own number."""
    keys = {row.id: f"{row.year}/{row.document}" for row in rows}
    wanted, taken = sorted(keys.values()), set()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        taken |= set(session.scalars(sa.select(Booking.import_key).where(Booking.import_key.in_(some))))
    return {row_id: f"{key}#{found.id}" if key in taken else key for row_id, key in keys.items()}


def _book_row(session: Session, row: FinanceRow, key: str, by: Voice, now: datetime) -> Booking:
    measure = session.get_one(Measure, row.measure_id)
    commitment = session.get(Commitment, row.commitment_id) if row.commitment_id else None
    assert row.on is not None  # a new row has been read
    if row.cents < 0:
        return pay_back(
            session, measure=measure, year=row.year, cents=-row.cents, on=row.on, by=by, now=now, commitment=commitment,
            reference=row.document, reason=row.text, import_key=key,
        )  # fmt: skip
    return expense(
        session, measure=measure, year=row.year, cents=row.cents, on=row.on, by=by, now=now, commitment=commitment,
        reference=row.document, reason=row.text, import_key=key,
    )  # fmt: skip


def pay_back(
    session: Session, *, measure: Measure, year: int, cents: int, on: date, by: Voice, now: datetime,
    commitment: Commitment | None, reference: str, reason: str, import_key: str,
) -> Booking:  # fmt: skip
    """Money that came back, ``cents`` above zero: an expense below zero. Raises DomainError for more than was spent."""
    account = locked(session, [measure], year)[measure.id]
    budget = queries.budget_facts(session, account.cluster_id, year)
    if budget.state is BudgetState.CLOSED:
        raise DomainError(N_("The budget of %(year)s is closed."), year=year)
    if cents > account.actual:
        raise DomainError(
            N_("More would be paid back than %(number)s has spent: %(spent)s."),
            number=measure.number, spent=Cents(account.actual),
        )  # fmt: skip
    entry = Entry(
        on, by, now, funding_id=commitment.funding_id if commitment else None, reference=reference, reason=reason,
        import_key=import_key,
    )  # fmt: skip
    booking = write(session, account, BookingKind.ACTUAL, -cents, entry)
    record(
        session, act="money.booked", subject=measure, by=by, now=now, reason=reason, booking=booking.kind.value,
        year=str(year), cents=-cents, document=reference,
    )  # fmt: skip
    session.flush()
    return booking


def _mark(
    session: Session, found: FinanceImport, rows: Sequence[FinanceRow], refused: Mapping[int, DomainError]
) -> None:
    """Write down what the trial has shown, and count it."""
    for row in rows:
        if row.id in refused:
            _fault(row, refused[row.id].reason, **refused[row.id].values)
    states = [row.state for row in rows]
    found.fresh, found.known = states.count(RowState.NEW), states.count(RowState.KNOWN)
    found.faults = states.count(RowState.FAULT)
    found.cents = sum(row.cents for row in rows if row.state is RowState.NEW)
    session.flush()


def book(session: Session, *, found: FinanceImport, by: Voice, now: datetime) -> bool:
    """Book all new rows, or none. False where a rule now refuses what the preview allowed: the rows say so then.

    Raises DomainError while a row has a fault, or where nothing is new; Conflict for what is booked already.
    """
    session.refresh(found, with_for_update=True)
    if found.state is not ImportState.PREVIEW:
        raise Conflict(MEANWHILE)
    if found.faults:
        raise DomainError(N_("Correct the rows with faults in the file, and choose it again. Nothing was booked."))
    rows = queries.all_rows(session, found.id)
    for row in rows:  # what was booked elsewhere may have been taken back since
        row.state = RowState.NEW
    _place(session, rows)
    attempt = session.begin_nested()
    refused = _book_rows(session, found, rows, by, now)
    if refused or any(row.state is RowState.FAULT for row in rows):
        attempt.rollback()
        _mark(session, found, queries.all_rows(session, found.id), refused)
        return False
    attempt.commit()
    booked = [row for row in rows if row.state is RowState.BOOKED]
    if not booked:
        raise DomainError(N_("All rows of this file were booked before. There is nothing new."))
    found.fresh, found.known = len(booked), len(rows) - len(booked)
    found.cents = sum(row.cents for row in booked)
    found.state, found.booked_at, found.booked_by_id = ImportState.BOOKED, now, by.actor_id
    session.flush()
    _record(session, found, "import.booked", by, now)
    return True


def discard(session: Session, *, found: FinanceImport) -> None:
    """Forget a file that was not booked."""
    session.refresh(found, with_for_update=True)
    if found.state is not ImportState.PREVIEW:
        raise Conflict(MEANWHILE)
    session.execute(sa.delete(FinanceRow).where(FinanceRow.import_id == found.id))
    session.delete(found)
    session.flush()


def forget_previews(session: Session, *, now: datetime) -> int:
    """Forget files that nobody has confirmed for a week; how many there were. For the nightly job."""
    old = session.scalars(
        sa.select(FinanceImport).where(
            FinanceImport.state == ImportState.PREVIEW, FinanceImport.uploaded_at < now - timedelta(days=KEPT_DAYS)
        )
    ).all()
    for found in old:
        discard(session, found=found)
    return len(old)


def undo(session: Session, *, found: FinanceImport, reason: str, by: Voice, now: datetime) -> None:
    """Take back every booking of an import by its counter entry (B16), the last one first; one that somebody has taken
    back by hand stays as it is. Raises DomainError without a reason, or where a rule refuses; then nothing is taken back.
    """
    session.refresh(found, with_for_update=True)
    if found.state is not ImportState.BOOKED:
        raise Conflict(MEANWHILE)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    rows = [row for row in queries.all_rows(session, found.id) if row.state is RowState.BOOKED]
    countered = queries.countered(session, [row.booking_id for row in rows if row.booking_id is not None])
    for row in reversed(rows):
        if row.booking_id not in countered:
            correct(session, booking=session.get_one(Booking, row.booking_id), reason=reason, by=by, now=now)
        row.state = RowState.UNDONE
    found.state, found.undone_at, found.reason = ImportState.UNDONE, now, reason.strip()
    session.flush()
    _record(session, found, "import.undone", by, now)


def _record(session: Session, found: FinanceImport, act: str, by: Voice, now: datetime) -> None:
    record(
        session, act=act, subject=found, by=by, now=now, reason=found.reason, file_name=found.file_name,
        sha256=found.sha256, rows=found.fresh, cents=found.cents,
    )  # fmt: skip
    session.flush()

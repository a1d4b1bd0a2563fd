"""Booking money of a measure: allocations, commitments, expenses; and the counter entry that takes one back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import Role
from bihaelt.funding.models import Funding
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import OPEN_COMMITMENTS, BookingKind, CommitmentState
from bihaelt.money.domain.rules import Finding, above_plan, allocating, b16, spending
from bihaelt.money.models import Booking, Commitment, MoneyAccount
from bihaelt.money.operations.ledger import Line, Refused, judge, locked, write
from bihaelt.verdicts import DomainError

AMOUNT = N_("Enter an amount of money.")
ASK_FIRST = N_("This is more than is planned for the measure. Ask for it: others have to approve.")
SAY_WHY = N_("Say why.")


def allocate(
    session: Session, *, measure: Measure, year: int, cents: int, reason: str, by: Voice, now: datetime,
    funding_id: int | None = None,
) -> Booking:  # fmt: skip
    """Give a measure money of its cluster's budget, or a grant's (``funding_id``).

    Raises Refused by a rule, and DomainError without a reason or for more than is planned (``request_allocation``).
    """
    positive(cents)
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    account = locked(session, [measure], year)[measure.id]
    grant = grant_or_none(session, funding_id)
    facts = queries.allocating_facts(
        session, measure=measure, year=year, cents=cents, grant=grant, account=account
    )  # fmt: skip
    judge(allocating(facts), field="amount")
    if above_plan(facts):
        raise DomainError(ASK_FIRST, field="amount")
    line = Line(local(now).date(), by, now, funding_id=funding_id, reason=reason)
    booking = write(session, account, BookingKind.ALLOCATION, cents, line)
    _record(session, measure, booking, by, now)
    return booking


def commit(
    session: Session, *, measure: Measure, amounts: Mapping[int, int], by: Voice, now: datetime,
    funding_id: int | None = None, contract: str = "", ve: str = "", legal_duty: bool = False, override: str = "",
    reason: str = "", seen: int | None = None,
) -> Sequence[Commitment]:  # fmt: skip
    """Bind money by a contract, in one year or several (``amounts``: year -> cents); without one it is only reserved.

    ``override``: why own money is bound although the funding check is open, for the plan owner. ``seen``: what was
    available when the form was opened. Raises Refused by the first rule that says no; then nothing is booked.
    """
    if not amounts:
        raise DomainError(AMOUNT, field="amount")
    grant, today = grant_or_none(session, funding_id), local(now).date()
    if override.strip() and by.role != Role.PLAN_OWNER.value:
        raise DomainError(N_("Only the plan owner may do this."), field="override")
    for cents in amounts.values():
        positive(cents)
    # All locks before the first booking: two contracts over several years never wait for each other in a circle.
    accounts = {year: locked(session, [measure], year)[measure.id] for year in sorted(amounts)}
    made = []
    for year, account in accounts.items():
        cents = amounts[year]
        facts = queries.spending_facts(
            session, measure=measure, year=year, cents=cents, grant=grant, today=today, account=account,
            contract=contract, ve=ve, legal_duty=legal_duty, override=override, seen=seen if len(amounts) == 1 else None,
        )  # fmt: skip
        judge(spending(facts), field="amount")
        commitment = Commitment(
            measure_id=measure.id, year=year, funding_id=funding_id, cents=cents, settled_cents=0, contract=contract,
            state=CommitmentState.BOUND if contract else CommitmentState.RESERVED, ve=ve, created_at=now, changed_at=now,
        )  # fmt: skip
        session.add(commitment)
        session.flush()
        why = override or reason
        line = Line(today, by, now, funding_id=funding_id, commitment_id=commitment.id, reference=contract, reason=why)
        booking = write(session, account, BookingKind.COMMITMENT, cents, line)
        _record(session, measure, booking, by, now)
        made.append(commitment)
    return made


def bind(session: Session, *, commitment: Commitment, contract: str, by: Voice, now: datetime) -> None:
    """The contract behind money that was only reserved. Raises DomainError when it is bound already, or without one."""
    session.refresh(commitment, with_for_update=True)
    if commitment.state is not CommitmentState.RESERVED:
        raise DomainError(N_("This step is not possible any more. Please look at the current state."))
    if not contract.strip():
        raise DomainError(N_("Enter the contract's reference."), field="contract")
    commitment.contract, commitment.state, commitment.changed_at = contract, CommitmentState.BOUND, now
    record(
        session, act="money.booked", subject=commitment.measure, by=by, now=now, booking=BookingKind.COMMITMENT.value,
        year=str(commitment.year), cents=commitment.cents, document=contract,
    )  # fmt: skip
    session.flush()


def expense(
    session: Session, *, measure: Measure, year: int, cents: int, on: date, by: Voice, now: datetime,
    commitment: Commitment | None = None, funding_id: int | None = None, reference: str = "", reason: str = "",
    legal_duty: bool = False, import_key: str | None = None, seen: int | None = None,
) -> Booking:  # fmt: skip
    """An expense (Ist), on the day ``on``. With ``commitment`` it settles as much of it as is open; what goes beyond,
    and an expense without one, must be available like a new commitment. Raises Refused by a rule.
    """
    positive(cents)
    account = locked(session, [measure], year)[measure.id]
    settles = 0
    if commitment is not None:
        session.refresh(commitment, with_for_update=True)
        if (commitment.measure_id, commitment.year) != (measure.id, year):
            raise DomainError(N_("This commitment belongs to another measure or year."), field="commitment")
        settles, funding_id = min(cents, commitment.open_cents), commitment.funding_id
    facts = queries.spending_facts(
        session, measure=measure, year=year, cents=cents, grant=grant_or_none(session, funding_id),
        today=local(now).date(), account=account, settles=settles, legal_duty=legal_duty, seen=seen,
        ve=commitment.ve if commitment else "",
    )  # fmt: skip
    judge(spending(facts), field="amount")
    line = Line(
        on, by, now, funding_id=funding_id, commitment_id=commitment.id if commitment else None, reference=reference,
        reason=reason, import_key=import_key,
    )  # fmt: skip
    booking = write(session, account, BookingKind.ACTUAL, cents, line)
    if commitment is not None and settles:
        settle(session, account, commitment, settles, booking, line)
    _record(session, measure, booking, by, now)
    return booking


def settle(
    session: Session, account: MoneyAccount, commitment: Commitment, cents: int, paid: Booking, line: Line
) -> None:
    """An expense has used a part of a commitment; the last part settles it."""
    part = Line(
        line.on, line.by, line.now, funding_id=commitment.funding_id, commitment_id=commitment.id, part_of_id=paid.id,
        reference=line.reference,
    )  # fmt: skip
    write(session, account, BookingKind.SETTLEMENT, cents, part)
    commitment.settled_cents += cents
    commitment.changed_at = line.now
    if commitment.settled_cents == commitment.cents:
        commitment.state = CommitmentState.SETTLED
    session.flush()


def release(session: Session, *, commitment: Commitment, reason: str, by: Voice, now: datetime) -> Booking:
    """What is still open of a commitment is free again. Raises DomainError without a reason, or with nothing open."""
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    account = locked(session, [commitment.measure], commitment.year)[commitment.measure_id]
    session.refresh(commitment, with_for_update=True)
    rest = commitment.open_cents
    if not rest:
        raise DomainError(N_("This step is not possible any more. Please look at the current state."))
    line = Line(
        local(now).date(), by, now, funding_id=commitment.funding_id, commitment_id=commitment.id,
        reference=commitment.contract, reason=reason,
    )  # fmt: skip
    booking = write(session, account, BookingKind.COMMITMENT, -rest, line)
    commitment.state, commitment.changed_at = CommitmentState.RELEASED, now
    _record(session, commitment.measure, booking, by, now)
    return booking


def correct(session: Session, *, booking: Booking, reason: str, by: Voice, now: datetime) -> Sequence[Booking]:
    """Take a booking back by its counter entry (B16), with all that belongs to it: the settled part of a commitment,
    the other side of a transfer. Raises Refused when it was corrected before, or when others rest on it.
    """
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    measures = _measures_of(session, booking)
    accounts: dict[int, MoneyAccount] = {}
    for year in sorted({account.year for account in measures}):
        of_year = [account.measure for account in measures if account.year == year]
        accounts |= {account.id: account for account in locked(session, of_year, year).values()}
    parts = _parts(session, booking)
    verdict = b16(
        countered=session.scalar(sa.select(Booking.id).where(Booking.counter_of_id == booking.id)) is not None,
        is_counter=booking.counter_of_id is not None, in_use=_in_use(session, booking, parts, accounts),
    )  # fmt: skip
    if not verdict:
        raise Refused(Finding("B16", verdict))
    made = []
    for part in parts:
        line = Line(
            local(now).date(), by, now, funding_id=part.funding_id, commitment_id=part.commitment_id,
            transfer_id=part.transfer_id, part_of_id=part.part_of_id, reference=part.reference, reason=reason,
        )  # fmt: skip
        made.append(write(session, accounts[part.account_id], part.kind, -part.cents, line, counter_of=part))
        _give_back(session, part, now)
    subject = accounts[booking.account_id].measure
    record(
        session, act="money.corrected", subject=subject, by=by, now=now, reason=reason, booking=booking.kind.value,
        year=str(accounts[booking.account_id].year), cents=-booking.cents, document=booking.reference,
    )  # fmt: skip
    session.flush()
    return made


def _measures_of(session: Session, booking: Booking) -> Sequence[MoneyAccount]:
    ids = {part.account_id for part in _parts(session, booking)}
    return session.scalars(sa.select(MoneyAccount).where(MoneyAccount.id.in_(ids)).order_by(MoneyAccount.id)).all()


def _parts(session: Session, booking: Booking) -> Sequence[Booking]:
    """The booking with everything that was booked in the same act."""
    same = Booking.part_of_id == booking.id
    if booking.transfer_id is not None:
        same = sa.and_(Booking.transfer_id == booking.transfer_id, Booking.id != booking.id)
    others = session.scalars(sa.select(Booking).where(same, Booking.counter_of_id.is_(None)).order_by(Booking.id)).all()
    return [booking, *others]


def _in_use(session: Session, booking: Booking, parts: Sequence[Booking], accounts: Mapping[int, MoneyAccount]) -> bool:
    """Whether something was built on the booking: a settled part, or money that was used since."""
    if booking.kind is BookingKind.SETTLEMENT:
        return True
    if booking.kind is BookingKind.COMMITMENT:
        found = session.get_one(Commitment, booking.commitment_id, with_for_update=True, populate_existing=True)
        return found.settled_cents > 0 or found.state not in OPEN_COMMITMENTS or booking.cents < 0
    given = (BookingKind.ALLOCATION, BookingKind.TRANSFER, BookingKind.CARRY)
    return any(
        part.kind in given and part.cents > _left(accounts[part.account_id], own=part.funding_id is None)
        for part in parts
    )


def _left(account: MoneyAccount, *, own: bool) -> int:
    sums = queries.sums_of(account)
    return min(sums.available, sums.own_free) if own else sums.available


def _give_back(session: Session, part: Booking, now: datetime) -> None:
    """The commitment behind a booking that was taken back."""
    if part.commitment_id is None or part.kind is BookingKind.ACTUAL:
        return
    commitment = session.get_one(Commitment, part.commitment_id, with_for_update=True, populate_existing=True)
    commitment.changed_at = now
    if part.kind is BookingKind.COMMITMENT:
        commitment.state = CommitmentState.RELEASED
        return
    commitment.settled_cents -= part.cents
    if commitment.state is CommitmentState.SETTLED:
        commitment.state = CommitmentState.BOUND if commitment.contract else CommitmentState.RESERVED


def positive(cents: int) -> None:
    if cents <= 0:
        raise DomainError(AMOUNT, field="amount")


def grant_or_none(session: Session, funding_id: int | None) -> Funding | None:
    if funding_id is None:
        return None
    found = session.get(Funding, funding_id)
    if found is None:
        raise DomainError(N_("Choose where the money comes from."), field="source")
    return found


def _record(session: Session, measure: Measure, booking: Booking, by: Voice, now: datetime) -> None:
    record(
        session, act="money.booked", subject=measure, by=by, now=now, reason=booking.reason, booking=booking.kind.value,
        year=str(booking.account.year), cents=booking.cents, document=booking.reference,
    )  # fmt: skip
    session.flush()

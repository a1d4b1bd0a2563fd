"""The nightly recount: the sums of accounts and measures are what the bookings say."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import SYSTEM
from bihaelt.journal.operations import record
from bihaelt.measures.models import Measure
from bihaelt.money.domain.ledger import SUMS, effect
from bihaelt.money.models import Booking, MoneyAccount


def recount(session: Session, *, now: datetime) -> Sequence[int]:
    """Put right every sum that differs from its bookings; returns the measures that were corrected.

    Four statements while all is well, however many bookings there are.
    """
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    counter, own = Booking.counter_of_id.is_not(None), Booking.funding_id.is_(None)
    grouped = sa.select(
        Booking.account_id, Booking.kind, own.label("own"), counter.label("counter"), sa.func.sum(Booking.cents).label("cents")
    ).group_by(Booking.account_id, Booking.kind, own, counter, Booking.cents > 0)  # fmt: skip
    for row in session.execute(grouped):
        for name, cents in effect(row.kind, int(row.cents), own=bool(row.own), counter=bool(row.counter)).items():
            sums[row.account_id][name] += cents
    wrong: set[int] = set()
    totals: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for account in session.scalars(sa.select(MoneyAccount).order_by(MoneyAccount.id)):
        right = sums[account.id]
        if any(getattr(account, name) != right[name] for name in SUMS):
            wrong.add(account.measure_id)
            for name in SUMS:
                setattr(account, name, right[name])
        used, spent = totals[account.measure_id]
        totals[account.measure_id] = (
            used + account.actual + account.bound - account.settled, spent + account.actual
        )  # fmt: skip
    rows = sa.select(Measure).where(
        sa.or_(
            Measure.id.in_(sa.select(MoneyAccount.measure_id)), Measure.committed_cents != 0, Measure.spent_cents != 0
        )
    )
    for measure in session.scalars(rows):
        right_now = totals[measure.id]
        if (measure.committed_cents, measure.spent_cents) != right_now:
            wrong.add(measure.id)
            measure.committed_cents, measure.spent_cents = right_now
    for measure_id in sorted(wrong):
        record(session, act="money.recounted", subject=session.get_one(Measure, measure_id), by=SYSTEM, now=now)
    session.flush()
    return sorted(wrong)

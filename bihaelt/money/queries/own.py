"""The city's own money of a measure, which covers its share of what programmes grant (B14)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.money.domain import BookingKind
from bihaelt.money.models import Booking, MoneyAccount
from bihaelt.money.queries.accounts import given


def own_given(session: Session, measure_id: int) -> int:
    """What a measure was given of the city's own money over all years, in cents. Two statements."""
    granted = session.scalar(
        sa.select(sa.func.sum(Booking.cents))
        .join(MoneyAccount, MoneyAccount.id == Booking.account_id)
        .where(
            MoneyAccount.measure_id == measure_id, Booking.kind == BookingKind.ALLOCATION,
            Booking.funding_id.is_not(None),
        )
    )  # fmt: skip
    return given(session, measure_id) - int(granted or 0)

"""Reading the log of requests for interpreters: sums for everybody, one's own entries at the desk."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.interpreting.domain import (
    MET,
    QuarterCoverage,
    coverage,
    first_day,
    quarter_of,
    quarters_back,
)
from bihaelt.interpreting.models import InterpreterRequest

QUARTERS = 8
REQUESTED = sa.func.sum(InterpreterRequest.count)
FULFILLED = sa.func.coalesce(
    sa.func.sum(sa.case((InterpreterRequest.outcome.in_(sorted(MET)), InterpreterRequest.count), else_=0)), 0
)


def by_quarter(session: Session, today: date, *, how_many: int = QUARTERS) -> Sequence[QuarterCoverage]:
    """The newest quarters with their languages, what few asked for hidden. One statement."""
    since = first_day(quarters_back(today, how_many)[-1])
    year, month = sa.extract("year", InterpreterRequest.day), sa.extract("month", InterpreterRequest.day)
    rows = session.execute(
        sa.select(
            year.label("year"), month.label("month"), InterpreterRequest.language, REQUESTED.label("requested"),
            FULFILLED.label("met"),
        )
        .where(InterpreterRequest.day >= since, InterpreterRequest.day <= today)
        .group_by(year, month, InterpreterRequest.language)
    )  # fmt: skip
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        key = (quarter_of(date(int(row.year), int(row.month), 1)), row.language)
        requested, met = sums.get(key, (0, 0))
        sums[key] = (requested + int(row.requested), met + int(row.met))
    return coverage((quarter, language, *both) for (quarter, language), both in sums.items())


def entry(session: Session, request_id: int) -> InterpreterRequest | None:
    return session.get(InterpreterRequest, request_id)


def own_entries(session: Session, account_id: int, *, size: int = 20) -> Sequence[InterpreterRequest]:
    """The newest entries that a person made. One statement."""
    return session.scalars(
        sa.select(InterpreterRequest)
        .where(InterpreterRequest.entered_by_id == account_id)
        .order_by(InterpreterRequest.id.desc())
        .limit(size)
    ).all()

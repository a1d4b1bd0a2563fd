"""Reading what is due: applications, checks and proofs of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.domain import Due, FundingState
from bihaelt.funding.models import Check, Funding, Programme
from bihaelt.measures.domain import FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown

AHEAD = timedelta(days=120)  # how far the desk looks
AWAITED = (FundingState.GRANTED, FundingState.DRAWN, FundingState.PROOF_DUE)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that is due on ``day``. ``id`` is that of the application, or of the check."""

    due: Due
    id: int
    day: date
    measure_id: int
    number: str
    title: Shown
    programme: str | None
    overdue: bool

    @property
    def place(self) -> str:
        return f"{self.due.value}-{self.id:012}"


def deadlines(
    session: Session,
    chain: Sequence[str],
    today: date,
    *,
    due: Due | None = None,
    office_ids: Sequence[int] = (),
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Deadline]:
    """What is overdue or due within 120 days, the earliest first; of certain offices if given. Two statements."""
    rows = sa.union_all(*(_select(each, today + AHEAD, office_ids) for each in Due if due in (None, each))).subquery()
    query = sa.select(rows)
    back = cursor is not None and cursor.back
    if cursor is not None:
        day, place = date.fromisoformat(str(cursor.keys[0])), str(cursor.keys[1])
        pair = sa.tuple_(rows.c.day, rows.c.place)
        bound = sa.tuple_(sa.literal(day, sa.Date), sa.literal(place))
        query = query.where(pair < bound if back else pair > bound)
    order = (rows.c.day, rows.c.place)
    query = query.order_by(*(column.desc() for column in order) if back else order).limit(size + 1)
    found = session.execute(query).all()
    words = shown(session, [row.text_id for row in found], chain)
    known = [
        Deadline(
            Due(row.place.split("-")[0]), int(row.place.split("-")[1]), row.day, row.measure_id, row.number,
            words[row.text_id], row.programme, row.day < today,
        )
        for row in found
    ]  # fmt: skip
    return page_of(known, size=size, cursor=cursor, keys=lambda row: (row.day.isoformat(), row.place))


def day_in(text: object) -> bool:
    """Whether a cursor's first key is a day."""
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def due_until(until: date) -> Mapping[Due, Any]:
    """What is due until a day, one select for each kind: day, id, measure_id, programme_id."""
    return {
        Due.APPLICATION: sa.select(
            Programme.deadline.label("day"), Funding.id, Funding.measure_id, Programme.id.label("programme_id")
        )
        .join(Programme, Programme.id == Funding.programme_id)
        .where(Funding.state == FundingState.PLANNED, Programme.deadline <= until, Programme.ended_on.is_(None)),
        Due.CHECK: sa.select(Check.remind_on.label("day"), Check.id, Check.measure_id, Check.programme_id).where(
            Check.state == FundingCheck.OPEN, Check.remind_on <= until
        ),
        Due.PROOF: sa.select(
            Funding.proof_due_on.label("day"), Funding.id, Funding.measure_id, Funding.programme_id
        ).where(Funding.state.in_(AWAITED), Funding.proof_due_on <= until),
    }


def _select(due: Due, until: date, office_ids: Sequence[int]) -> Any:
    known = due_until(until)[due].subquery()
    # Zeros in front, so that numbers are in order as letters are; the same on both databases.
    padded = sa.func.substr(sa.cast(known.c.id + 1_000_000_000_000, sa.String), 2, 12)
    query = (
        sa.select(
            known.c.day, (sa.literal(f"{due.value}-") + padded).label("place"), Measure.id.label("measure_id"),
            Measure.number, Measure.text_id, Programme.name.label("programme"),
        )
        .join(Measure, Measure.id == known.c.measure_id)
        .outerjoin(Programme, Programme.id == known.c.programme_id)
    )  # fmt: skip
    return query.where(Measure.office_id.in_(office_ids)) if office_ids else query

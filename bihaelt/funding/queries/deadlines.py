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
        day, kind, number = cursor.keys
        keys = sa.tuple_(rows.c.day, rows.c.due, rows.c.id)
        bound = sa.tuple_(sa.literal(date.fromisoformat(str(day)), sa.Date), sa.literal(kind), sa.literal(number))
        query = query.where(keys < bound if back else keys > bound)
    order = (rows.c.day, rows.c.due, rows.c.id)
    query = query.order_by(*(column.desc() for column in order) if back else order).limit(size + 1)
    found = session.execute(query).all()
    words = shown(session, [row.text_id for row in found], chain)
    known = [
        Deadline(
            Due(row.due), row.id, row.day, row.measure_id, row.number, words[row.text_id], row.programme, row.day < today
        )
        for row in found
    ]  # fmt: skip
    return page_of(known, size=size, cursor=cursor, keys=lambda row: (row.day.isoformat(), row.due.value, row.id))


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
    query = (
        sa.select(
            known.c.day, sa.literal(due.value).label("due"),
            known.c.id, Measure.id.label("measure_id"),
            Measure.number, Measure.text_id, Programme.name.label("programme"),
        )
        .join(Measure, Measure.id == known.c.measure_id)
        .outerjoin(Programme, Programme.id == known.c.programme_id)
    )  # fmt: skip
    return query.where(Measure.office_id.in_(office_ids)) if office_ids else query

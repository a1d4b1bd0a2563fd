"""Letters to the offices about the dates of their measures: milestones, open points, confirmations by a body."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.marks import N_
from bihaelt.measures.domain import OVER
from bihaelt.measures.models import Measure, Milestone, OpenPoint
from bihaelt.measures.operations.services import readers_of_offices
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.texts.queries import shown
from bihaelt.workdays import day_of

AHEAD = timedelta(days=14)
MILESTONE, POINT, CONFIRMATION = N_("Milestone"), N_("Open point"), N_("Confirmation by a body")


@dataclass(frozen=True, slots=True)
class Due:
    """A date of a measure. ``what`` is a msgid, ``words_id`` the text that says more, ``office_id`` who sees to it."""

    measure_id: int
    number: str
    title_id: int
    office_id: int | None
    what: str
    words_id: int | None
    on: date


def remind_of_dates(session: Session, *, now: datetime) -> int:
    """The job: once in a week, each editor gets one letter with the dates of the own office that are past or come within
    two weeks; where no editor is named, the plan's owners get it. Returns how many letters.
    """
    today = day_of(now, CITY_ZONE)
    readers = readers_of_offices(session, today)
    mine: dict[Account, list[Due]] = defaultdict(list)
    for due in _due(session, today + AHEAD):
        for account in readers.get(due.office_id) or readers.get(None, []):
            mine[account].append(due)
    year, week, _day = today.isocalendar()
    keys = {account.id: f"dates {year}-{week:02} {account.id}" for account in mine}
    written = set(session.scalars(sa.select(Letter.once_key).where(Letter.once_key.in_(keys.values()))))
    fresh = [account for account in mine if keys[account.id] not in written]
    for account in fresh:
        enqueue(
            session, kind="measure_dates", email=account.email, language=account.language, account_id=account.id, now=now,
            once_key=keys[account.id], name=account.display_name, items=_items(session, account, mine[account], today),
        )  # fmt: skip
    session.flush()
    return len(fresh)


def _due(session: Session, until: date) -> list[Due]:
    """What is not done and due on ``until`` or before, of measures that are not over, the earliest first."""
    going = Measure.state.not_in(OVER)
    measure = (Measure.id, Measure.number, Measure.text_id)
    milestones = session.execute(
        sa.select(*measure, Measure.office_id, Milestone.text_id, Milestone.due_on)
        .join(Milestone, Milestone.measure_id == Measure.id)
        .where(going, Milestone.done_on.is_(None), Milestone.due_on <= until)
    )
    points = session.execute(
        sa.select(
            *measure, sa.func.coalesce(OpenPoint.office_id, Measure.office_id), OpenPoint.text_id, OpenPoint.due_on
        )
        .join(OpenPoint, OpenPoint.measure_id == Measure.id)
        .where(going, OpenPoint.done_on.is_(None), OpenPoint.due_on <= until)
    )
    waiting = session.execute(
        sa.select(*measure, Measure.office_id, sa.null(), Measure.confirm_by).where(
            going, Measure.decided_on.is_(None), Measure.confirm_by <= until
        )
    )
    kinds = ((MILESTONE, milestones), (POINT, points), (CONFIRMATION, waiting))
    found = [Due(*row[:4], what, *row[4:]) for what, rows in kinds for row in rows]
    return sorted(found, key=lambda due: (due.on, due.measure_id, due.what))


def _items(session: Session, account: Account, due: list[Due], today: date) -> list[dict[str, Any]]:
    ids = {text_id for each in due for text_id in (each.title_id, each.words_id) if text_id is not None}
    words = shown(session, ids, BY_BABEL.get(account.language, DEFAULT).chain)
    return [
        {
            "measure_id": each.measure_id, "number": each.number, "title": words[each.title_id].title, "what": each.what,
            "words": words[each.words_id].title if each.words_id is not None else "", "due_on": each.on.isoformat(),
            "late": each.on < today,
        }
        for each in due
    ]  # fmt: skip

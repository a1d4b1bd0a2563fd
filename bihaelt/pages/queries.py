"""Reading the city's own pages and the queue of feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.pages.domain import PageName
from bihaelt.pages.models import CityPage, Feedback
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import TextVersion
from bihaelt.texts.queries import shown


def city_page(session: Session, name: PageName) -> CityPage | None:
    return session.scalar(sa.select(CityPage).where(CityPage.name == name))


def page_text(session: Session, name: PageName, chain: Sequence[str]) -> Shown | None:
    """The city's text for a page, or None while it has written none. Two statements."""
    text_id = session.scalar(sa.select(CityPage.text_id).where(CityPage.name == name))
    return None if text_id is None else shown(session, [text_id], chain)[text_id]


def state_of_pages(session: Session) -> Mapping[tuple[str, str], str]:
    """For each page and language that it has: original, current or late. One statement."""
    rows = session.execute(
        sa.select(CityPage.name, TextVersion.id, TextVersion.text_id, TextVersion.language, TextVersion.made_from_id)
        .join(TextVersion, TextVersion.text_id == CityPage.text_id)
        .where(TextVersion.is_current)
    ).all()
    originals = {row.text_id: row.id for row in rows if row.made_from_id is None}
    return {
        (row.name, row.language): (
            "original"
            if row.made_from_id is None
            else "current"
            if row.made_from_id == originals[row.text_id]
            else "late"
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """A page in one language as its editor finds it. ``original_id`` is the version that a translation is made from."""

    original: TextVersion | None
    mine: TextVersion | None


def standing(session: Session, name: PageName, language: str) -> Standing:
    """Two statements."""
    page = city_page(session, name)
    if page is None:
        return Standing(None, None)
    rows = session.scalars(
        sa.select(TextVersion).where(
            TextVersion.text_id == page.text_id,
            TextVersion.is_current,
            sa.or_(TextVersion.language == language, TextVersion.made_from_id.is_(None)),
        )
    ).all()
    original = next(row for row in rows if row.made_from_id is None)
    return Standing(original, next((row for row in rows if row.language == language), None))


def feedback(session: Session, feedback_id: int) -> Feedback | None:
    return session.get(Feedback, feedback_id)


def by_number(session: Session, number: str) -> Feedback | None:
    """The feedback with this receipt number."""
    return session.scalar(sa.select(Feedback).where(Feedback.number == number))


def open_feedback(session: Session, cursor: Cursor | None, size: int = 50) -> Page[Feedback]:
    """What waits for an answer, the most urgent first. One statement."""
    due, id_ = Feedback.due_on, Feedback.id
    query = sa.select(Feedback).where(Feedback.answered_at.is_(None))
    back = cursor is not None and cursor.back
    if cursor is not None:
        here = sa.tuple_(due, id_)
        there = sa.tuple_(sa.literal(_day(cursor.keys[0])), sa.literal(cursor.keys[1]))
        query = query.where(here < there if back else here > there)
    order = (due.desc(), id_.desc()) if back else (due, id_)
    found = session.scalars(query.order_by(*order).limit(size + 1)).all()
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.due_on.isoformat(), row.id))


def answered_feedback(session: Session, cursor: Cursor | None, size: int = 50) -> Page[Feedback]:
    """What was answered, the newest first. One statement."""
    query = sa.select(Feedback).where(Feedback.answered_at.is_not(None))
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Feedback.id > cursor.keys[0] if back else Feedback.id < cursor.keys[0])
    found = session.scalars(query.order_by(Feedback.id if back else Feedback.id.desc()).limit(size + 1)).all()
    return page_of(found, size=size, cursor=cursor, keys=lambda row: (row.id,))


def desk_count(session: Session, today: date) -> tuple[int, int]:
    """How much feedback waits for an answer, and how much of it is overdue. One statement."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Feedback.due_on < today)).where(
            Feedback.answered_at.is_(None)
        )
    ).one()
    return row[0], row[1]


def _day(text: int | str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return date.min


def healthy(session: Session) -> bool:
    """Whether the database answers; raises SQLAlchemyError when it does not."""
    return session.scalar(sa.select(sa.literal(1))) == 1

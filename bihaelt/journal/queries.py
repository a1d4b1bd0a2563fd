"""Reading the public record: who (never by name), what, when, why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import OTHER, WHO, Fact, act_label, facts, subject_label
from bihaelt.journal.models import JournalEntry
from bihaelt.paging import Cursor, Page, page_of

# Only the public name is read; the chapter of organisations comes later in the story and stays unknown here.
ORGANISATION = sa.table("organisation", sa.column("id", sa.Integer), sa.column("name", sa.String))


@dataclass(frozen=True, slots=True)
class Entry:
    """One official act. ``act``, ``who`` and ``subject`` are msgids; ``organisation`` is set when a delegate acted."""

    id: int
    at: datetime
    act: str
    subject: str
    subject_kind: str
    subject_id: int
    who: str
    organisation: str | None
    title: str
    reason: str
    facts: Sequence[Fact]


def entries(session: Session, subject_kind: str, subject_id: int, *, private: bool = False) -> Sequence[Entry]:
    """All acts on one object, oldest first; the private ones only for a desk that asks for them. One statement."""
    query = _select().where(JournalEntry.subject_kind == subject_kind, JournalEntry.subject_id == subject_id)
    if not private:
        query = query.where(JournalEntry.public)
    return [_entry(row) for row in session.execute(query.order_by(JournalEntry.id))]


def page(session: Session, *, kind: str | None = None, cursor: Cursor | None = None, size: int = 50) -> Page[Entry]:
    """The public record, newest first, of one kind of object if given. One statement."""
    query = _select().where(JournalEntry.public)
    if kind is not None:
        query = query.where(JournalEntry.subject_kind == kind)
    back = cursor is not None and cursor.back
    if cursor is not None:
        key = cursor.keys[0]
        query = query.where(JournalEntry.id > key if back else JournalEntry.id < key)
    query = query.order_by(JournalEntry.id if back else JournalEntry.id.desc()).limit(size + 1)
    found = [_entry(row) for row in session.execute(query)]
    return page_of(found, size=size, cursor=cursor, keys=lambda entry: (entry.id,))


def _select() -> sa.Select[Any]:
    return sa.select(
        JournalEntry.id,
        JournalEntry.at,
        JournalEntry.act,
        JournalEntry.subject_kind,
        JournalEntry.subject_id,
        JournalEntry.role,
        JournalEntry.title,
        JournalEntry.reason,
        JournalEntry.details,
        ORGANISATION.c.name,
    ).outerjoin(ORGANISATION, ORGANISATION.c.id == JournalEntry.organisation_id)


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        act=act_label(row.act),
        subject=subject_label(row.subject_kind),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        who=WHO.get(row.role, OTHER),
        organisation=row.name,
        title=row.title,
        reason=row.reason,
        facts=facts(row.details),
    )

"""How far the paper ballots are typed in. What stands on them is not read here."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.votes.models import PaperEntry


@dataclass(frozen=True, slots=True)
class SheetProgress:
    """Sheets by how far they are typed in: once, twice with a difference, and done."""

    once: int
    differing: int
    done: int


def sheet_progress(session: Session, ballot_id: int) -> SheetProgress:
    """How far the paper ballots are typed in. One statement."""
    sheets = (
        sa.select(sa.func.count().label("parts"), sa.func.max(PaperEntry.is_done.cast(sa.Integer)).label("done"))
        .where(PaperEntry.ballot_id == ballot_id)
        .group_by(PaperEntry.sheet)
        .subquery()
    )
    rows = session.execute(
        sa.select(sheets.c.parts, sheets.c.done, sa.func.count()).group_by(sheets.c.parts, sheets.c.done)
    ).all()
    return SheetProgress(
        once=sum(number for parts, done, number in rows if not done and parts == 1),
        differing=sum(number for parts, done, number in rows if not done and parts > 1),
        done=sum(number for _, done, number in rows if done),
    )


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that waits for its second typing, or (``differs``) for somebody who settles it. ``number`` is printed on it."""

    number: str
    differs: bool
    typed_by: frozenset[int]


def open_sheets(session: Session, ballot_id: int, limit: int = 200) -> Sequence[OpenSheet]:
    """Sheets that are not done, the oldest first. One statement."""
    rows = session.execute(
        sa.select(PaperEntry.sheet, PaperEntry.number, PaperEntry.typed_by_id)
        .where(PaperEntry.ballot_id == ballot_id, PaperEntry.is_done.is_(False))
        .order_by(PaperEntry.id)
        .limit(limit)
    )
    found: dict[str, tuple[str, list[int | None]]] = {}
    for row in rows:
        found.setdefault(row.sheet, (row.number, []))[1].append(row.typed_by_id)
    return [
        OpenSheet(number, len(people) > 1, frozenset(person for person in people if person is not None))
        for number, people in found.values()
    ]

"""Reading the catalogue of regular services (Regelversorgung, R26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.organisations.domain import sort_key
from bihaelt.organisations.models import Office, RegularService
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import TextVersion
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A regular service in a list; ``about`` says what it offers, None where nobody has described it."""

    id: int
    name: str
    sort_key: str
    office_id: int | None
    office: str | None
    contact: str
    link: str
    ended_on: date | None
    about: Shown | None


def service(session: Session, service_id: int) -> RegularService | None:
    """A regular service with its office. One statement."""
    return session.scalar(
        sa.select(RegularService).where(RegularService.id == service_id).options(joinedload(RegularService.office))
    )


def services(session: Session, office_id: int) -> Sequence[RegularService]:
    """The regular services of an office. One statement."""
    return session.scalars(
        sa.select(RegularService)
        .where(RegularService.office_id == office_id, RegularService.ended_on.is_(None))
        .order_by(RegularService.sort_key, RegularService.id)
    ).all()


def service_rows(
    session: Session,
    chain: Sequence[str],
    *,
    words: str = "",
    office_id: int | None = None,
    cursor: str | None = None,
    size: int = 20,
) -> Page[ServiceRow]:
    """One page of the services that run, by name. Two statements.

    ``words`` are looked for in the name and in what a service says of itself, in all languages.
    """
    query: Any = (
        sa.select(
            RegularService.id, RegularService.name, RegularService.sort_key, RegularService.office_id,
            Office.name.label("office"), RegularService.contact, RegularService.link, RegularService.ended_on, RegularService.text_id,
        )
        .outerjoin(Office, Office.id == RegularService.office_id)
        .where(RegularService.ended_on.is_(None))
    )  # fmt: skip
    if words:
        named = RegularService.sort_key.contains(sort_key(words), autoescape=True)
        query = query.where(sa.or_(named, RegularService.text_id.in_(_saying(words))))
    if office_id is not None:
        query = query.where(RegularService.office_id == office_id)
    at, keys = Cursor.decode(cursor, (str, int)), (RegularService.sort_key, RegularService.id)
    back = at is not None and at.back
    if at is not None:
        here = sa.tuple_(*keys)
        there = sa.tuple_(*(sa.literal(value, key.type) for value, key in zip(at.keys, keys, strict=True)))
        query = query.where(here < there if back else here > there)
    found = session.execute(query.order_by(*(key.desc() if back else key for key in keys)).limit(size + 1)).all()
    page = page_of(found, size=size, cursor=at, keys=lambda row: (row[2], row[0]))
    about = shown(session, [row.text_id for row in page.rows], chain)
    rows = [
        ServiceRow(
            row.id, row.name, row.sort_key, row.office_id, row.office, row.contact, row.link, row.ended_on,
            about.get(row.text_id),
        )
        for row in page.rows
    ]  # fmt: skip
    return Page(rows, page.newer, page.older)


def _saying(words: str) -> sa.Select[Any]:
    """The texts that hold the words. Descriptions have no title, so the index of the search does not know them."""
    return sa.select(TextVersion.text_id).where(
        TextVersion.is_current,
        sa.func.lower(TextVersion.body).contains(words.lower(), autoescape=True),
        TextVersion.text_id.in_(sa.select(RegularService.text_id)),
    )


def service_choices(session: Session, *, keep: int | None = None) -> Sequence[tuple[int, str]]:
    """The services to choose from; ``keep`` is one that may have ended already. One statement."""
    query = sa.select(RegularService.id, RegularService.name).where(
        sa.or_(RegularService.ended_on.is_(None), RegularService.id == (keep or 0))
    )
    return [(row.id, row.name) for row in session.execute(query.order_by(RegularService.sort_key, RegularService.id))]

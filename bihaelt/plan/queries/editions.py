"""Reading editions: always what was frozen, never what the plan says today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.plan.domain import Changed, EditionState, Facts, differences, document, unpacked
from bihaelt.plan.models import Edition, EditionMeasure
from bihaelt.texts.domain import Shown, Status

CHUNK = 100


@dataclass(frozen=True, slots=True)
class EditionRow:
    number: int
    state: EditionState
    as_of: datetime
    published_at: datetime | None
    measures: int
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """A measure of an edition as a list shows it; money in cents."""

    position: int
    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    light: Light
    planned: int
    cluster_id: int
    facts: Facts


def edition(session: Session, number: int) -> Edition | None:
    return session.scalar(sa.select(Edition).where(Edition.number == number))


def editions(session: Session, *, drafts: bool = False) -> Sequence[EditionRow]:
    """All editions, the newest first; drafts only for those who make them. One statement."""
    query = sa.select(
        Edition.number, Edition.state, Edition.as_of, Edition.published_at, Edition.measures, Edition.sha256,
        Edition.size,
    )  # fmt: skip
    if not drafts:
        query = query.where(Edition.state != EditionState.DRAFT)
    return [EditionRow(*row) for row in session.execute(query.order_by(Edition.number.desc()))]


def before(session: Session, found: Edition) -> Edition | None:
    """The edition that came before."""
    return session.scalar(
        sa.select(Edition).where(Edition.number < found.number).order_by(Edition.number.desc()).limit(1)
    )  # fmt: skip


def frozen(
    session: Session, found: Edition, chain: Sequence[str], *, cursor: Cursor | None = None, size: int = CHUNK
) -> Page[Frozen]:
    """The measures of an edition in their order. One statement."""
    query = sa.select(EditionMeasure.position, EditionMeasure.facts).where(EditionMeasure.edition_id == found.id)
    back = cursor is not None and cursor.back
    place = EditionMeasure.position
    if cursor is not None:
        query = query.where(place < cursor.keys[0] if back else place > cursor.keys[0])
    rows = session.execute(query.order_by(place.desc() if back else place).limit(size + 1)).all()
    lines = [line(row.position, unpacked(row.facts), chain) for row in rows]
    return page_of(lines, size=size, cursor=cursor, keys=lambda each: (each.position,))


def title_of(facts: Facts, chain: Sequence[str]) -> Shown:
    return titled(facts["title"], facts["source"], chain)


def line(position: int, facts: Facts, chain: Sequence[str]) -> Frozen:
    return Frozen(
        position, facts["id"], facts["number"], title_of(facts, chain),
        Category(facts["category"]), MeasureState(facts["state"]), Light(facts["light"]), facts["planned"],
        facts["cluster"], facts,
    )  # fmt: skip


def one(
    session: Session, found: Edition, number: str, chain: Sequence[str]
) -> tuple[Frozen, Shown, Mapping[str, Any]] | None:
    """A measure of an edition: its line, its words for the reader, and its words in all languages. One statement."""
    row = session.execute(
        sa.select(EditionMeasure.position, EditionMeasure.facts, EditionMeasure.words).where(
            EditionMeasure.edition_id == found.id, EditionMeasure.number == number
        )
    ).one_or_none()
    if row is None:
        return None
    facts, words = unpacked(row.facts), unpacked(row.words)
    return line(row.position, facts, chain), worded(words, facts["source"], chain), words


def changed(session: Session, old: Edition, new: Edition) -> Sequence[Changed]:
    """What differs between two editions. Two statements."""
    return differences(_facts(session, old), _facts(session, new))


def _facts(session: Session, found: Edition) -> Sequence[Facts]:
    rows = session.scalars(
        sa.select(EditionMeasure.facts)
        .where(EditionMeasure.edition_id == found.id)
        .order_by(EditionMeasure.position)
    )  # fmt: skip
    return [unpacked(row) for row in rows]


def whole(session: Session, found: Edition) -> Iterator[bytes]:
    """The edition's document, byte by byte as it was when its check sum was made; read in pieces of 100."""
    return document(found.head, _packed(session, found.id))


def _packed(session: Session, edition_id: int) -> Iterator[tuple[bytes, bytes]]:
    last = 0
    while True:
        rows = session.execute(
            sa.select(EditionMeasure.position, EditionMeasure.facts, EditionMeasure.words)
            .where(EditionMeasure.edition_id == edition_id, EditionMeasure.position > last)
            .order_by(EditionMeasure.position)
            .limit(CHUNK)
        ).all()
        yield from ((row.facts, row.words) for row in rows)
        if len(rows) < CHUNK:
            return
        last = rows[-1].position


def names(found: Edition, kind: str, chain: Sequence[str]) -> Mapping[int, Shown]:
    """How clusters, fields, goals or conferences were called when the edition was made."""
    return {each["id"]: titled(each["title"], each["source"], chain) for each in unpacked(found.head)[kind]}


def titled(titles: Mapping[str, str], source: str, chain: Sequence[str]) -> Shown:
    """A title in the first language of ``chain`` that it has, else in its original one."""
    language = next((each for each in chain if titles.get(each)), source)
    status = Status.ORIGINAL if language == source else Status.HUMAN
    return Shown(0, titles[language], "", {}, language, source, status, stale=False)


def worded(words: Mapping[str, Any], source: str, chain: Sequence[str]) -> Shown:
    """All words of a measure in the first language of ``chain`` that they have, else in the original one."""
    language = next((each for each in chain if each in words), source)
    own = words[language]
    return Shown(
        0, own["title"], own["body"], own["extra"], language, source, Status(own["status"]), stale=own["stale"]
    )  # fmt: skip

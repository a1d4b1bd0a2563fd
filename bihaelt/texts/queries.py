"""Reading texts in the language of the reader."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.paging import Cursor, Page, page_of
from bihaelt.reading import columns
from bihaelt.texts.domain import Kind, Owner, Progress, Shown, Status, Task, Want
from bihaelt.texts.models import Text, TextVersion

# A select of (kind, owner_id, text_id, since): where texts of one kind stand in public. The texts do not know their
# owners; whoever asks names them (bihaelt.publicity.SOURCES).
Source = sa.Select[*tuple[Any, ...]]

# The versions among which a reader's best one is: `ids` of texts, in the languages of `chain` or as they were written.
READABLE = (
    TextVersion.text_id.in_(sa.bindparam("ids", expanding=True)),
    TextVersion.is_current,
    sa.or_(
        TextVersion.language.in_(sa.bindparam("chain", expanding=True)),
        TextVersion.language == Text.source_language,
    ),
)
# Built once, and asked with values: putting a statement together costs as much as to run it.
VERSION = (
    TextVersion.text_id, TextVersion.id, TextVersion.language, Text.source_language, TextVersion.status,
    TextVersion.made_from_id, TextVersion.title,
)  # fmt: skip
SHOWN = (
    sa.select(*VERSION, TextVersion.body, TextVersion.extra).join(Text, Text.id == TextVersion.text_id).where(*READABLE)
)
TITLED = SHOWN.with_only_columns(*VERSION)


def shown(session: Session, text_ids: Iterable[int | None], chain: Sequence[str]) -> Mapping[int, Shown]:
    """Each text in the first language of ``chain`` (Babel ids) that it has, else in its original. One statement.

    A translation that is out of date is still shown, and says so.
    """
    return _best(session, SHOWN, text_ids, chain)


def titled(session: Session, text_ids: Iterable[int | None], chain: Sequence[str]) -> Mapping[int, Shown]:
    """As ``shown``, for lists of titles: the bodies are left out, and not read. One statement."""
    return _best(session, TITLED, text_ids, chain)


def _best(
    session: Session, query: sa.Select[*tuple[Any, ...]], text_ids: Iterable[int | None], chain: Sequence[str]
) -> Mapping[int, Shown]:
    wanted = {text_id for text_id in text_ids if text_id is not None}
    if not wanted:
        return {}
    rank = {language: place for place, language in enumerate(chain)}
    originals: dict[int, int] = {}
    best: dict[int, tuple[int, Any]] = {}
    for row in columns(session, query, {"ids": sorted(wanted), "chain": chain}):
        text_id, version_id, language, source_language, *_words = row
        if language == source_language:
            originals[text_id] = version_id
        place = rank.get(language, len(rank))
        if text_id not in best or place < best[text_id][0]:
            best[text_id] = place, row
    return {text_id: _shown(row, originals[text_id]) for text_id, (_place, row) in best.items()}


def _shown(row: Any, original_id: int) -> Shown:
    text_id, _version_id, language, source_language, status, made_from_id, title, *words = row
    body, extra = words or ("", {})
    stale = made_from_id is not None and made_from_id != original_id
    return Shown(text_id, title, body, extra, language, source_language, status, stale)


def versions(session: Session, text_id: int, language: str | None = None) -> Sequence[TextVersion]:
    """All versions of a text, oldest first; of one language if given."""
    query = sa.select(TextVersion).where(TextVersion.text_id == text_id).order_by(TextVersion.id)
    if language is not None:
        query = query.where(TextVersion.language == language)
    return session.scalars(query).all()


def languages_of(session: Session, text_id: int) -> Sequence[TextVersion]:
    """The current version in every language that a text has, the original first."""
    return session.scalars(
        sa.select(TextVersion)
        .where(TextVersion.text_id == text_id, TextVersion.is_current)
        .order_by(TextVersion.made_from_id.is_(None).desc(), TextVersion.language)
    ).all()


def owner_of(session: Session, text_id: int, sources: Sequence[Source]) -> Owner | None:
    """What a text belongs to, if it is public; None otherwise. One statement."""
    owned = _owned(sources)
    row = session.execute(sa.select(owned).where(owned.c.text_id == text_id).limit(1)).first()
    return Owner(Kind(row.kind), row.owner_id, row.text_id, row.since) if row else None


def tasks(
    session: Session,
    language: str,
    want: Want,
    sources: Sequence[Source],
    *,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Task]:
    """Public texts that wait for a translator in ``language``, the newest first. One statement."""
    owned, original, version = _owned(sources), aliased(TextVersion), aliased(TextVersion)
    wanted = {
        Want.MISSING: version.id.is_(None),
        Want.STALE: version.made_from_id != original.id,
        Want.MACHINE: sa.and_(version.made_from_id == original.id, version.status == Status.MACHINE),
    }
    back = cursor is not None and cursor.back
    query = (
        sa.select(owned.c.kind, owned.c.owner_id, owned.c.text_id, Text.source_language, original.title, original.body)
        .join(Text, Text.id == owned.c.text_id)
        .join(
            original,
            sa.and_(original.text_id == Text.id, original.language == Text.source_language, original.is_current),
        )
        .outerjoin(version, sa.and_(version.text_id == Text.id, version.language == language, version.is_current))
        .where(Text.source_language != language, wanted[want])
    )
    if cursor is not None:
        query = query.where(owned.c.text_id > cursor.keys[0] if back else owned.c.text_id < cursor.keys[0])
    order = owned.c.text_id if back else owned.c.text_id.desc()
    rows = session.execute(query.order_by(order).limit(size + 1)).all()
    found = [
        Task(Kind(row.kind), row.owner_id, row.text_id, row.source_language, row.title, row.body, want) for row in rows
    ]
    return page_of(found, size=size, cursor=cursor, keys=lambda task: (task.text_id,))


def progress(session: Session, languages: Iterable[str], sources: Sequence[Source]) -> Mapping[str, Progress]:
    """How far all public texts are translated, by language. Two statements; for the translators' desk only."""
    owned, original, version = _owned(sources), aliased(TextVersion), aliased(TextVersion)
    originals = session.execute(
        sa.select(Text.source_language, sa.func.count().label("number"))
        .join(owned, owned.c.text_id == Text.id)
        .group_by(Text.source_language)
    )
    written: dict[str, int] = {row.source_language: row.number for row in originals}
    rows = session.execute(
        sa.select(
            version.language,
            sa.func.sum(sa.case((version.made_from_id == original.id, 1), else_=0)).label("done"),
            sa.func.sum(sa.case((version.made_from_id != original.id, 1), else_=0)).label("stale"),
        )
        .join(owned, owned.c.text_id == version.text_id)
        .join(Text, Text.id == version.text_id)
        .join(
            original,
            sa.and_(original.text_id == Text.id, original.language == Text.source_language, original.is_current),
        )
        .where(version.is_current, version.language != Text.source_language)
        .group_by(version.language)
    ).all()
    found = {row.language: row for row in rows}
    total = sum(written.values())
    return {
        language: Progress(
            total - written.get(language, 0),
            found[language].done if language in found else 0,
            found[language].stale if language in found else 0,
        )
        for language in languages
    }


def _owned(sources: Sequence[Source]) -> sa.Subquery:
    return sa.union_all(*sources).subquery("owned")

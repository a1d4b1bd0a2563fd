"""Reading texts in the language of the reader."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.texts.domain import Shown
from bihaelt.texts.models import Text, TextVersion


def shown(session: Session, text_ids: Iterable[int | None], chain: Sequence[str]) -> Mapping[int, Shown]:
    """Each text in the first language of ``chain`` (Babel ids) that it has, else in its original. One statement.

    A translation that is out of date is still shown, and says so.
    """
    wanted = {text_id for text_id in text_ids if text_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(
            TextVersion.text_id, TextVersion.title, TextVersion.body, TextVersion.extra, TextVersion.language,
            TextVersion.status, TextVersion.made_from_id, TextVersion.id, Text.source_language,
        )
        .join(Text, Text.id == TextVersion.text_id)
        .where(
            TextVersion.text_id.in_(wanted),
            TextVersion.is_current,
            sa.or_(TextVersion.language.in_(chain), TextVersion.language == Text.source_language),
        )
    ).all()  # fmt: skip
    originals = {row.text_id: row.id for row in rows if row.language == row.source_language}
    rank = {language: place for place, language in enumerate(chain)}
    best: dict[int, sa.Row[tuple[object, ...]]] = {}
    for row in rows:
        known = best.get(row.text_id)
        if known is None or rank.get(row.language, len(rank)) < rank.get(known.language, len(rank)):
            best[row.text_id] = row
    return {
        text_id: Shown(
            text_id, row.title, row.body, row.extra, row.language, row.source_language, row.status,
            stale=row.made_from_id is not None and row.made_from_id != originals[text_id],
        )
        for text_id, row in best.items()
    }  # fmt: skip


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

"""Writing, changing and translating texts. The journal entry of an original belongs to the act that carries the text."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.verdicts import Conflict, DomainError


def current_version(session: Session, text_id: int, language: str) -> TextVersion | None:
    return session.scalar(
        sa.select(TextVersion).where(
            TextVersion.text_id == text_id, TextVersion.language == language, TextVersion.is_current
        )
    )


def write(session: Session, *, language: str, words: Words, now: datetime, author_id: int | None = None) -> Text:
    """A new text in its original language."""
    text = Text(source_language=language)
    session.add(text)
    session.flush()
    _add(session, text, language, words, Status.ORIGINAL, None, 1, now, author_id, "")
    return text


def rewrite(
    session: Session, *, text: Text, words: Words, now: datetime, author_id: int | None = None, reason: str = ""
) -> TextVersion:
    """A new version of the original; translations made from the old one are out of date from now on.

    Unchanged words make no version: the current one is returned.
    """
    old = current_version(session, text.id, text.source_language)
    assert old is not None, "a text always has its original"
    if words_of(old) == words:
        return old
    old.is_current = False
    session.flush()
    return _add(
        session, text, text.source_language, words, Status.ORIGINAL, None, old.number + 1, now, author_id, reason
    )


def translate(
    session: Session,
    *,
    text: Text,
    language: str,
    words: Words,
    status: Status,
    made_from: TextVersion,
    now: datetime,
    author_id: int | None = None,
) -> TextVersion:
    """Add or correct the translation into ``language``, made from the version ``made_from`` of the original.

    Raises DomainError for a translation into the original's own language, Conflict for a foreign original.
    """
    if language == text.source_language or status is Status.ORIGINAL:
        raise DomainError(N_("This is the language that the text was written in."), field="language")
    if made_from.text_id != text.id or made_from.language != text.source_language:
        raise Conflict(N_("The original has changed. Please look at it again."))
    old = current_version(session, text.id, language)
    if old is not None:
        old.is_current = False
        session.flush()
    number = old.number + 1 if old else 1
    return _add(session, text, language, words, status, made_from, number, now, author_id, "")


def publish_translation(
    session: Session, *, text: Text, language: str, words: Words, status: Status, made_from: int, replaces: int | None,
    by: Voice, now: datetime,
) -> TextVersion:  # fmt: skip
    """A translator writes or corrects a translation, in view of the original ``made_from`` and, if there was one, of
    the translation ``replaces`` (ids of versions).

    Raises Conflict when one of them is not the present one any more: what was typed has to be looked at again.
    Unchanged words with the same status and original make no version: the present one is returned.
    """
    original = current_version(session, text.id, text.source_language)
    old = current_version(session, text.id, language)
    if original is None or original.id != made_from:
        raise Conflict(N_("The original has changed. Please look at it again."))
    if (old.id if old else None) != replaces:
        raise Conflict(N_("Somebody else has changed this translation meanwhile. Please look at it again."))
    if old is not None and words_of(old) == words and (old.status, old.made_from_id) == (status, original.id):
        return old
    made = translate(
        session, text=text, language=language, words=words, status=status, made_from=original, now=now,
        author_id=by.actor_id,
    )  # fmt: skip
    record(session, act="text.translated", subject=text, by=by, now=now, language=language, status=status.value)
    session.flush()
    return made


def words_of(version: TextVersion) -> Words:
    return Words(version.title, version.body, version.extra)


def _add(
    session: Session, text: Text, language: str, words: Words, status: Status, made_from: TextVersion | None,
    number: int, now: datetime, author_id: int | None, reason: str,
) -> TextVersion:  # fmt: skip
    version = TextVersion(
        text_id=text.id,
        language=language,
        number=number,
        title=words.title,
        body=words.body,
        extra=dict(words.extra),
        status=status,
        made_from_id=made_from.id if made_from else None,
        author_id=author_id,
        reason=reason,
        is_current=True,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version

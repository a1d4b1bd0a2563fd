"""Keeping the city's catalogues: add, change, reorder, retire, restore, and remove what was never used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.organisations.domain import makes_circle, sort_key
from bihaelt.organisations.models import RegularService
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import current_version, rewrite, translate, words_of, write
from bihaelt.topics.domain import IN_USE, SHAPES, TAKEN, Catalogue, Part, slug
from bihaelt.topics.models import MODELS
from bihaelt.verdicts import Conflict, DomainError

SOURCE = "de"


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry is to hold. ``words`` by Babel id, German first; empty words mean that there are none.

    ``still_right``: translations that were not changed still say the same as the new German words.
    """

    name: str = ""
    words: Mapping[str, Words] | None = None
    parts: Mapping[Part, Any] | None = None
    still_right: bool = False


def add(
    session: Session, *, catalogue: Catalogue, content: Content, within_id: int | None = None, by: Voice, now: datetime
) -> Any:
    """A new entry at the end of its catalogue. Raises DomainError for a name that is taken or a field that does not fit."""
    shape, model = SHAPES[catalogue], MODELS[catalogue]
    _check(session, catalogue, None, content)
    values: dict[str, Any] = {str(part): value for part, value in (content.parts or {}).items()}
    if shape.named:
        values["name"] = content.name
    if shape.told:
        values["text_id"] = _write(session, content, by, now)
    if shape.keyed:
        values["key"] = _free_key(session, catalogue, _title(content))
    if shape.within is not None:
        values[f"{SHAPES[shape.within].subject}_id"] = within_id
    siblings = _siblings(session, catalogue, within_id)
    row = model(**values, position=max((sibling.position for sibling in siblings), default=0) + 1)
    session.add(row)
    session.flush()
    _record(session, catalogue, "added", row, by, now, entry=_title(content))
    return row


def change(session: Session, *, catalogue: Catalogue, row: Any, content: Content, by: Voice, now: datetime) -> None:
    """New words, names and parts of an entry. Translations that were not touched are out of date from now on."""
    shape = SHAPES[catalogue]
    _check(session, catalogue, row, content)
    former = title_of(session, catalogue, row)
    for part, value in (content.parts or {}).items():
        setattr(row, part, value)
    if shape.named:
        row.name = content.name
    if isinstance(row, RegularService):
        row.sort_key = sort_key(content.name)
    if shape.told:
        _rewrite(session, row, content, by, now)
    new = _title(content)
    _record(session, catalogue, "changed", row, by, now, entry=new, former_entry=former if former != new else "")


def move(session: Session, *, catalogue: Catalogue, row: Any, up: bool, by: Voice, now: datetime) -> None:
    """One place up or down; nothing happens at the ends. The positions are 1, 2, 3 … afterwards."""
    shape = SHAPES[catalogue]
    within_id = getattr(row, f"{SHAPES[shape.within].subject}_id") if shape.within else None
    siblings = list(_siblings(session, catalogue, within_id))
    old = siblings.index(row)
    new = old - 1 if up else old + 1
    if not 0 <= new < len(siblings):
        return
    siblings[old], siblings[new] = siblings[new], siblings[old]
    for position, sibling in enumerate(siblings, 1):
        sibling.position = position
    _record(session, catalogue, "moved", row, by, now, entry=title_of(session, catalogue, row))


def retire(session: Session, *, catalogue: Catalogue, row: Any, by: Voice, now: datetime, today: date) -> None:
    """Not to be chosen any more; everything that belongs to it stays.

    A working group ends with a reason (``end_group``): raises DomainError.
    """
    if is_retired(catalogue, row):
        return
    if catalogue is Catalogue.WORKING_GROUPS:
        raise DomainError(N_("A working group ends with a reason, on its own page."))
    setattr(row, SHAPES[catalogue].lives, False if SHAPES[catalogue].lives == "active" else today)
    _record(session, catalogue, "retired", row, by, now, entry=title_of(session, catalogue, row))


def restore(session: Session, *, catalogue: Catalogue, row: Any, by: Voice, now: datetime) -> None:
    if not is_retired(catalogue, row):
        return
    if catalogue is Catalogue.WORKING_GROUPS:
        row.end_reason = ""
    setattr(row, SHAPES[catalogue].lives, True if SHAPES[catalogue].lives == "active" else None)
    _record(session, catalogue, "restored", row, by, now, entry=title_of(session, catalogue, row))


def remove(session: Session, *, catalogue: Catalogue, row: Any, by: Voice, now: datetime) -> None:
    """Take away an entry that was never used. The database knows best: it refuses while anything points to it."""
    title = title_of(session, catalogue, row)
    try:
        with session.begin_nested():
            session.execute(sa.delete(MODELS[catalogue]).where(MODELS[catalogue].id == row.id))
    except IntegrityError as error:
        raise Conflict(IN_USE) from error
    if SHAPES[catalogue].told and row.text_id is not None:
        session.execute(sa.delete(Text).where(Text.id == row.text_id))
    _record(session, catalogue, "removed", row, by, now, entry=title)


def is_retired(catalogue: Catalogue, row: Any) -> bool:
    lives = getattr(row, SHAPES[catalogue].lives)
    return not lives if SHAPES[catalogue].lives == "active" else lives is not None


def title_of(session: Session, catalogue: Catalogue, row: Any) -> str:
    """What an entry is called in the public record: its proper name, else its German title."""
    if SHAPES[catalogue].named:
        return str(row.name)
    version = current_version(session, row.text_id, SOURCE)
    return version.title if version else ""


def field_of(language: str) -> str:
    """The form field that holds a text's first words in a language (Babel id)."""
    return f"words_{language.replace('@', '_')}"


def _title(content: Content) -> str:
    return content.name or (content.words or {}).get(SOURCE, Words()).title


def _check(session: Session, catalogue: Catalogue, row: Any, content: Content) -> None:
    shape, model, parts = SHAPES[catalogue], MODELS[catalogue], content.parts or {}
    if shape.named:
        same = sa.select(model.id).where(sa.func.lower(model.name) == content.name.lower())
        taken = session.scalars(same).all()
        if any(row is None or number != row.id for number in taken):
            raise DomainError(TAKEN, field="name")
    elif _same_title(session, catalogue, row, _title(content)):
        raise DomainError(TAKEN, field=field_of(SOURCE))
    if parts.get(Part.KIND) == "new" and not parts.get(Part.REASON):
        raise DomainError(N_("A new group needs a reason."), field="reason")
    parent = parts.get(Part.PARENT)
    if parent is not None and row is not None and makes_circle(_parents(session), row.id, parent):
        raise DomainError(N_("An office cannot belong to itself, not even through others."), field="parent_id")


def _same_title(session: Session, catalogue: Catalogue, row: Any, title: str) -> bool:
    """Whether another entry has this German title; a second submit of the same form is stopped here too."""
    model = MODELS[catalogue]
    query = (
        sa.select(model.id)
        .join(TextVersion, TextVersion.text_id == model.text_id)
        .where(
            TextVersion.language == SOURCE, TextVersion.is_current, sa.func.lower(TextVersion.title) == title.lower()
        )
    )
    return any(row is None or number != row.id for number in session.scalars(query))


def _parents(session: Session) -> Mapping[int, int | None]:
    model = MODELS[Catalogue.OFFICES]
    return {row.id: row.parent_id for row in session.execute(sa.select(model.id, model.parent_id))}


def _siblings(session: Session, catalogue: Catalogue, within_id: int | None) -> Sequence[Any]:
    model, within = MODELS[catalogue], SHAPES[catalogue].within
    query = sa.select(model).order_by(model.position, model.id)
    if within is not None:
        query = query.where(getattr(model, f"{SHAPES[within].subject}_id") == within_id)
    return session.scalars(query).all()


def _free_key(session: Session, catalogue: Catalogue, title: str) -> str:
    model, wished = MODELS[catalogue], slug(title)
    taken = set(session.scalars(sa.select(model.key)))
    tries = (wished if n == 1 else f"{wished}-{n}" for n in range(1, len(taken) + 2))
    return next(key for key in tries if key not in taken)


def _write(session: Session, content: Content, by: Voice, now: datetime) -> int | None:
    words = content.words or {}
    if words.get(SOURCE, Words()) == Words():
        return None
    text = write(session, language=SOURCE, words=words[SOURCE], now=now, author_id=by.actor_id)
    _translate(session, text, content, by, now)
    return text.id


def _rewrite(session: Session, row: Any, content: Content, by: Voice, now: datetime) -> None:
    if row.text_id is None:
        row.text_id = _write(session, content, by, now)
        return
    text = session.get_one(Text, row.text_id)
    before = current_version(session, text.id, SOURCE)
    words = content.words or {}
    after = rewrite(session, text=text, words=words.get(SOURCE, Words()), now=now, author_id=by.actor_id)
    _translate(session, text, content, by, now, again=content.still_right and before is not after)


def _translate(
    session: Session, text: Text, content: Content, by: Voice, now: datetime, *, again: bool = False
) -> None:
    """Every translation that says something new (all of them with ``again``), made from the current German words."""
    original = current_version(session, text.id, SOURCE)
    assert original is not None, "a text always has its original"
    for language, words in (content.words or {}).items():
        if language == SOURCE:
            continue
        known = current_version(session, text.id, language)
        if words == Words():
            if known is not None and words_of(known) != Words():
                raise DomainError(N_("A translation can be changed, but not taken away."), field=field_of(language))
            continue
        if known is not None and words_of(known) == words and not again:
            continue
        status = known.status if known is not None and words_of(known) == words else Status.HUMAN
        translate(
            session, text=text, language=language, words=words, status=status, made_from=original, now=now,
            author_id=by.actor_id,
        )  # fmt: skip


def _record(
    session: Session, catalogue: Catalogue, verb: str, row: Any, by: Voice, now: datetime, **names: str
) -> None:
    number = row.number if catalogue is Catalogue.OFFICES else ""
    details: dict[str, Any] = names | ({"number": number} if number else {})
    record(session, act=f"{SHAPES[catalogue].subject}.{verb}", subject=row, by=by, now=now, **details)
    session.flush()

"""The demo city's words in all languages: what city.yaml says itself, and the phrase book for everything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from bihaelt.i18n import LANGUAGES
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate, write

FOLDER = Path(__file__).parent
OTHERS = tuple(language.babel for language in LANGUAGES if language.babel != "de")


@cache
def read(name: str) -> Any:
    """One of the demo's YAML files, read once."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


@cache
def phrases(language: str) -> Mapping[str, str]:
    """German sentence -> the same in ``language`` (words/<language>.yaml); empty where there is no file."""
    path = FOLDER / "words" / f"{language}.yaml"
    return yaml.safe_load(path.read_text("utf-8")) or {} if path.exists() else {}


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be said: ``title`` may come in several languages, ``body`` and ``extra`` are German.

    ``source`` is the language it was first written in, ``original`` its body there.
    """

    title: str | Mapping[str, str] = ""
    body: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    source: str = "de"
    original: str = ""

    def words(self, language: str) -> Words | None:
        """All of it in ``language``, or None where a part is missing: half a translation is none."""
        title = self._title(language)
        body = self.original if language == self.source and self.original else said(self.body, language)
        extra = {key: said(value, language) for key, value in self.extra.items()}
        if title is None or body is None or None in extra.values():
            return None
        return Words(title, body, {key: value or "" for key, value in extra.items()})

    def _title(self, language: str) -> str | None:
        if isinstance(self.title, Mapping):
            return self.title.get(language) or said(self.title["de"], language)
        return said(self.title, language)


def said(german: str, language: str) -> str | None:
    """``german`` in ``language``, or None if nobody has translated it."""
    return german if language == "de" or not german else phrases(language).get(german)


def tell(session: Session, speech: Speech, *, now: datetime, author_id: int | None = None) -> Text:
    """Write ``speech`` as a text with its original and every whole translation, marked as made by machine."""
    original = speech.words(speech.source) or Words(
        speech.title if isinstance(speech.title, str) else speech.title[speech.source],
        speech.original or speech.body,
        {key: said(value, speech.source) or value for key, value in speech.extra.items()},
    )
    text = write(session, language=speech.source, words=original, now=now, author_id=author_id)
    made_from = current_version(session, text.id, speech.source)
    assert made_from is not None
    for language in ("de", *OTHERS):
        words = speech.words(language) if language != speech.source else None
        if words is not None:
            status = Status.CHECKED if language == "de" else Status.MACHINE
            translate(session, text=text, language=language, words=words, status=status, made_from=made_from, now=now)
    return text

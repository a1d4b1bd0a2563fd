"""Forms of translators. The fields of a translation follow from the parts that the original has."""

from typing import Any

from wtforms.fields import HiddenField

from bihaelt.forms import BaseForm, Choice, FilterForm, Line, Paragraphs, named, options, or_none
from bihaelt.i18n import LANGUAGES
from bihaelt.marks import N_
from bihaelt.texts.domain import BY_PEOPLE, Status, Want, Words, part_label

TITLE_LENGTH = 300
BODY_LENGTH = 20_000
EXTRA = "extra_"


class TranslationForm(BaseForm):
    """``made_from`` and ``replaces`` are the versions of original and translation that the translator saw."""

    made_from = HiddenField("", filters=[or_none(int)])
    replaces = HiddenField("", filters=[or_none(int)])

    def words(self) -> Words:
        """What was typed, as the words of a version."""
        typed = {name: field.data or "" for name, field in self._fields.items()}
        extra = {name.removeprefix(EXTRA): words for name, words in typed.items() if name.startswith(EXTRA)}
        return Words(typed.get("title", ""), typed.get("body", ""), extra)


class TaskFilter(FilterForm):
    """Which language, and what is looked for in it."""

    language = Choice(N_("Language"), choices=named([(each.babel, each.name) for each in LANGUAGES]))
    want = Choice(N_("What to do"), choices=options(Want), coerce=Want)


def translation_form(original: Words) -> type[TranslationForm]:
    """The form for translating ``original``: a field for each part that it has, all of them needed."""
    needed = N_("Write something first.")
    fields: dict[str, Any] = {}
    if original.title:
        fields["title"] = Line(N_("Title"), needed=needed, most=TITLE_LENGTH)
    if original.body:
        fields["body"] = Paragraphs(N_("Text"), needed=needed, most=BODY_LENGTH)
    for part, words in original.extra.items():
        if words:
            fields[f"{EXTRA}{part}"] = Paragraphs(part_label(part), needed=needed, most=BODY_LENGTH)
    fields["status"] = Choice(
        N_("How was it made?"), needed=N_("Choose one of these."), radio=True, choices=options(BY_PEOPLE), coerce=Status
    )
    return type("TranslationForm", (TranslationForm,), fields)

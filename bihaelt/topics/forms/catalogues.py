"""One form for every catalogue of the city, made from what its entries hold."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from bihaelt.forms import BaseForm, Choice, Email, Line, Paragraphs, Tick, named, options
from bihaelt.i18n import LANGUAGES, Language, gettext, lazy_gettext
from bihaelt.marks import N_
from bihaelt.organisations.domain import GroupKind
from bihaelt.organisations.forms import web_address
from bihaelt.texts.domain import Words
from bihaelt.topics.domain import SHAPES, Catalogue, Part
from bihaelt.topics.operations import SOURCE, Content, field_of

NEED_NAME = N_("Enter a name")
NEED_TITLE = N_("Enter a title")
# How each part is asked for; a Line and the like are made anew for each form.
PARTS: Mapping[Part, Callable[[], Any]] = {
    Part.NUMBER: lambda: Line(
        N_("Number"), most=10, hint=N_("With leading zeros, as the city writes it, for example 095")
    ),
    Part.PARENT: lambda: Choice(N_("Belongs to"), coerce=int),
    Part.CONTACT: lambda: Email(N_("E-mail address")),
    Part.LINK: lambda: Line(N_("Website"), most=300, validators=[web_address]),
    Part.KIND: lambda: Choice(
        N_("Kind"), needed=N_("Choose a kind"), choices=options(GroupKind, N_("Please choose")), coerce=GroupKind
    ),
    Part.LEAD: lambda: Choice(N_("Led by"), coerce=int),
    Part.OFFICE: lambda: Choice(N_("Office"), coerce=int),
    Part.REASON: lambda: Paragraphs(
        N_("Why is a new group needed?"), most=2000, hint=N_("Only for a new group: existing ones come first.")
    ),
}
OFFICES = (Part.PARENT, Part.LEAD, Part.OFFICE)
NAME_LENGTH = {Catalogue.DISTRICTS: 80, Catalogue.SERVICES: 200}


class EntryForm(BaseForm):
    """An entry of ``catalogue``; ``words_…`` are the titles (bodies where the entry has a proper name), ``more_…`` the bodies."""

    catalogue: Catalogue
    within_id: Any = None
    still_right: Any = None

    def languages(self) -> Sequence[tuple[Language, Any, Any]]:
        """Each language with its first and second field (None where the catalogue has none)."""
        return [
            (language, self._fields[field_of(language.babel)], self._fields.get(more_of(language)))
            for language in LANGUAGES
            if field_of(language.babel) in self._fields
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A translation needs a title, and German words to be made from."""
        fitting = bool(super().validate(extra_validators))
        for language, first, second in self.languages():
            if second is not None and second.data and not first.data:
                first.errors = [gettext(NEED_TITLE)]
                fitting = False
            elif language.babel != SOURCE and first.data and not self._fields[field_of(SOURCE)].data:
                self._fields[field_of(SOURCE)].errors = [gettext(N_("Please write it in German first."))]
                fitting = False
        return fitting

    def content(self) -> Content:
        shape = SHAPES[self.catalogue]
        return Content(
            name=self._fields["name"].data if shape.named else "",
            words={language.babel: said(first, second, shape.named) for language, first, second in self.languages()},
            parts={part: value_of(self._fields[part].data, part) for part in shape.parts},
            still_right="still_right" in self._fields and bool(self._fields["still_right"].data),
        )


def said(first: Any, second: Any, named: bool) -> Words:
    """What was typed in one language: beside a proper name there is only a body."""
    if named:
        return Words(body=first.data or "")
    return Words(first.data or "", (second.data or "") if second is not None else "")


def value_of(data: Any, part: Part) -> Any:
    """An empty line is kept as an empty text, an empty choice as None."""
    return data if part in (*OFFICES, Part.KIND) else data or ""


def more_of(language: Language) -> str:
    return field_of(language.babel).replace("words_", "more_", 1)


@cache
def form_for(catalogue: Catalogue) -> type[EntryForm]:
    """The form of a catalogue's entries, with a field for every word in every language."""
    shape = SHAPES[catalogue]
    fields: dict[str, Any] = {"catalogue": catalogue}
    if shape.named:
        fields["name"] = Line(N_("Name"), needed=NEED_NAME, most=NAME_LENGTH.get(catalogue, 160))
    if shape.within is not None:
        fields["within_id"] = Choice(SHAPES[shape.within].one, needed=N_("Please choose"), coerce=int)
    for part in shape.parts:
        fields[str(part)] = PARTS[part]()
    if shape.told:
        for language in LANGUAGES:
            fields.update(word_fields(language, titled=not shape.named, body=shape.body))
        fields["still_right"] = Tick(
            N_("The translations still say the same"),
            hint=N_(
                "Tick this after a small correction of the German words. Else the translations are marked out of date."
            ),
        )
    return type("EntryForm", (EntryForm,), fields)


def word_fields(language: Language, *, titled: bool, body: bool) -> dict[str, Any]:
    first, second = field_of(language.babel), more_of(language)
    if not titled:
        return {first: in_language(Paragraphs(N_("Description (%(language)s)"), most=5000), language)}
    needed = NEED_TITLE if language.babel == SOURCE else ""
    fields = {first: in_language(Line(N_("Title (%(language)s)"), needed=needed, most=300), language)}
    if body:
        fields[second] = in_language(Paragraphs(N_("Description (%(language)s)"), most=5000), language)
    return fields


def in_language(field: Any, language: Language) -> Any:
    """The unbound field with the language's own name in its label."""
    label, *rest = field.args
    field.args = (lazy_gettext(label.message, language=language.name), *rest)
    return field


def filled(catalogue: Catalogue, row: Any = None, words: Mapping[str, Words] | None = None) -> EntryForm:
    """The form of an entry as it is now (empty for a new one)."""
    shape = SHAPES[catalogue]
    values: dict[str, Any] = {str(part): getattr(row, part, None) for part in shape.parts}
    if row is not None and shape.named:
        values["name"] = row.name
    if row is not None and shape.within is not None:
        values["within_id"] = getattr(row, f"{SHAPES[shape.within].subject}_id")
    for language in LANGUAGES:
        said = (words or {}).get(language.babel, Words())
        values[field_of(language.babel)] = said.body if shape.named else said.title
        values[more_of(language)] = said.body
    form = form_for(catalogue)(**values)
    if row is None and shape.told:
        del form.still_right
    if row is not None and shape.within is not None:
        del form.within_id
    return form


def offer_offices(form: EntryForm, offices: Sequence[tuple[int, str]]) -> None:
    for part in OFFICES:
        if part in form._fields:
            form._fields[part].choices = named(offices, N_("None"))

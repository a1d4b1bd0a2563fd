"""Forms of taking over an existing plan: the file, its columns, its unknown words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FileField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from bihaelt.forms import (
    BaseForm,
    Choice,
    DropDown,
    FilterForm,
    Line,
    Paragraphs,
    UploadForm,
    lazy_gettext,
    named,
    options,
    or_none,
)
from bihaelt.i18n import LANGUAGES, apart, gettext
from bihaelt.imports.domain import LEAVE_OUT, MOST_BYTES, MOST_ROWS, Part, Place, RowState, Wordlist
from bihaelt.imports.domain.columns import OF_A_YEAR, PARTS, YEAR
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import Category
from bihaelt.measures.domain.sheet import FIRST_YEAR, LAST_YEAR

NOT_TAKEN = N_("Not taken over")
EMPTY = N_("Leave it empty")
MOST_YEARS_AFTER = 5
NO_NAMES = N_("No names of people, please: everybody can read this.")
# What can be said once for all rows that say nothing themselves.
FOR_ALL: Mapping[Part, Wordlist] = {
    Part.CLUSTER: Wordlist.CLUSTER, Part.OFFICE: Wordlist.OFFICE, Part.GROUP: Wordlist.GROUP,
}  # fmt: skip


class PlanFileForm(UploadForm):
    MOST = MOST_BYTES
    file = FileField(
        lazy_gettext(N_("File (Excel, LibreOffice or CSV)")),
        description=lazy_gettext(N_("One row for each measure, at most %(most)s rows."), most=MOST_ROWS),
    )
    table = Line(
        N_("Name of the table"),
        most=200,
        hint=N_("Only where the file has several: without a name the longest is taken."),
    )
    language = Choice(
        N_("In which language it is written"),
        needed=N_("Choose a language."),
        choices=named((language.babel, language.name) for language in LANGUAGES),
        default="de",
    )


class ColumnsForm(BaseForm):
    """One list to choose from for each column (``column_0`` …), and what holds for rows that say nothing (``all_…``)."""

    count: ClassVar[int] = 0

    def columns(self) -> dict[str, str]:
        return {str(place): self[f"column_{place}"].data for place in range(self.count) if self[f"column_{place}"].data}

    def defaults(self) -> dict[str, str]:
        chosen = {part.value: self[f"all_{part.value}"].data for part in (*FOR_ALL, Part.CATEGORY)}
        return {part: str(value) for part, value in chosen.items() if value}


def columns_form(
    headings: Sequence[str], samples: Sequence[Sequence[str]], columns: Mapping[str, str], defaults: Mapping[str, str],
    choices: Mapping[Wordlist, Sequence[tuple[int | str, str]]], this_year: int,
) -> ColumnsForm:  # fmt: skip
    """The form for the columns of a file, as it is arranged so far; ``samples`` are examples of each column's cells."""
    goals = named(_goals(headings, this_year), empty=NOT_TAKEN)
    fields: dict[str, Any] = {"count": len(headings)}
    for place, heading in enumerate(headings):
        fields[f"column_{place}"] = to_choose(
            apart(heading or f"{place + 1}"), goals, default=columns.get(str(place), ""),
            hint=" · ".join(apart(cell[:60]) for cell in samples[place]),
        )  # fmt: skip
    for part, wordlist in FOR_ALL.items():
        fields[f"all_{part.value}"] = Choice(
            label_of(part), choices=named(choices[wordlist], empty=EMPTY), coerce=int,
            default=int(defaults[part.value]) if part.value in defaults else None,
        )  # fmt: skip
    fields["all_category"] = Choice(
        label_of(Part.CATEGORY), choices=options(Category, empty=EMPTY), coerce=Category,
        default=defaults.get("category"),
    )  # fmt: skip
    return type("ColumnsOfFile", (ColumnsForm,), fields)()


def to_choose(label: str, rows: Sequence[SelectChoice], *, default: str = "", hint: str = "") -> DropDown:
    """One of ``rows``, or nothing. Label and hint are words of a file: no catalogue is asked for them."""
    return DropDown(label, [Optional()], description=hint, choices=rows, coerce=or_none(str), default=default)


def _goals(headings: Sequence[str], this_year: int) -> Sequence[tuple[str, str]]:
    """Everything a column can say: the parts of the sheet, then the costs of each year that is near or named."""
    named_years = {int(found) for heading in headings for found in YEAR.findall(heading)}
    years = sorted(
        year
        for year in named_years | {*range(this_year - 1, this_year + MOST_YEARS_AFTER)}
        if FIRST_YEAR <= year <= LAST_YEAR
    )
    parts = [(part.value, gettext(label_of(part))) for part in PARTS]
    costs = [
        (str(Place(part, year)), f"{gettext(label_of(part))} {year}") for year in years for part in reversed(OF_A_YEAR)
    ]
    return [*parts, *costs]


class WordsForm(BaseForm):
    """One list to choose from for each word that nobody knows (``word_0`` …)."""

    asked: ClassVar[Sequence[tuple[Wordlist, str]]] = ()

    def chosen(self) -> Mapping[Wordlist, Mapping[str, str]]:
        """What was chosen so far; words for which nothing was chosen stay unknown."""
        found: dict[Wordlist, dict[str, str]] = {}
        for place, (wordlist, words) in enumerate(self.asked):
            value = self[f"word_{place}"].data
            if value:
                found.setdefault(wordlist, {})[words] = LEAVE_OUT if value == "-" else value
        return found


def words_form(
    asked: Sequence[tuple[Wordlist, str]], choices: Mapping[Wordlist, Sequence[tuple[int | str, str]]]
) -> WordsForm:
    """The form for words that are not in the city's lists."""
    fields: dict[str, Any] = {"asked": asked}
    for place, (wordlist, words) in enumerate(asked):
        offered = [(str(value), gettext(name) if isinstance(value, str) else name) for value, name in choices[wordlist]]
        if wordlist is not Wordlist.CLUSTER:  # which every measure has
            offered.append(("-", gettext(EMPTY)))
        label = f"{gettext(label_of(wordlist))}: {apart(words[:120])}"
        fields[f"word_{place}"] = to_choose(label, named(offered, empty=N_("Please choose")))
    return type("WordsOfFile", (WordsForm,), fields)()


class RowFilter(FilterForm):
    state = Choice(N_("State"), coerce=RowState, choices=options(RowState, empty=N_("All")))


class UndoForm(BaseForm):
    reason = Paragraphs(N_("Reason (published)"), needed=N_("Say why."), most=2000, hint=NO_NAMES)

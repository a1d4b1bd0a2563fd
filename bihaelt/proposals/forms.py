"""Forms of proposals, and the filters of their list."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask import request
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, StopValidation

from bihaelt.accounts.domain import Actor
from bihaelt.forms import CONTROL, BaseForm, Choice, Choices, Euros, Line, Paragraphs, named, options
from bihaelt.i18n import BY_BABEL, LANGUAGES, format_number, gettext, lazy_gettext, ngettext
from bihaelt.marks import N_, label_of
from bihaelt.organisations.forms import ActingForm
from bihaelt.proposals import queries
from bihaelt.proposals.domain import (
    BODY_LENGTH,
    GIVEN_REASONS,
    PART_LENGTH,
    PUBLIC,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    Order,
    Outcome,
    ReturnReason,
    Sheet,
    State,
    Voices,
)
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.queries import Filters
from bihaelt.texts.domain import Words

WHOLE_CITY = N_("The whole city")


class InTheEnd:
    """A field that a draft may leave empty and a finished proposal may not; ``message`` names the thing."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
        if not empty:
            return
        field.errors = []
        raise StopValidation("" if form.is_draft() else gettext(self.message))


class ProposalForm(ActingForm):
    """What an author writes. Sent with ``act=draft`` it may have gaps, otherwise it must be complete."""

    title = Line(N_("Title"), needed=N_("Enter a title"), most=TITLE_LENGTH,
                 hint=N_("What should happen? In one short sentence."))  # fmt: skip
    body = Paragraphs(N_("Your proposal"), most=BODY_LENGTH,
                      hint=N_("What is your idea, and for whom is it good? You may use **bold** and - lists."))  # fmt: skip
    language = Choice(N_("Language of your text"), needed=N_("Choose a language"),
                      hint=N_("Write in the language that you like best. It will be translated."))  # fmt: skip
    cluster = Choice(N_("Topic"), coerce=int)
    fields = Choices(N_("Fields of action"))
    target_groups = Choices(N_("For whom"))
    district = Choice(N_("District"), coerce=int)
    need = Paragraphs(N_("Need"), most=PART_LENGTH, hint=N_("How do you know that this is missing?"))
    gender = Paragraphs(N_("Gender aspect"), most=PART_LENGTH,
                        hint=N_("Does it help women, men and others alike? Leave it empty if you have not checked."))  # fmt: skip
    cost = Euros(lazy_gettext(N_("Rough cost in euros")), [Optional()],
                 description=lazy_gettext(N_("A guess is enough, for example 1.500")))  # fmt: skip
    reason = Line(N_("Why do you change it?"), most=200, hint=N_("Everybody can read this."))

    def __init__(self, actor: Actor | None, choices: queries.Choices, proposal: Proposal | None = None, **values: Any):
        super().__init__(actor, **values)
        self.language.choices = [SelectChoice(language.babel, language.name) for language in LANGUAGES]
        self.cluster.choices = named(choices.clusters, N_("Please choose"))
        self.fields.choices = named(choices.fields)
        self.target_groups.choices = named(choices.target_groups)
        self.district.choices = named(choices.districts, WHOLE_CITY)
        self.body.validators = [InTheEnd(N_("Describe your proposal")), *self.body.validators[1:]]
        self.cluster.validators = [InTheEnd(N_("Choose a topic"))]
        self.body.flags.required = self.cluster.flags.required = True
        handed_in = proposal is not None and proposal.state is not State.DRAFT
        for name, shown in (("language", not handed_in), ("reason", handed_in)):
            if not shown:
                delattr(self, name)
        foreign = proposal is not None and actor is not None and proposal.author_id != actor.id
        if (handed_in or foreign) and "acting_for" in self._fields:
            del self.acting_for

    def is_draft(self) -> bool:
        return request.form.get("act") == "draft"

    def sheet(self, language: str = "") -> Sheet:
        """What was typed; ``language`` for a text whose language can no longer be chosen."""
        chosen = self._fields.get("language")
        return Sheet(
            language=chosen.data if chosen is not None else language,
            words=Words(
                self.title.data, self.body.data or "", {"need": self.need.data or "", "gender": self.gender.data or ""}
            ),
            cluster_id=self.cluster.data,
            field_ids=frozenset(self.fields.data or ()),
            target_group_ids=frozenset(self.target_groups.data or ()),
            district_id=self.district.data,
            cost_cents=self.cost.data,
        )


def values_of(sheet: Sheet) -> dict[str, Any]:
    """The form's fields for a proposal that is there already."""
    return {
        "title": sheet.words.title,
        "body": sheet.words.body,
        "need": sheet.words.extra.get("need", ""),
        "gender": sheet.words.extra.get("gender", ""),
        "language": sheet.language,
        "cluster": sheet.cluster_id,
        "fields": sorted(sheet.field_ids),
        "target_groups": sorted(sheet.target_group_ids),
        "district": sheet.district_id,
        "cost": sheet.cost_cents,
    }


class PlainForm(BaseForm):
    """A lone button: nothing but the token."""


class AnswerForm(BaseForm):
    answer = Paragraphs(N_("Your answer"), needed=N_("Enter an answer"), most=QUESTION_LENGTH)


class QuestionForm(BaseForm):
    question = Paragraphs(N_("Question to the author"), needed=N_("Enter a question"), most=QUESTION_LENGTH,
                          hint=N_("The check waits for the answer, for 21 days at most."))  # fmt: skip


class ReturnForm(BaseForm):
    return_reason = Choice(N_("Formal reason"), needed=N_("Choose a reason"), radio=True, coerce=ReturnReason,
                           choices=options(GIVEN_REASONS))  # fmt: skip
    words = Paragraphs(N_("Explain it to the author"), needed=N_("Explain it in a sentence"), most=QUESTION_LENGTH)


def seen_version() -> int | None:
    """The version that a moderator had before their eyes, from the sent form; None for anything that is no number."""
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 15 else None


# --- the list's filters ---------------------------------------------------------------------------------------------
# Read by hand and not by WTForms: eleven fields would cost more time than the whole list. What does not fit is left out.

NUMBERS = ("conference", "cluster", "field", "district", "target_group", "organisation")


def read_filters(args: Mapping[str, str]) -> dict[str, Any]:
    """The filters in an address, by name, as far as they make sense."""
    found: dict[str, Any] = {}
    for name in NUMBERS:
        typed = args.get(name, "")
        if typed.isascii() and typed.isdigit() and len(typed) < 10:
            found[name] = int(typed)
    for name, kind in (("state", State), ("outcome", Outcome), ("voices", Voices)):
        if args.get(name) in set(kind):
            found[name] = kind(args[name])
    if found.get("state") not in PUBLIC:
        found.pop("state", None)
    if args.get("language") in BY_BABEL:
        found["language"] = args["language"]
    typed = CONTROL.sub(" ", args.get("q", "")[:200]).strip()
    if typed:
        found["q"] = typed
    return found


def read_order(args: Mapping[str, str]) -> Order:
    return Order(args["order"]) if args.get("order") in set(Order) else Order.NEWEST


def filters_of(found: Mapping[str, Any], among: Any) -> Filters:
    return Filters(**{name: value for name, value in found.items() if name != "q"}, among=among)


Pairs = Sequence[tuple[int | str, str]]


def menus() -> Mapping[str, Pairs]:
    """What the list can be narrowed to beside the city's own things, by filter."""
    return {
        "state": _pairs(state for state in State if state in PUBLIC),
        "outcome": _pairs(Outcome),
        "voices": _pairs(Voices),
        "language": [(language.babel, language.name) for language in LANGUAGES],
        "order": _pairs(Order),
    }


def _pairs(members: Iterable[StrEnum]) -> Pairs:
    return [(member.value, gettext(label_of(member))) for member in members]


def removable(chosen: Mapping[str, Any], rows: Mapping[str, Pairs]) -> list[tuple[str, str]]:
    """The chosen filters as (name of the filter, what was chosen), for the chips."""
    found = []
    for name, value in chosen.items():
        words = next((shown for key, shown in rows.get(name, ()) if str(key) == str(value)), str(value))
        found.append((name, f"“{words}”" if name == "q" else words))
    return found


def count_in_words(count: int | None, most: int = 100) -> str:
    """How many there are, as far as they were counted; nothing when nobody counted."""
    if count is None:
        return ""
    if count > most:
        return gettext(N_("More than %(num)s proposals"), num=format_number(most))
    return ngettext("%(num)s proposal", "%(num)s proposals", count, num=format_number(count))

"""Verifying that people live here, making codes, and typing paper ballots in."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, DateField, FileField, IntegerField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from bihaelt.forms import BaseForm, Choice, Line, Needed, Paragraphs, named, options
from bihaelt.i18n import LANGUAGES, explain, gettext, lazy_gettext
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.address_list import MOST_ROWS, BadList, Mistake
from bihaelt.votes.domain.ballots import Channel, Method
from bihaelt.votes.domain.choices import BadChoice, Sheet, checked
from bihaelt.votes.domain.electorates import Person
from bihaelt.votes.forms.voting import PREFIX

MOST_SHEETS = 500
ENTER_DAY = N_("Enter the date of birth")


class Birthday(DateField):
    """A day on which somebody who lives can have been born."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.strip() for value in valuelist if value.strip()])
        if self.data is not None and not 1900 <= self.data.year <= 2100:
            self.data = None
            raise ValueError(gettext(N_("Not a valid date value.")))


class ResidentForm(BaseForm):
    """The four fields by which nobody is entered twice."""

    given_name = Line(N_("First name"), needed=N_("Enter the first name"), most=100)
    family_name = Line(N_("Last name"), needed=N_("Enter the last name"), most=100)
    born_on = Birthday(lazy_gettext(N_("Date of birth")), [Needed(ENTER_DAY)])
    born_in = Line(
        N_("Place of birth"),
        needed=N_("Enter the place of birth"),
        most=100,
        hint=N_("As it stands in the identity card."),
    )

    @property
    def person(self) -> Person:
        return Person(self.given_name.data, self.family_name.data, self.born_on.data or date.min, self.born_in.data)


HANDED_OUT: Mapping[Channel, str] = {
    Channel.PAPER: N_("A paper ballot"),
    Channel.DESK: N_("A code, to vote here at the desk"),
    Channel.ROOM: N_("A code, to vote in the room"),
}


SHEETS_FOR = {
    Channel.PAPER: N_("At a desk, or by mail: they count as paper"),
    Channel.ROOM: N_("In the hall, during an event: they count as the room"),
}


class HandOutForm(BaseForm):
    ballot = Choice(N_("Vote"), needed=N_("Choose a vote"), coerce=int)
    channel = Choice(
        N_("What was handed out"),
        needed=N_("Choose what was handed out."),
        choices=[SelectChoice(channel.value, lazy_gettext(words)) for channel, words in HANDED_OUT.items()],
        coerce=Channel,
        radio=True,
    )


class RevokeForm(BaseForm):
    reason = Paragraphs(N_("Reason"), needed=N_("Give a reason"), most=2000)


class BatchForm(BaseForm):
    """Codes for the addresses of a file, or a number of codes without addresses."""

    name = Line(
        N_("Name of the batch"), needed=N_("Enter a name"), most=80, hint=N_("For example: Letters to Brackwede")
    )
    channel = Choice(
        N_("What the codes are for"),
        needed=N_("Choose what the codes are for."),
        choices=options((Channel.CODE, Channel.DESK, Channel.ROOM)),
        coerce=Channel,
    )
    people = FileField(
        lazy_gettext(N_("List of addresses (CSV)")),
        [MayBeEmpty()],
        description=lazy_gettext(
            N_("Columns: Vorname, Nachname, Straße, PLZ, Ort; with Geburtsdatum and Geburtsort nobody can vote twice. "
               "At most %(most)s rows. The list is not kept."),
            most=MOST_ROWS,
        ),
    )  # fmt: skip
    count = IntegerField(
        lazy_gettext(N_("Or: how many codes without addresses")), [MayBeEmpty(), NumberRange(min=1, max=MOST_ROWS)]
    )
    sender = Line(N_("Sender"), most=90, hint=N_("One small line above the address, for letters that come back."))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.mistakes: Sequence[Mistake] = ()
        self.file = request.files.get("people") if self.is_submitted() else None
        self.people.data = None

    def list_data(self) -> bytes:
        """The uploaded file, empty without one."""
        return self.file.read() if self.file is not None and self.file.filename else b""

    @property
    def has_list(self) -> bool:
        return self.file is not None and bool(self.file.filename)

    def validate_on_submit(self) -> bool:
        fits = super().validate_on_submit()
        if fits and self.has_list == (self.count.data is not None):
            self.refuse(
                DomainError(N_("Choose a list of addresses, or enter a number: one of the two."), field="people")
            )
            return False
        return fits

    def refuse(self, error: DomainError) -> None:
        super().refuse(error)
        if isinstance(error, BadList):
            self.mistakes = error.mistakes


class SheetsForm(BaseForm):
    name = Line(
        N_("Name of the batch"),
        needed=N_("Enter a name"),
        most=80,
        hint=N_("It stands on each sheet, with its number."),
    )
    language = Choice(
        N_("Language"),
        needed=N_("Choose a language"),
        choices=named((language.babel, language.name) for language in LANGUAGES),
    )
    channel = Choice(
        N_("Where they are handed out"),
        needed=N_("Choose what the codes are for."),
        choices=[SelectChoice(channel.value, lazy_gettext(words)) for channel, words in SHEETS_FOR.items()],
        coerce=Channel,
        radio=True,
    )
    count = IntegerField(
        lazy_gettext(N_("How many sheets")),
        [Needed(N_("Enter a number")), NumberRange(min=1, max=MOST_SHEETS)],
    )


class VoidForm(BaseForm):
    first = IntegerField(lazy_gettext(N_("From number")), [Needed(N_("Enter a number")), NumberRange(min=1, max=10**6)])
    last = IntegerField(lazy_gettext(N_("To number")), [Needed(N_("Enter a number")), NumberRange(min=1, max=10**6)])


# How a topic is typed in, and an example, which runs from left to right in every language.
ENTRY_HINTS: Mapping[Method, tuple[str, str]] = {
    Method.APPROVAL: (N_("The numbers of the ticked proposals, for example:"), "1 4 7"),
    Method.POINTS: (N_("Each number with its points, for example:"), "1=5 4=3"),
    Method.YES_NO_ABSTAIN: (N_("Each number with + for yes, - for no or / for abstain, for example:"), "1+ 2- 3/"),
    Method.RANKING: (N_("The numbers in the voter's order, the best first, for example:"), "4 1 7"),
}
UNREADABLE = N_("“%(typed)s” cannot be read here.")
NO_SUCH = N_("There is no number %(number)s here.")
NUMBER = r"([1-9][0-9]{0,2})"
PARTS: Mapping[Method, str] = {
    Method.APPROVAL: NUMBER, Method.RANKING: NUMBER, Method.POINTS: NUMBER + r"=([0-9]{1,3})",
    Method.YES_NO_ABSTAIN: NUMBER + r"([+/-])",
}  # fmt: skip
SIGNS = {"+": "yes", "-": "no", "/": "abstain"}


class EntryForm(BaseForm):
    """A paper ballot, typed in by the numbers of its options. ``choices`` are raw choices by question key.

    ``questions``: (sheet, option keys in the order of the paper). What was typed always comes back.
    """

    code = Line(
        N_("Code of the paper ballot"),
        needed=N_("Enter the code"),
        most=40,
        hint=N_("Scan the picture, or type the twelve letters and digits beside the number."),
    )

    def __init__(self, questions: Sequence[tuple[Sheet, Sequence[str]]], **values: Any) -> None:
        super().__init__(**values)
        self.questions = questions
        self.typed = {sheet.question: request.form.get(f"{PREFIX}{sheet.question}", "")[:300] for sheet, _ in questions}
        self.wrong: dict[str, str] = {}
        self.choices: dict[str, Any] = {}

    def validate_on_submit(self) -> bool:
        if not self.is_submitted():
            return False
        for sheet, keys in self.questions:
            try:
                given = typed_choice(self.typed[sheet.question], sheet, keys)
                checked(given, sheet)
                self.choices[sheet.question] = given
            except BadChoice as error:
                self.refuse(error)
        fits = super().validate_on_submit()
        return fits and not self.wrong

    def refuse(self, error: DomainError) -> None:
        key = error.field.removeprefix(PREFIX)
        if error.field.startswith(PREFIX) and key in self.typed:
            self.wrong[key] = explain(error.reason, error.values)
        else:
            super().refuse(error)


def typed_choice(typed: str, sheet: Sheet, keys: Sequence[str]) -> Any:
    """The raw choice behind the numbers of options (from 1). Raises BadChoice, which names what cannot be read."""
    if sheet.method in (Method.POINTS, Method.YES_NO_ABSTAIN):
        typed = re.sub(
            r"\s*([=+/-])\s*(?=[0-9]|$|[\s,;])", lambda found: found[1] + ("" if found[1] == "=" else " "), typed
        )
    found: list[tuple[str, str]] = []
    for part in re.split(r"[\s,;]+", typed.strip()):
        if not part:
            continue
        match = re.fullmatch(PARTS[sheet.method], part, re.ASCII)
        if match is None:
            raise BadChoice(sheet.question, UNREADABLE, typed=part[:20])
        if int(match[1]) > len(keys):
            raise BadChoice(sheet.question, NO_SUCH, number=match[1])
        found.append((keys[int(match[1]) - 1], match[2] if match.lastindex == 2 else ""))
    if sheet.method is Method.POINTS:
        return found
    if sheet.method is Method.YES_NO_ABSTAIN:
        return [(key, SIGNS[sign]) for key, sign in found]
    return [key for key, _ in found]


def typed_again(choice: Any, method: Method, keys: Sequence[str]) -> str:
    """A canonical choice as it would be typed in; empty for an empty paper."""
    places = {key: str(place) for place, key in enumerate(keys, start=1)}
    if not choice:
        return ""
    if method is Method.POINTS:
        return " ".join(sorted((f"{places[key]}={points}" for key, points in choice), key=_first))
    if method is Method.YES_NO_ABSTAIN:
        words = {word: sign for sign, word in SIGNS.items()}
        return " ".join(sorted((f"{places[key]}{words[word]}" for key, word in choice), key=_first))
    numbers = [places[key] for key in choice]
    return " ".join(numbers if method is Method.RANKING else sorted(numbers, key=int))


def _first(part: str) -> int:
    return int(re.split(r"\D", part)[0])


class SettleForm(EntryForm):
    """Asked for twice: with the code alone it shows where the two differ, with ``settles`` it is the decision."""

    settles = BooleanField("")


class ReturnForm(BaseForm):
    """What the provider has sent along."""

    state = StringField("", validators=[Needed(N_("Please begin again."))])
    code = StringField("", validators=[Needed(N_("Please begin again."))])

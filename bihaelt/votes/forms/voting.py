"""A ballot paper as it is filled in: four methods, one way to read them, and nothing typed is lost."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import request

from bihaelt.forms import BaseForm, Line
from bihaelt.i18n import explain
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.ballots import Method
from bihaelt.votes.domain.choices import FOREIGN, BadChoice, Sheet, checked

PREFIX, NONCE = "question-", "nonce-"
PLACE = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
SAME_PLACE = N_("Two proposals have the same place. Please give each place once.")
BAD_PLACE = N_("Places are whole numbers from 1 on.")
MOST_SHOWN = 300  # of what somebody sent that is no proposal of the question; no person types that much

Marks = Mapping[str, str]
"""What stands beside each option of a question: "on", points, yes/no/abstain, or a place, as it was typed."""


class PaperForm(BaseForm):
    """The whole paper. ``marks`` and ``choices`` are by question key, ``wrong`` says what does not fit in a question.

    ``sheets``: the questions that can be filled in; ``closed``: keys of those that cannot any more. What comes for
    any other question refuses the whole paper.
    """

    def __init__(self, sheets: Iterable[Sheet], closed: Collection[str] = ()) -> None:
        super().__init__()
        self.closed = closed
        self.sheets = {sheet.question: sheet for sheet in sheets}
        self.choices: dict[str, Any] = {}
        self.marks: dict[str, Marks] = {}
        self.wrong: dict[str, str] = {}

    def validate_on_submit(self) -> bool:
        if not self.is_submitted():
            return False
        self._read()
        fits = super().validate_on_submit()
        return fits and not self.form_errors and not self.wrong

    def refuse(self, error: DomainError) -> None:
        """Show a refusal at its question, or above the paper."""
        key = error.field.removeprefix(PREFIX)
        if error.field.startswith(PREFIX) and key in self.sheets:
            self.wrong[key] = explain(error.reason, error.values)
        else:
            super().refuse(error)

    def _read(self) -> None:
        fields = request.form
        named = {name.removeprefix(PREFIX).partition(".")[0] for name in fields if name.startswith(PREFIX)}
        for sheet in self.sheets.values():
            self._question(sheet)
        if not named <= self.sheets.keys() | set(self.closed):
            self.refuse(DomainError(FOREIGN))

    def _question(self, sheet: Sheet) -> None:
        name = f"{PREFIX}{sheet.question}"
        if sheet.method is Method.APPROVAL:
            given: Any = request.form.getlist(name)
            typed = dict.fromkeys(given, "on")
        else:
            typed = {
                key.partition(".")[2]: value.strip()[:MOST_SHOWN]
                for key, value in request.form.items()
                if key.startswith(f"{name}.") and value.strip()
            }
            given = typed
        self.marks[sheet.question] = {key: value for key, value in typed.items() if key in sheet.options}
        try:
            if sheet.method is Method.RANKING:
                given = in_order(typed, sheet)
            checked(given, sheet)
            self.choices[sheet.question] = given
        except BadChoice as error:
            self.refuse(error)


def in_order(places: Mapping[str, str], sheet: Sheet) -> list[str]:
    """The options by the places that were given, best first; gaps do not matter. Raises BadChoice."""
    if not all(PLACE.fullmatch(place) for place in places.values()):
        raise BadChoice(sheet.question, BAD_PLACE)
    numbers = {key: int(place) for key, place in places.items()}
    if len(set(numbers.values())) != len(numbers):
        raise BadChoice(sheet.question, SAME_PLACE)
    return sorted(numbers, key=lambda key: numbers[key])


def marks_of(choice: Any, method: Method) -> Marks:
    """How a canonical choice stands on the paper."""
    if choice is None:
        return {}
    if method is Method.APPROVAL:
        return dict.fromkeys(choice, "on")
    if method is Method.RANKING:
        return {key: str(place) for place, key in enumerate(choice, start=1)}
    return {key: str(value) for key, value in choice}


def nonces_sent(keys: Iterable[str]) -> Mapping[str, str]:
    """The secret numbers that the browser has drawn, by question key; the server draws the missing ones."""
    given = {key: request.form.get(f"{NONCE}{key}", "").strip() for key in keys}
    return {key: nonce for key, nonce in given.items() if nonce}


class ActForm(BaseForm):
    """Nothing to fill in: cast, or take back."""


class CodeForm(BaseForm):
    code = Line(
        N_("Your code"),
        needed=N_("Please enter the code from your letter."),
        most=40,
        hint=N_("Twelve letters and digits from your letter. Capitals and hyphens do not matter."),
    )

"""Forms of organisations, and the choice in whose name a delegate speaks."""

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms.fields import SelectChoice

from bihaelt import guard
from bihaelt.accounts.domain import Actor, Seat
from bihaelt.forms import BaseForm, Choice
from bihaelt.i18n import gettext, lazy_gettext
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_


def acting_field(actor: Actor | None = None, *, voting: bool = False) -> Any:
    """The field ``acting_for``: the person's own name, or one of the organisations they speak for.

    ``voting``: only organisations that the person may vote for. Its data is an organisation's id, or None.
    """
    return Choice(
        N_("Speak as"), radio=True, coerce=int, choices=voices(actor, voting=voting),
        invalid_choice_message=lazy_gettext(N_("You do not speak for this organisation.")),
    )  # fmt: skip


def voices(actor: Actor | None, *, voting: bool = False) -> list[SelectChoice]:
    """The rows to choose from, the person's own name first."""
    if actor is None:
        return []
    own = SelectChoice("", actor.name)
    return [own, *(SelectChoice(str(seat.organisation_id), voice_words(seat)) for seat in seats(actor, voting=voting))]


def seats(actor: Actor, *, voting: bool) -> Sequence[Seat]:
    return [seat for seat in actor.seats if seat.may_vote or not voting]


def voice_words(seat: Seat) -> str:
    return gettext(N_("%(organisation)s, by %(title)s"), organisation=seat.organisation_name, title=seat.title)


class ActingForm(BaseForm):
    """A form of an act that may be done for an organisation: inherit from it, and show ``acting_for`` if it is there.

    The field is missing for people without a seat. Who sends it nevertheless (the seat ended while the page was open)
    gets an error, so that words meant for an organisation never appear as a private voice.
    """

    acting_for = acting_field()

    def __init__(self, actor: Actor | None, *, voting: bool = False, **values: Any) -> None:
        super().__init__(**values)
        self.acting_for.choices = voices(actor, voting=voting)
        if len(self.acting_for.choices) < 2 and not request.form.get("acting_for"):
            del self.acting_for


def chosen_voice(form: Any) -> Voice:
    """The voice that was chosen in ``form``: the person's own where there was nothing to choose."""
    field = form._fields.get("acting_for")
    return guard.voice_for(field.data if field is not None else None)

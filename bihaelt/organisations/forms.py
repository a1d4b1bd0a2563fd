"""Forms of organisations, and the choice in whose name a delegate speaks."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from wtforms import IntegerField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import NumberInput

from bihaelt import guard
from bihaelt.accounts.domain import Actor, Seat
from bihaelt.forms import BaseForm, Choice, Day, Email, FilterForm, Line, Needed, Paragraphs, Tick, options
from bihaelt.i18n import gettext, lazy_gettext
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.organisations.domain import MOST_SEATS, Kind, OrganisationState
from bihaelt.organisations.operations import Entry, Part


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


def web_address(_form: Any, field: Any) -> None:
    if field.data and not re.fullmatch(r"https?://[^\s/?#@:]+\.[^\s/?#@:.]{2,63}(:\d{2,5})?([/?#]\S*)?", field.data):
        raise ValidationError(gettext(N_("Enter an address like https://example.org.")))


class DescribeForm(BaseForm):
    """What an organisation says of itself."""

    website = Line(N_("Website"), hint=N_("For example https://example.org"), validators=[web_address])
    contact = Email(N_("E-mail address for everybody"), hint=N_("It is shown publicly."))
    description = Paragraphs(N_("Who you are, and what you work for"), most=3000)


class RegisterForm(DescribeForm):
    name = Line(N_("Name of the organisation"), needed=N_("Enter the name of the organisation"), most=160)
    kind = Choice(N_("Kind"), needed=N_("Choose a kind"), choices=options(Kind, N_("Please choose")), coerce=Kind)
    umbrella_id = Choice(
        N_("Umbrella association"), hint=N_("If your organisation belongs to one that is registered here"), coerce=int
    )
    title = Line(
        N_("Your role in the organisation"), needed=N_("Enter your role in the organisation"), most=120,
        hint=N_("It is shown publicly beside what you say for the organisation, for example: chair, youth worker"),
    )  # fmt: skip
    entitled = Tick(
        N_("I may speak for this organisation"), needed=N_("Confirm that you may speak for this organisation")
    )

    def entry(self) -> Entry:
        return Entry(
            self.name.data, self.kind.data, self.umbrella_id.data, self.website.data or "", self.contact.data or "",
            self.description.data or "",
        )  # fmt: skip


class ReasonForm(BaseForm):
    reason = Paragraphs(
        N_("Reason"), needed=N_("Give a reason"), most=2000,
        hint=N_("In plain words. The people of the organisation read it in their letter."),
    )  # fmt: skip


class ArrangeForm(BaseForm):
    name = Line(N_("Name of the organisation"), needed=N_("Enter the name of the organisation"), most=160)
    kind = Choice(N_("Kind"), needed=N_("Choose a kind"), choices=options(Kind), coerce=Kind)
    umbrella_id = Choice(N_("Umbrella association"), coerce=int)
    seats = IntegerField(
        lazy_gettext(N_("Voting seats")),
        [Needed(N_("Enter a number")), NumberRange(1, MOST_SEATS)],
        description=lazy_gettext(N_("How many delegates may vote for the organisation")),
        widget=NumberInput(min=1, max=MOST_SEATS),
    )


class DelegateForm(BaseForm):
    """A delegate's public title, rights and term. ``last_day`` is inclusive, as people say it."""

    title = Line(
        N_("Public title"), needed=N_("Enter a public title"), most=120,
        hint=N_("Shown in place of the name beside everything that is said for the organisation"),
    )  # fmt: skip
    last_day = Day(
        lazy_gettext(N_("Last day")), [Optional()],
        description=lazy_gettext(N_("Leave it empty if the term has no end.")),
    )  # fmt: skip
    may_vote = Tick(N_("Votes for the organisation"))
    is_admin = Tick(
        N_("Administers the organisation"),
        hint=N_("Appoints delegates and changes the description"),
    )

    def part(self, starts_on: date) -> Part:
        end = self.last_day.data + timedelta(days=1) if self.last_day.data else None
        return Part(self.title.data, starts_on, end, bool(self.may_vote.data), bool(self.is_admin.data))


class InviteForm(DelegateForm):
    email = Email(
        N_("E-mail address"), needed=N_("Enter an e-mail address"),
        hint=N_("The person gets a letter and accepts. Who has no account yet can register first, with this address."),
    )  # fmt: skip
    starts_on = Day(lazy_gettext(N_("First day")), [Needed(N_("Enter a date"))])

    def first_day(self) -> date:
        """The first day of a form that fits."""
        assert self.starts_on.data is not None
        return self.starts_on.data


class ListForm(FilterForm):
    q = Line(N_("Name"), most=100)
    kind = Choice(N_("Kind"), choices=options(Kind, N_("All")), coerce=Kind)


class QueueForm(FilterForm):
    q = Line(N_("Name"), most=100)
    state = Choice(N_("State"), choices=options(OrganisationState), coerce=OrganisationState)

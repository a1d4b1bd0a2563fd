"""Forms of what happens to a measure: where it comes from, its gates, its offices, its bodies, and its rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import fields as wtf
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from bihaelt.forms import (
    BaseForm,
    Choice,
    Choices,
    Day,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    Tick,
    lazy_gettext,
    named,
    options,
)
from bihaelt.i18n import gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import (
    ADVISING,
    TIME_TO_SIGN,
    Advice,
    Category,
    MeasureState,
    OpenPointKind,
    PartnerRole,
    Take,
    Takes,
)
from bihaelt.measures.forms.sections import NONE
from bihaelt.measures.queries import Options

ALL = N_("All")
WHY = N_("Why? This is published.")
SAY_WHY = N_("Say why.")
ENTER_DAY = N_("Enter a day.")


class TakeForm(BaseForm):
    """How one proposal is taken over."""

    takes = Choice(
        N_("How the measure takes the proposal over"),
        needed=N_("Choose how the proposal is taken over."),
        coerce=Takes,
        choices=options(Takes),
        radio=True,
    )
    part = Paragraphs(N_("Which part"), most=2000, hint=N_("Only if it is taken over in part."))


class LinkForm(TakeForm):
    proposal = Line(
        N_("Number of the proposal"),
        needed=N_("Enter the number of a proposal."),
        most=18,
        hint=N_("It stands in the address of its page."),
    )

    def validate_proposal(self, field: wtf.Field) -> None:
        number_only(field)

    def take(self) -> Take:
        return Take(int(self.proposal.data), self.takes.data, self.part.data or "")


class UnlinkForm(BaseForm):
    why = Line(WHY, needed=SAY_WHY, most=300)


def number_only(field: wtf.Field) -> None:
    if field.data and not (field.data.isascii() and field.data.isdigit()):
        raise wtf.core.ValidationError(gettext(N_("Enter a number.")))


def draft_form(proposals: Iterable[int]) -> Any:
    """A form with a TakeForm's fields for each proposal: ``takes_<id>`` and ``part_<id>``, and its ``takes()``."""
    ids = list(proposals)
    fields: dict[str, Any] = {}
    for number in ids:
        fields[f"takes_{number}"] = Choice(
            N_("How the measure takes the proposal over"),
            needed=N_("Choose how the proposal is taken over."),
            coerce=Takes,
            choices=options(Takes),
            radio=True,
        )
        fields[f"part_{number}"] = Paragraphs(N_("Which part"), most=2000, hint=N_("Only if it is taken over in part."))

    def takes(form: Any) -> Sequence[Take]:
        return [
            Take(number, form[f"takes_{number}"].data, form[f"part_{number}"].data or "") for number in ids
        ]  # fmt: skip

    return type("DraftForm", (BaseForm,), fields | {"takes": takes})()


class MoveForm(BaseForm):
    to = Choice(N_("New category"), needed=N_("Choose a category."), coerce=Category, radio=True)
    reason = Paragraphs(WHY, needed=SAY_WHY, most=1000)

    @classmethod
    def between(cls, steps: Iterable[Category]) -> "MoveForm":
        form = cls()
        form.to.choices = [
            SelectChoice(each.value, f"{each.value}: {gettext(label_of(each))}") for each in sorted(steps)
        ]  # fmt: skip
        return form


class StateForm(BaseForm):
    to = Choice(N_("New state"), needed=N_("Choose a state."), coerce=MeasureState, radio=True)
    reason = Paragraphs(WHY, needed=SAY_WHY, most=1000)

    @classmethod
    def between(cls, steps: Iterable[MeasureState]) -> "StateForm":
        form = cls()
        form.to.choices = options([state for state in MeasureState if state in set(steps)])
        return form


class ReasonForm(BaseForm):
    """An act that needs nothing but a public reason."""

    reason = Paragraphs(WHY, needed=SAY_WHY, most=1000)


class AskForm(BaseForm):
    """Which offices are touched, and until when they answer."""

    offices = Choices(N_("Touched offices"))
    due_on: Any = Day(lazy_gettext(N_("Answer until")), [Needed(ENTER_DAY)])

    @classmethod
    def of(cls, choices: Options, own_office: int | None, today: date) -> "AskForm":
        form = cls(due_on=today + TIME_TO_SIGN)
        form.offices.choices = named((number, name) for number, name in choices.offices if number != own_office)
        return form


class AnswerForm(BaseForm):
    """An office's answer."""

    answer = Choice(
        N_("Our answer"), needed=N_("Choose an answer."), radio=True,
        choices=[
            SelectChoice("sign", lazy_gettext(N_("We co-sign"))),
            SelectChoice("object", lazy_gettext(N_("We object"))),
        ],
    )  # fmt: skip
    reason = Paragraphs(N_("Reason"), most=1000, hint=N_("Needed for an objection. It is published."))


class AgendaForm(BaseForm):
    """Which body discusses the measure, when, and by which paper."""

    body = Line(N_("Body"), needed=N_("Name the body."), most=160)
    meeting_on: Any = Day(lazy_gettext(N_("Meeting on")), [Needed(ENTER_DAY)])
    paper = Line(N_("Council paper"), needed=N_("Enter the number like 2424/2025-2030."), most=30)
    reason = Paragraphs(
        N_("Reason"), most=1000, hint=N_("Needed when not every touched office has co-signed. It is published.")
    )


class ResultForm(BaseForm):
    """What came out of a meeting."""

    advice = Choice(
        N_("Result of the meeting"), needed=N_("Choose what came out of the meeting."), coerce=Advice, radio=True,
        choices=options([Advice.DECIDED, *ADVISING, Advice.REJECTED]),
    )  # fmt: skip
    note = Paragraphs(N_("Wording or reason"), most=4000, hint=N_("Needed for a rejection. It is published."))


class MilestoneForm(BaseForm):
    title = Line(N_("Milestone"), needed=N_("Enter a title."), most=200)
    due_on: Any = Day(lazy_gettext(N_("Due on")), [Needed(ENTER_DAY)])
    done_on: Any = Day(lazy_gettext(N_("Done on")), [Optional()])


class PointForm(BaseForm):
    kind = Choice(
        N_("What is to be done"), needed=N_("Choose what is to be done."), coerce=OpenPointKind, radio=True,
        choices=options(OpenPointKind),
    )  # fmt: skip
    title = Line(N_("Open point"), needed=N_("Enter a title."), most=200)
    office = Choice(N_("Office"), coerce=int)
    who = Line(N_("Somebody else"), most=120, hint=N_("A role or an organisation, no name of a person."))
    due_on: Any = Day(lazy_gettext(N_("Until")), [Needed(ENTER_DAY)])
    done_on: Any = Day(lazy_gettext(N_("Done on")), [Optional()])

    @classmethod
    def of(cls, choices: Options, **values: Any) -> "PointForm":
        form = cls(**values)
        form.office.choices = named(choices.offices, empty=NONE)
        return form


class PartnerForm(BaseForm):
    role = Choice(
        N_("Part"), needed=N_("Choose a part."), coerce=PartnerRole, choices=options(PartnerRole), radio=True
    )  # fmt: skip
    organisation = Choice(N_("Organisation"), coerce=int)
    office = Choice(N_("or an office"), coerce=int)

    @classmethod
    def of(cls, choices: Options) -> "PartnerForm":
        form = cls()
        form.organisation.choices = named(choices.carriers, empty=NONE)
        form.office.choices = named(choices.offices, empty=NONE)
        return form


class LineForm(BaseForm):
    direction = Choice(
        N_("The other measure comes"), needed=N_("Choose before or after."), radio=True,
        choices=[
            SelectChoice("before", lazy_gettext(N_("before this one"))),
            SelectChoice("after", lazy_gettext(N_("after this one"))),
        ],
    )  # fmt: skip
    number = Line(N_("Number of the measure"), needed=N_("Enter the number of a measure like M001."), most=12)


class DeskFilter(FilterForm):
    category = Choice(
        N_("Category"),
        coerce=Category,
        choices=[
            SelectChoice("", lazy_gettext(ALL)),
            *(SelectChoice(each.value, each.value) for each in Category),
        ],
    )
    state = Choice(N_("State"), coerce=MeasureState, choices=options(MeasureState, empty=ALL))
    office = Choice(N_("Responsible office"), coerce=int)
    overdue = Tick(N_("Only what is overdue"))

    def __init__(self, offices: Sequence[tuple[int, str]] = (), **values: Any) -> None:
        self.offices = offices
        super().__init__(**values)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        self.office.choices = named(self.offices, empty=ALL)
        return bool(super().validate(*args, **kwargs))

"""Forms of the measure sheet and of what happens to it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from wtforms import fields as wtf
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from bihaelt.forms import (
    BaseForm,
    Choice,
    Choices,
    Day,
    Euros,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    Tick,
    lazy_gettext,
    named,
    options,
)  # fmt: skip
from bihaelt.i18n import gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import (
    PARTS,
    Category,
    FundingCheck,
    MeasureState,
    Need,
    ServiceCheck,
    Sheet,
    Take,
    Takes,
)  # fmt: skip
from bihaelt.measures.operations import Incomplete
from bihaelt.measures.queries import Options
from bihaelt.texts.domain import Words

CHOOSE = N_("Please choose")
NONE = N_("None")
WHY = N_("Why? This is published.")
SAY_WHY = N_("Say why.")


def explained(error: Incomplete) -> list[str]:
    """What is missing, in the reader's language."""
    return [gettext(label_of(gap)) for gap in error.gaps]


class SheetForm(BaseForm):
    """The measure sheet (Maßnahmenblatt) in its sections, in the language of the original."""

    SECTIONS = (
        (N_("The measure"), ("title", "body", "cluster", "fields_of_action", "district", "ad_hoc")),
        (N_("Why and for whom"), ("need", "need_check", "goal", "target_group", "gender", "gender_checked", "access")),
        (N_("Who does it"), ("office", "working_group", "carrier")),
        (N_("Regular service"), ("service_check", "service", "handover")),
        (N_("Steps and time"), ("steps", "starts_on", "ends_on", "participation", "risks")),
        (N_("Money"), ("planned", "funding_check", "funding_note")),
        (N_("This change"), ("why",)),
    )

    seen = wtf.HiddenField()
    title = Line(N_("Title"), needed=N_("Enter a title."), most=160)
    body = Paragraphs(N_("Short description"), needed=N_("Describe the measure in a few sentences."), most=6000)
    cluster = Choice(N_("Cluster"), needed=N_("Choose a cluster."), coerce=int)
    fields_of_action = Choices(N_("Fields of action"))
    district = Choice(N_("District"), coerce=int, hint=N_("Leave empty for the whole city."))
    ad_hoc = Tick(N_("Set going at once, confirmed later (ad hoc)"))
    need = Paragraphs(N_("Need, and what shows it"), most=4000)
    need_check = Choice(N_("Is there a new need?"), coerce=Need, choices=options(Need), radio=True)
    goal = Paragraphs(N_("Goal"), most=4000)
    target_group = Paragraphs(N_("Whom it is for"), most=2000)
    gender = Paragraphs(N_("Gender aspect"), most=2000)
    gender_checked = Tick(N_("The gender aspect is checked"))
    access = Paragraphs(N_("Access: languages, cost, childcare, barriers"), most=2000)
    office = Choice(N_("Responsible office"), coerce=int)
    working_group = Choice(N_("Working group"), coerce=int)
    carrier = Choice(N_("Carried out by"), coerce=int)
    service_check = Choice(
        N_("Regular service checked?"), coerce=ServiceCheck, choices=options(ServiceCheck), radio=True
    )
    service = Choice(N_("Regular service"), coerce=int)
    handover = Paragraphs(N_("How it becomes regular service, or ends"), most=2000)
    steps = Paragraphs(N_("Steps with dates"), most=4000)
    starts_on: Any = Day(lazy_gettext(N_("First day")), [Optional()])
    ends_on: Any = Day(lazy_gettext(N_("Last day")), [Optional()])
    participation = Paragraphs(N_("How people take part while it is done"), most=2000)
    risks = Paragraphs(N_("Risks"), most=2000)
    planned: Any = Euros(lazy_gettext(N_("Planned amount in euros")), [Optional()])
    funding_check = Choice(
        N_("Funding programmes checked?"), coerce=FundingCheck, choices=options(FundingCheck), radio=True
    )
    funding_note = Paragraphs(N_("Result of the check"), most=2000)
    why = Line(N_("What has changed, and why"), most=300)

    @classmethod
    def of(cls, sheet: Sheet, seen: str, choices: Options) -> "SheetForm":
        form = cls(
            seen=seen, title=sheet.words.title, body=sheet.words.body, cluster=sheet.cluster_id,
            fields_of_action=sorted(sheet.field_ids), district=sheet.district_id, ad_hoc=sheet.ad_hoc,
            need_check=sheet.need, gender_checked=sheet.gender_checked, office=sheet.office_id,
            working_group=sheet.working_group_id, carrier=sheet.carrier_id, service_check=sheet.service_check,
            service=sheet.service_id, starts_on=sheet.starts_on, ends_on=sheet.ends_on, planned=sheet.planned_cents,
            funding_check=sheet.funding_check, funding_note=sheet.funding_note,
            **{part: sheet.words.extra.get(part, "") for part in PARTS},
        )  # fmt: skip
        form.cluster.choices = named(choices.clusters, empty=CHOOSE)
        form.fields_of_action.choices = named(choices.fields)
        form.district.choices = named(choices.districts, empty=N_("Whole city"))
        form.office.choices = named(choices.offices, empty=NONE)
        form.working_group.choices = named(choices.groups, empty=NONE)
        form.carrier.choices = named(choices.carriers, empty=NONE)
        form.service.choices = named(choices.services, empty=NONE)
        return form

    def moment(self) -> datetime:
        """When the sheet that was edited had been changed last; the beginning of time for a damaged value."""
        try:
            seen = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)
        return seen if seen.tzinfo else seen.replace(tzinfo=UTC)

    def sheet(self) -> Sheet:
        return Sheet(
            words=Words(self.title.data, self.body.data, {part: self[part].data or "" for part in PARTS}),
            cluster_id=self.cluster.data,
            field_ids=frozenset(self.fields_of_action.data or ()),
            district_id=self.district.data,
            office_id=self.office.data,
            working_group_id=self.working_group.data,
            carrier_id=self.carrier.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            planned_cents=self.planned.data or 0,
            need=self.need_check.data or Need.OPEN,
            service_check=self.service_check.data or ServiceCheck.OPEN,
            service_id=self.service.data,
            funding_check=self.funding_check.data or FundingCheck.OPEN,
            funding_note=self.funding_note.data or "",
            gender_checked=self.gender_checked.data,
            ad_hoc=self.ad_hoc.data,
        )


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


class FiguresForm(BaseForm):
    committed: Any = Euros(lazy_gettext(N_("Committed in euros")), [Needed(N_("Enter an amount of money."))])
    spent: Any = Euros(lazy_gettext(N_("Spent in euros")), [Needed(N_("Enter an amount of money."))])
    reason = Paragraphs(WHY, needed=SAY_WHY, most=1000)


class DeskFilter(FilterForm):
    category = Choice(
        N_("Category"),
        coerce=Category,
        choices=[
            SelectChoice("", lazy_gettext(N_("All"))),
            *(SelectChoice(each.value, each.value) for each in Category),
        ],
    )

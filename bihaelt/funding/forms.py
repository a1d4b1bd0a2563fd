"""Forms of funding: a programme of the catalogue, the check of a measure, and every step of an application."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from wtforms import fields as wtf
from wtforms.validators import NumberRange, Optional

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
)
from bihaelt.funding.domain import Draft, Due, Entry, Level, Notice, Step
from bihaelt.funding.models import Funding
from bihaelt.marks import N_
from bihaelt.measures.domain import FundingCheck

CHOOSE = N_("Please choose")
ALL = N_("All")
ENTER_DAY = N_("Enter a day.")
ENTER_YEAR = N_("Enter a year.")
ENTER_AMOUNT = N_("Enter an amount of money.")
ENTER_NUMBER = N_("Enter a whole number.")
SAY_WHY = N_("Say why.")
YEARS = (2000, 2100)


def whole(label: str, needed: str, least: int, most: int, hint: str = "") -> Any:
    """A whole number between two bounds."""
    return wtf.IntegerField(
        lazy_gettext(label), [Needed(needed), NumberRange(least, most)],
        description=lazy_gettext(hint) if hint else "",
    )  # fmt: skip


def day(label: str, *, needed: bool = True, hint: str = "") -> Any:
    first = [Needed(ENTER_DAY)] if needed else [Optional()]
    return Day(lazy_gettext(label), first, description=lazy_gettext(hint) if hint else "")


def amount(label: str, hint: str = "") -> Any:
    return Euros(lazy_gettext(label), [Needed(ENTER_AMOUNT)], description=lazy_gettext(hint) if hint else "")


def why(label: str = N_("Reason")) -> Any:
    return Paragraphs(label, needed=SAY_WHY, most=2000)


class Seen(BaseForm):
    """A form that knows in which state its writer saw the thing."""

    seen = wtf.HiddenField("")

    def moment(self) -> datetime | None:
        """When the thing was changed last, as the form was drawn; None for never, or for nonsense."""
        try:
            seen = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None
        return seen if seen.tzinfo else seen.replace(tzinfo=UTC)


class CatalogueFilter(FilterForm):
    level = Choice(N_("Who pays"), coerce=Level, choices=options(Level, empty=ALL))
    cluster = Choice(N_("Cluster"), coerce=int)
    year = Choice(N_("Year"), coerce=int)
    ended = Tick(N_("Show ended programmes too"))

    @classmethod
    def of(cls, clusters: Iterable[tuple[int, str]], years: Sequence[int]) -> "CatalogueFilter":
        form = cls()
        form.cluster.choices = named(clusters, empty=ALL)
        form.year.choices = named([(year, str(year)) for year in years], empty=ALL)
        form.validate()
        return form


class DeadlineFilter(FilterForm):
    due = Choice(N_("What is due"), coerce=Due, choices=options(Due, empty=ALL))


class ProgrammeForm(Seen):
    """A programme of the catalogue."""

    name = Line(N_("Name"), needed=N_("Enter a name."))
    level = Choice(N_("Who pays"), needed=N_("Choose who pays."), coerce=Level, choices=options(Level, empty=CHOOSE))
    clusters = Choices(N_("For which clusters"), hint=N_("Without a choice it is for all clusters."))
    first_year = whole(N_("First year"), ENTER_YEAR, *YEARS)
    last_year = whole(N_("Last year"), ENTER_YEAR, *YEARS)
    own_share = whole(
        N_("Own share in percent"), ENTER_NUMBER, 0, 100,
        N_("How much of the cost the city has to pay itself. For the city's own money: 100."),
    )  # fmt: skip
    deadline: Any = day(
        N_("Apply until"), needed=False, hint=N_("Without a day applications are possible at any time.")
    )
    early_start = Tick(N_("A measure may begin before the grant only with permission"))
    proof_months = whole(
        N_("Months for the proof of use"), ENTER_NUMBER, 0, 60, N_("How long after the end of the grant it is due.")
    )
    note = Paragraphs(N_("What it pays for"), most=2000)
    conditions = Paragraphs(N_("Conditions"), most=5000)
    link = Line(N_("Address of its page"), most=500, hint=N_("It begins with https://."))
    contact = Line(N_("Contact"), most=300, hint=N_("An office, not a person: this is published."))
    why = Line(N_("Reason of the change"), most=500)

    @classmethod
    def of(cls, clusters: Iterable[tuple[int, str]], entry: Entry | None = None, seen: str = "") -> "ProgrammeForm":
        values: dict[str, Any] = {"early_start": True, "proof_months": 6}
        if entry is not None:
            values = {name: getattr(entry, name) for name in Entry.__slots__ if name != "cluster_ids"}
            values |= {"clusters": sorted(entry.cluster_ids)}
        form = cls(seen=seen, **values)
        form.clusters.choices = named(clusters)
        return form

    def entry(self) -> Entry:
        return Entry(
            name=self.name.data or "", level=self.level.data, first_year=self.first_year.data,
            last_year=self.last_year.data, own_share=self.own_share.data, deadline=self.deadline.data,
            note=self.note.data or "", conditions=self.conditions.data or "", link=self.link.data or "",
            contact=self.contact.data or "", early_start=self.early_start.data,
            proof_months=self.proof_months.data, cluster_ids=frozenset(self.clusters.data or ()),
        )  # fmt: skip


class ReasonForm(BaseForm):
    """An act that needs nothing but a reason."""

    reason = why()


class CheckForm(BaseForm):
    """Whether a programme fits; without a programme, whether anything in the catalogue does."""

    state = Choice(
        N_("Result of the check"), needed=N_("Choose a result."), coerce=FundingCheck, choices=options(FundingCheck),
        radio=True,
    )  # fmt: skip
    reason = Paragraphs(N_("Reason"), most=2000, hint=N_("This is published."))
    remind_on: Any = day(
        N_("Remind on"), needed=False, hint=N_("While the check is open; without a day, in four weeks.")
    )


class DraftForm(Seen):
    """An application as it is planned."""

    programme = Choice(N_("Programme"), needed=N_("Choose a programme."), coerce=int)
    amount: Any = amount(N_("Amount in euros"))
    cost_item = Line(
        N_("Cost item"), most=100,
        hint=N_("What exactly it pays for, for example staff. Two programmes never pay for the same item."),
    )  # fmt: skip
    first_year = whole(N_("First year"), ENTER_YEAR, *YEARS)
    last_year = whole(N_("Last year"), ENTER_YEAR, *YEARS)

    @classmethod
    def of(cls, programmes: Iterable[tuple[int, str]], **values: Any) -> "DraftForm":
        form = cls(**values)
        form.programme.choices = named(programmes, empty=CHOOSE)
        return form

    def draft(self) -> Draft:
        return Draft(
            self.programme.data, self.amount.data, self.first_year.data, self.last_year.data, self.cost_item.data or ""
        )


class StepForm(BaseForm):
    """One step of an application. ``told`` holds what the operation wants to know, by name."""

    def told(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items()}


class ApplyForm(StepForm):
    on: Any = day(N_("Sent on"))
    early_start_on: Any = day(
        N_("Early start permitted from"), needed=False,
        hint=N_("If the measure has to begin before the grant, and the programme has allowed it."),
    )  # fmt: skip
    early_start_reference = Line(N_("Reference of the permission"), most=100)

    def told(self) -> dict[str, Any]:
        return super().told() | {"early_start_reference": self.early_start_reference.data or ""}


class TakeBackForm(StepForm):
    reason = why()


class GrantForm(StepForm):
    amount: Any = amount(N_("Granted amount in euros"))
    reference = Line(
        N_("Reference of the grant notice"), needed=N_("Enter the reference of the grant notice."), most=100
    )
    decided_on: Any = day(N_("Day of the grant notice"))
    starts_on: Any = day(N_("First day of the grant"))
    ends_on: Any = day(N_("Last day of the grant"))
    conditions = Paragraphs(N_("Conditions"), most=5000)
    proof_due_on: Any = day(
        N_("Proof of use due on"), needed=False, hint=N_("Without a day it follows from the programme.")
    )

    def told(self) -> dict[str, Any]:
        return {
            "notice": Notice(
                self.amount.data, self.reference.data, self.decided_on.data, self.starts_on.data, self.ends_on.data,
                self.conditions.data or "", self.proof_due_on.data,
            )
        }  # fmt: skip


class RefuseForm(StepForm):
    on: Any = day(N_("Day of the refusal"))
    reason = why()


class DrawForm(StepForm):
    amount: Any = amount(
        N_("Drawn so far, in euros"),
        N_("All together until today. A wrong figure is corrected by typing the right one."),
    )

    def told(self) -> dict[str, Any]:
        return {"cents": self.amount.data}


class AwaitProofForm(StepForm):
    due_on: Any = day(N_("Proof of use due on"), needed=False, hint=N_("Without a day it follows from the programme."))


class SubmitProofForm(StepForm):
    on: Any = day(N_("Sent on"))


class SettleForm(StepForm):
    on: Any = day(N_("Settled on"))


class ReclaimForm(StepForm):
    amount: Any = amount(N_("Reclaimed amount in euros"))
    on: Any = day(N_("Day of the demand"))
    reason = why()

    def told(self) -> dict[str, Any]:
        return {"cents": self.amount.data, "on": self.on.data, "reason": self.reason.data}


class EarlyForm(StepForm):
    on: Any = day(N_("Early start permitted from"))
    reference = Line(N_("Reference of the permission"), needed=N_("Enter the reference of the letter."), most=100)


STEP_FORMS: dict[Step, type[StepForm]] = {
    Step.APPLY: ApplyForm,
    Step.TAKE_BACK: TakeBackForm,
    Step.GRANT: GrantForm,
    Step.REFUSE: RefuseForm,
    Step.DRAW: DrawForm,
    Step.AWAIT_PROOF: AwaitProofForm,
    Step.SUBMIT_PROOF: SubmitProofForm,
    Step.SETTLE: SettleForm,
    Step.RECLAIM: ReclaimForm,
}


def step_form(step: Step, funding: Funding, today: date) -> StepForm:
    """The form of a step, filled with what is known."""
    known: dict[Step, dict[str, Any]] = {
        Step.APPLY: {"on": today},
        Step.GRANT: {
            "amount": funding.cents, "decided_on": today, "starts_on": date(funding.first_year, 1, 1),
            "ends_on": date(funding.last_year, 12, 31),
        },
        Step.REFUSE: {"on": today},
        Step.DRAW: {"amount": funding.drawn_cents or None},
        Step.AWAIT_PROOF: {"due_on": funding.proof_due_on},
        Step.SUBMIT_PROOF: {"on": today},
        Step.SETTLE: {"on": today},
        Step.RECLAIM: {"on": today},
    }  # fmt: skip
    return STEP_FORMS[step](**known.get(step, {}))

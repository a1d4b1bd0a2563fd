"""Forms of the money: budgets, bookings, requests and approvals, and what the rules would say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import FileField
from wtforms import fields as wtf
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from bihaelt.forms import (
    BaseForm,
    Choice,
    Day,
    Euros,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    Tick,
    UploadForm,
    cents,
    lazy_gettext,
    named,
    options,
)
from bihaelt.i18n import gettext
from bihaelt.marks import N_
from bihaelt.money.domain import (
    FIRST_YEAR,
    LAST_YEAR,
    BudgetState,
    CommitmentState,
    MoneyKind,
    RequestKind,
    TransferState,
)
from bihaelt.money.domain.finance_csv import EXPORT_LABELS, MOST_BYTES, MOST_ROWS, Head, RowState

CHOOSE = N_("Please choose")
ALL = N_("All")
OWN_MONEY = N_("The city's own money")
YEAR = N_("Enter a year.")
AMOUNT = N_("Enter an amount of money.")
SAY_WHY = N_("Say why.")
WHY = N_("Reason (published)")
NO_NAMES = N_("No names of people, please: everybody can read this.")


def YearLine(label: str = N_("Year")) -> Any:
    return Line(label, needed=YEAR, most=4, validators=[year_of_the_plan])


def year_of_the_plan(_form: object, field: wtf.Field) -> None:
    typed = field.data or ""
    if not (typed.isascii() and typed.isdigit() and FIRST_YEAR <= int(typed) <= LAST_YEAR):
        raise wtf.core.ValidationError(gettext(YEAR))


def Amount(label: str = N_("Amount in euros"), *, needed: bool = True) -> Any:
    return Euros(lazy_gettext(label), [Needed(AMOUNT)] if needed else [Optional()])


def Why() -> Any:
    return Paragraphs(WHY, needed=SAY_WHY, most=2000, hint=NO_NAMES)


def Source(label: str = N_("Where the money comes from")) -> Any:
    """Empty: the city's own money; else the id of a grant."""
    return Choice(label, coerce=int)


class BudgetForm(BaseForm):
    cluster = Choice(N_("Cluster"), needed=N_("Choose a cluster."), coerce=int)
    year = YearLine()
    amount: Any = Amount(N_("Budget in euros"))
    kind = Choice(N_("Kind of money"), needed=N_("Choose a kind."), coerce=MoneyKind, choices=options(MoneyKind))
    product_group = Line(N_("Product group"), most=8, hint=N_("As in the city's budget, like 05.01.02"))
    reason = Paragraphs(
        N_("Which decision is it based on? This is published."), needed=N_("Say why."), most=1000
    )  # fmt: skip

    @classmethod
    def of(cls, clusters: Mapping[int, str], year: int) -> "BudgetForm":
        form = cls(year=str(year), kind=MoneyKind.CONSUMPTIVE)
        form.cluster.choices = named(clusters.items(), empty=CHOOSE)
        return form


class BudgetStateForm(BaseForm):
    to = Choice(N_("New state"), needed=N_("Choose a state."), coerce=BudgetState, radio=True)
    reason = Why()

    @classmethod
    def between(cls, states: Iterable[BudgetState]) -> "BudgetStateForm":
        form = cls()
        form.to.choices = options(state for state in BudgetState if state in set(states))
        return form


class SourcedForm(BaseForm):
    """A form with an amount in a year, from a source. ``seen`` is what was available when the page was opened."""

    year = YearLine()
    amount: Any = Amount()
    source = Source()
    seen = wtf.HiddenField("")

    @classmethod
    def of(cls, grants: Sequence[tuple[int, str]], values: Mapping[str, Any]) -> "SourcedForm":
        form = cls(**values)
        form.source.choices = named(grants, empty=OWN_MONEY)
        return form

    def wanted_year(self) -> int:
        return int(self.year.data)

    def seen_cents(self) -> int | None:
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.removeprefix("-").isdigit() and len(typed) < 16 else None


class AllocateForm(SourcedForm):
    reason = Why()


class CommitForm(SourcedForm):
    contract = Line(
        N_("Reference of the contract"),
        hint=N_("Without a contract the money is only reserved. No names of people, please."),
    )
    following: Any = Amount(N_("Amount in euros for the year after"), needed=False)
    ve = Line(N_("Reference of the authorisation for later years"), most=80)
    legal_duty = Tick(N_("The city is bound to this by law"), hint=N_("Needed while the budget is frozen"))
    override = Paragraphs(
        N_("Why own money before the funding check is done? This is published."), most=1000
    )  # fmt: skip
    reason = Paragraphs(WHY, most=2000, hint=NO_NAMES)

    def amounts(self) -> dict[int, int]:
        found = {self.wanted_year(): int(self.amount.data)}
        return found | ({self.wanted_year() + 1: int(self.following.data)} if self.following.data else {})


class ExpenseForm(SourcedForm):
    commitment = Choice(N_("Commitment that it settles"), coerce=int)
    on: Any = Day(lazy_gettext(N_("Day of the payment")), [Needed(N_("Enter a date."))])
    reference = Line(N_("Reference of the receipt"), hint=NO_NAMES)
    legal_duty = Tick(N_("The city is bound to this by law"), hint=N_("Needed while the budget is frozen"))
    reason = Paragraphs(WHY, most=2000, hint=NO_NAMES)

    def validate_on(self, field: wtf.Field) -> None:
        if field.data and not date(FIRST_YEAR, 1, 1) <= field.data <= date(LAST_YEAR, 12, 31):
            raise wtf.core.ValidationError(gettext(YEAR))


class TransferForm(SourcedForm):
    target = Line(N_("To which measure? Its number"), needed=N_("Choose a measure."), most=12)
    reason = Why()


class MoreForm(BaseForm):
    """More than planned, or a carry-forward."""

    year = YearLine()
    amount: Any = Amount()
    reason = Why()


class ReasonForm(BaseForm):
    reason = Why()


class BindForm(BaseForm):
    contract = Line(N_("Reference of the contract"), needed=N_("Enter the contract's reference."), hint=NO_NAMES)


class AnswerForm(BaseForm):
    answer = Choice(N_("Your answer"), needed=N_("Choose an answer."), radio=True)
    paper = Line(N_("Number of the council's paper"), most=60)
    note = Paragraphs(N_("Reason (published; needed for a no)"), most=2000, hint=NO_NAMES)

    @classmethod
    def fresh(cls) -> "AnswerForm":
        form = cls()
        form.answer.choices = named((("yes", gettext(N_("Approve"))), ("no", gettext(N_("Refuse")))))
        return form


class ThresholdForm(BaseForm):
    treasury: Any = Amount(N_("The treasury decides as well above, in euros"))
    council: Any = Amount(N_("The council decides as well above, in euros"))
    reason = Why()


class PoolForm(BaseForm):
    from_cluster = Choice(N_("Money of this cluster"), needed=N_("Choose a cluster."), coerce=int)
    to_cluster = Choice(N_("may cover this cluster"), needed=N_("Choose a cluster."), coerce=int)
    first_year = YearLine(N_("From the year on"))
    note = Paragraphs(N_("Which decision is it based on? This is published."), needed=N_("Say why."), most=1000)

    @classmethod
    def of(cls, clusters: Mapping[int, str], year: int) -> "PoolForm":
        form = cls(first_year=str(year))
        form.from_cluster.choices = named(clusters.items(), empty=CHOOSE)
        form.to_cluster.choices = named(clusters.items(), empty=CHOOSE)
        return form


class EndPoolForm(BaseForm):
    last_year = YearLine(N_("Last year"))
    reason = Why()


class RequestFilter(FilterForm):
    kind = Choice(N_("Kind of request"), coerce=RequestKind, choices=options(RequestKind, empty=ALL))
    state = Choice(N_("State"), coerce=TransferState, choices=options(TransferState, empty=ALL))
    year = Choice(N_("Year"), coerce=int)

    @classmethod
    def of(cls, years: Sequence[int]) -> "RequestFilter":
        form = cls()
        form.year.choices = named([(year, str(year)) for year in years], empty=ALL)
        form.validate()
        return form


class CommitmentFilter(FilterForm):
    cluster = Choice(N_("Cluster"), coerce=int)
    state = Choice(N_("State"), coerce=CommitmentState, choices=options(CommitmentState, empty=ALL))
    year = Choice(N_("Year"), coerce=int)

    @classmethod
    def of(cls, years: Sequence[int], clusters: Mapping[int, str]) -> "CommitmentFilter":
        form = cls()
        form.year.choices = named([(year, str(year)) for year in years], empty=ALL)
        form.cluster.choices = named(clusters.items(), empty=ALL)
        form.validate()
        return form


class WhatIfForm(FilterForm):
    """What somebody thinks of doing, in the address of the page: nothing is booked by it."""

    act = Choice(
        N_("What would you like to do?"), radio=True, default="commit",
        choices=named((("commit", lazy_gettext(N_("Commit money"))), ("transfer", lazy_gettext(N_("Move money"))))),
    )  # fmt: skip
    year = Choice(N_("Year"), coerce=int)
    amount: Any = Euros(lazy_gettext(N_("Amount in euros")), [Optional()])
    source = Source()
    target = Line(N_("To which measure? Its number"), most=12)

    @classmethod
    def of(cls, years: Sequence[int], grants: Sequence[tuple[int, str]], this_year: int) -> "WhatIfForm":
        form = cls(year=this_year, act="commit")
        form.year.choices = named([(year, str(year)) for year in years])
        form.source.choices = named(grants, empty=OWN_MONEY)
        form.validate()
        return form


def typed_cents(text: str | None) -> int | None:
    """An amount in an address, in cents; None for what is not one."""
    try:
        return cents(text) if text else None
    except ValueError:
        return None


class FileForm(UploadForm):
    """A file of the finance system; it is read in memory and not kept."""

    MOST = MOST_BYTES

    file = FileField(
        lazy_gettext(N_("File (CSV)")),
        description=lazy_gettext(
            N_("Columns: %(columns)s. At most %(most)s rows."),
            columns="; ".join(head.value for head in Head), most=MOST_ROWS,
        ),
    )  # fmt: skip


class UndoForm(BaseForm):
    reason = Paragraphs(N_("Why is it taken back? This is published."), needed=N_("Say why."), most=1000)


class RowFilter(FilterForm):
    state = Choice(N_("Rows"), coerce=RowState, choices=options(RowState, empty=N_("All")))


class ExportForm(FilterForm):
    """What is exported for the finance system."""

    year = Line(N_("Year"), most=4)
    kind = Choice(
        N_("Bookings"), choices=[SelectChoice(name, lazy_gettext(label)) for name, label in EXPORT_LABELS.items()]
    )

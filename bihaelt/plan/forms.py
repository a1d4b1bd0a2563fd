"""Filters of the plan, and the forms of budgets and funding."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import fields as wtf
from wtforms.fields import SelectChoice

from bihaelt.forms import (
    BaseForm,
    Choice,
    Euros,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    lazy_gettext,
    named,
    options,
)  # fmt: skip
from bihaelt.i18n import gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import Category, MeasureState
from bihaelt.plan.domain import FIRST_YEAR, LAST_YEAR, FundingState
from bihaelt.plan.queries import Choosable, Filters

ALL = N_("All")
CHOOSE = N_("Please choose")


class PlanFilter(FilterForm):
    """Cluster, field, office, district, state, year; the list has the category too."""

    category = Choice(N_("Category"), coerce=Category)
    cluster = Choice(N_("Cluster"), coerce=int)
    field = Choice(N_("Field of action"), coerce=int)
    office = Choice(N_("Office"), coerce=int)
    district = Choice(N_("District"), coerce=int)
    state = Choice(N_("State"), coerce=MeasureState, choices=options(MeasureState, empty=ALL))
    year = Choice(N_("Year"), coerce=int)

    def wanted(self) -> Filters:
        """What the address asks for, read before it is known what can be chosen; what does not exist finds nothing."""
        values = {name: self[name].data for name in Filters.__slots__ if self[name].data}
        if not FIRST_YEAR <= values.get("year", FIRST_YEAR) <= LAST_YEAR:
            del values["year"]
        return Filters(**values)

    def offer(self, choosable: Choosable) -> None:
        """Set what can be chosen."""
        self.category.choices = [
            SelectChoice("", lazy_gettext(ALL)),
            *(SelectChoice(each.value, f"{each.value}: {gettext(label_of(each))}") for each in Category),
        ]
        self.cluster.choices = named([(key, name.title) for key, name in choosable.clusters.items()], empty=ALL)
        self.field.choices = named([(key, name.title) for key, name in choosable.fields.items()], empty=ALL)
        self.office.choices = named(choosable.offices.items(), empty=ALL)
        self.district.choices = named(choosable.districts.items(), empty=ALL)
        self.year.choices = named([(year, str(year)) for year in choosable.years], empty=ALL)
        for field in self:
            field.errors = []

    def chips(self) -> list[tuple[str, str]]:
        """(name of the field, what was chosen) for each filter that is set."""
        found = []
        for field in self:
            for value, shown, chosen, _attributes in field.iter_choices():
                if chosen and value not in (None, ""):
                    found.append((field.name, str(shown)))
        return found


class BudgetForm(BaseForm):
    cluster = Choice(N_("Cluster"), needed=N_("Choose a cluster."), coerce=int)
    year = Line(N_("Year"), needed=N_("Enter a year."), most=4)
    amount: Any = Euros(lazy_gettext(N_("Budget in euros")), [Needed(N_("Enter an amount of money."))])
    reason = Paragraphs(
        N_("Which decision is it based on? This is published."), needed=N_("Say why."), most=1000
    )  # fmt: skip

    @classmethod
    def of(cls, clusters: Mapping[int, str], year: int) -> "BudgetForm":
        form = cls(year=str(year))
        form.cluster.choices = named(clusters.items(), empty=CHOOSE)
        return form

    def validate_year(self, field: wtf.Field) -> None:
        if field.data and not (field.data.isascii() and field.data.isdigit()):
            raise wtf.core.ValidationError(gettext(N_("Enter a year.")))


class FundingForm(BaseForm):
    programme = Choice(N_("Programme"), needed=N_("Choose a programme."), coerce=int)
    amount: Any = Euros(lazy_gettext(N_("Amount in euros")), [Needed(N_("Enter an amount of money."))])
    state = Choice(
        N_("State"), needed=N_("Choose a state."), coerce=FundingState, choices=options(FundingState), radio=True
    )

    @classmethod
    def of(cls, programmes: Iterable[tuple[int, str]]) -> "FundingForm":
        form = cls()
        form.programme.choices = named(programmes, empty=CHOOSE)
        return form

"""Filters of the plan."""

from collections.abc import Iterable
from typing import TypeVar

from wtforms.fields import SelectChoice

from bihaelt.forms import BaseForm, Choice, FilterForm, lazy_gettext, named, options
from bihaelt.i18n import gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import Category, MeasureState
from bihaelt.money.domain import FIRST_YEAR, LAST_YEAR
from bihaelt.plan.queries import Choosable, Filters

ALL = N_("All")
Filtered = TypeVar("Filtered", bound=FilterForm)


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
        return [
            (field.name, str(shown))
            for field in self
            if field.data is not None
            for value, shown, chosen, _attributes in field.iter_choices()
            if chosen and value not in (None, "")
        ]


class ClusterFilter(FilterForm):
    cluster = Choice(N_("Cluster"), coerce=int)

    @classmethod
    def of(cls, clusters: Iterable[tuple[int, str]]) -> "ClusterFilter":
        return offered(cls(), "cluster", clusters)


class ConferenceFilter(FilterForm):
    conference = Choice(N_("Conference"), coerce=int)

    @classmethod
    def of(cls, conferences: Iterable[tuple[int, str]]) -> "ConferenceFilter":
        return offered(cls(), "conference", conferences)


def offered(form: Filtered, name: str, choices: Iterable[tuple[int, str]]) -> Filtered:
    """The form with what can be chosen; what does not exist counts as nothing chosen."""
    known = dict(choices)
    field = form[name]
    field.choices = named(known.items(), empty=ALL)
    field.errors = []
    if field.data not in known:
        field.data = None
    return form


class EditionForm(BaseForm):
    """Nothing but the act itself."""

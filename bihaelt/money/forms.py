"""The form of a cluster's budget."""

from collections.abc import Mapping
from typing import Any

from wtforms import fields as wtf

from bihaelt.forms import BaseForm, Choice, Euros, Line, Needed, Paragraphs, lazy_gettext, named
from bihaelt.i18n import gettext
from bihaelt.marks import N_

CHOOSE = N_("Please choose")


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

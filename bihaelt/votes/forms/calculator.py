"""The calculator of the explanation: x euros need about y people."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange

from bihaelt.forms import FilterForm
from bihaelt.i18n import lazy_gettext
from bihaelt.marks import N_
from bihaelt.votes.domain.ballots import MOST_EUROS

EXAMPLE = {"budget": 100_000, "people": 1000, "cost": 5000}
MOST_PEOPLE = 10_000_000


class Between(NumberRange):
    """A number that is always there: the example, until another one is typed."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.field_flags |= {"required": True}


def whole(label: str, name: str, most: int) -> Any:
    return IntegerField(lazy_gettext(label), [Between(1, most)], default=EXAMPLE[name])


class CalculatorForm(FilterForm):
    """A plain GET form. What does not fit is replaced by the example."""

    budget = whole(N_("Budget in euros"), "budget", MOST_EUROS)
    people = whole(N_("People who vote"), "people", MOST_PEOPLE)
    cost = whole(N_("Cost of the proposal in euros"), "cost", MOST_EUROS)

    def values(self) -> dict[str, Any]:
        return EXAMPLE | self.chosen()

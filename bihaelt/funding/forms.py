"""What a programme pays for a measure."""

from collections.abc import Iterable
from typing import Any

from bihaelt.forms import BaseForm, Choice, Euros, Needed, lazy_gettext, named, options
from bihaelt.funding.domain import FundingState
from bihaelt.marks import N_

CHOOSE = N_("Please choose")


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

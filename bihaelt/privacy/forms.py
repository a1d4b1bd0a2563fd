"""The form for erasing one's account."""

from bihaelt.forms import BaseForm, Choice, Tick, options
from bihaelt.marks import N_
from bihaelt.privacy.domain import Contributions


class EraseForm(BaseForm):
    contributions = Choice(
        N_("What should happen to your contributions?"),
        needed=N_("Choose what should happen to your contributions"),
        radio=True,
        choices=options(Contributions),
        coerce=Contributions,
    )
    sure = Tick(N_("I know that this cannot be undone"), needed=N_("Confirm that this cannot be undone"))

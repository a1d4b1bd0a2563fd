"""Forms of the check against regular services."""

from typing import Any

from bihaelt.forms import BaseForm, Choice, Day, Needed, Paragraphs, lazy_gettext, options
from bihaelt.marks import N_
from bihaelt.measures.domain import ServiceUse


class CheckForm(BaseForm):
    """A measure was checked against a service: what came of it, and when to look again."""

    service = Choice(N_("Regular service"), needed=N_("Choose the regular service."), coerce=int)
    use = Choice(
        N_("What becomes of the regular service?"), needed=N_("Choose an outcome."), coerce=ServiceUse,
        choices=options(ServiceUse), radio=True,
    )  # fmt: skip
    note = Paragraphs(
        N_("How the two fit together"), most=2000,
        hint=N_("Needed where it is complemented or replaced: what is missing there? This is published."),
    )  # fmt: skip
    office = Choice(N_("Checked by"), coerce=int)
    review_on: Any = Day(
        lazy_gettext(N_("Next review")), [Needed(N_("Enter a day."))],
        description=lazy_gettext(N_("The responsible office gets a letter two weeks before.")),
    )  # fmt: skip


class WhyForm(BaseForm):
    why = Paragraphs(N_("Why? This is published."), needed=N_("Say why."), most=1000)

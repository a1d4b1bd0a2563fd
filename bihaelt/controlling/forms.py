"""The form of a status report."""

from bihaelt.forms import BaseForm, Choice, Paragraphs, named, options
from bihaelt.marks import N_
from bihaelt.measures.domain import Light

CHOOSE = N_("Please choose")


class ReportForm(BaseForm):
    period = Choice(N_("Half-year"), needed=N_("Choose a half-year."))
    time = Choice(N_("Time"), needed=N_("Choose a light."), coerce=Light, choices=options(Light), radio=True)
    cost = Choice(N_("Cost"), needed=N_("Choose a light."), coerce=Light, choices=options(Light), radio=True)
    goal = Choice(N_("Goal"), needed=N_("Choose a light."), coerce=Light, choices=options(Light), radio=True)
    text = Paragraphs(N_("How it goes"), needed=N_("Say in a few words how it goes."), most=4000)
    next_step = Paragraphs(N_("Next step"), most=2000)

    @classmethod
    def around(cls, year: int) -> "ReportForm":
        form = cls()
        periods = [f"{each}-H{half}" for each in (year, year - 1) for half in (2, 1)]
        form.period.choices = named([(period, period) for period in periods], empty=CHOOSE)
        return form

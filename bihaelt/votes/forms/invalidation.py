"""Asking that votes be taken out of the count: whose, and why."""

from collections.abc import Sequence
from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from bihaelt.forms import BaseForm, Choice, Email, Paragraphs, named
from bihaelt.i18n import lazy_gettext
from bihaelt.marks import N_
from bihaelt.votes.operations.invalidating import LONGEST

NOBODY = N_("Please choose")


class InvalidationForm(BaseForm):
    """Exactly one of account, codes and organisation; the operation refuses anything else."""

    email = Email(N_("E-mail address of an account"))
    batch = Choice(N_("Batch of codes"), coerce=int)
    number: Any = IntegerField(
        lazy_gettext(N_("Number of one code in the batch")),
        [MayBeEmpty(), NumberRange(1, 10_000_000)],
        description=lazy_gettext(N_("Empty: all codes of the batch")),
    )
    organisation = Choice(N_("Organisation"), coerce=int)
    reason = Paragraphs(
        N_("Reason"),
        needed=N_("Say why. Everybody can read it."),
        most=LONGEST,
        hint=N_("It is public, so please name nobody."),
    )

    def offer(self, batches: Sequence[tuple[int, str]], organisations: Sequence[tuple[int, str]]) -> None:
        self.batch.choices = named(batches, NOBODY)
        self.organisation.choices = named(organisations, NOBODY)

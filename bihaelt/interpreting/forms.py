"""The quick form for counting requests for interpreters."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from wtforms import fields as wtf
from wtforms.validators import NumberRange

from bihaelt.forms import BaseForm, Choice, Day, Needed, lazy_gettext, named, options
from bihaelt.i18n import spoken_name
from bihaelt.interpreting.domain import MOST, Counted, Mode, Occasion, Outcome, Place
from bihaelt.marks import N_
from bihaelt.spoken import OTHER, SPOKEN

CHOOSE = N_("Please choose")
KEPT = ("day", "language", "occasion", "place", "mode", "voice")  # what the next entry begins with


class CountForm(BaseForm):
    """``voice``: the organisation or office in whose name is counted ("organisation-3", "office-5")."""

    voice = Choice(N_("Counted for"), needed=N_("Choose for whom."))
    day: Any = Day(lazy_gettext(N_("Day")), [Needed(N_("Enter a day."))])
    language = Choice(N_("Language"), needed=N_("Choose a language."))
    occasion = Choice(
        N_("Occasion"), needed=N_("Please choose"), coerce=Occasion, choices=options(Occasion, empty=CHOOSE)
    )
    place = Choice(N_("Place"), needed=N_("Please choose"), coerce=Place, choices=options(Place, empty=CHOOSE))
    mode = Choice(N_("How"), needed=N_("Please choose"), coerce=Mode, choices=options(Mode), radio=True)
    outcome = Choice(
        N_("What became of it"), needed=N_("Please choose"), coerce=Outcome, choices=options(Outcome), radio=True
    )
    count = wtf.IntegerField(
        lazy_gettext(N_("How many requests of this kind")),
        [Needed(N_("Enter a number.")), NumberRange(min=1, max=MOST)],
        default=1,
    )

    @classmethod
    def of(cls, voices: Sequence[tuple[str, str]], today: date, kept: dict[str, str]) -> "CountForm":
        """The form with what the last entry said (``kept``, from the address), since the next is often alike."""
        form = cls(day=today)
        form.voice.choices = named(voices, empty=CHOOSE if len(voices) > 1 else "")
        languages = sorted(((code, spoken_name(code)) for code in SPOKEN), key=lambda pair: pair[1].casefold())
        form.language.choices = named([*languages, (OTHER, spoken_name(OTHER))], empty=CHOOSE)
        if not form.is_submitted():
            for name in KEPT:
                _prefill(form[name], kept.get(name, ""))
        return form

    def counted(self) -> Counted:
        return Counted(
            self.day.data, self.language.data, self.occasion.data, self.place.data, self.mode.data, self.outcome.data,
            self.count.data,
        )  # fmt: skip


def _prefill(field: Any, value: str) -> None:
    """Choose ``value`` if the field offers it, or is a day and ``value`` is one."""
    if isinstance(field, Day):
        with suppress(ValueError):
            field.data = date.fromisoformat(value)
    elif any(str(choice.value) == value for choice in field.choices):
        field.data = field.coerce(value)

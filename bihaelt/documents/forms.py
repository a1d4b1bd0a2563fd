"""Forms of council papers and of orders of long documents."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import request
from wtforms import fields as wtf
from wtforms.validators import Optional

from bihaelt.documents.domain.builds import BuildKind
from bihaelt.documents.domain.papers import (
    MOST_BODIES,
    OUTCOMES,
    PAPER_PARTS,
    Consultation,
    ConsultationRole,
    PaperContent,
    PaperKind,
    PaperState,
)
from bihaelt.forms import (
    BaseForm,
    Choice,
    Day,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    Tick,
    lazy_gettext,
    named,
    options,
)
from bihaelt.i18n import LANGUAGES
from bihaelt.marks import N_
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError

CHOOSE = N_("Please choose")
ALL = N_("All")
ENTER_DAY = N_("Enter a day.")
NUMBERS = re.compile(r"[,;\s]+")
FEWEST_ROWS = 3


class PaperForm(BaseForm):
    """A council paper. The rows of its meetings are added by ``paper_form``."""

    PARTS = tuple(PAPER_PARTS)

    seen = wtf.HiddenField("")
    kind = Choice(
        N_("Type of paper"), needed=N_("Choose a type."), coerce=PaperKind, choices=options(PaperKind), radio=True
    )
    title = Line(N_("Subject of the consultation"), needed=N_("Enter a title."), most=200)
    office = Choice(N_("Office"), needed=N_("Choose an office."), coerce=int)
    phone = Line(N_("Telephone"), most=40)
    written_on: Any = Day(lazy_gettext(N_("Date")), [Needed(ENTER_DAY)])
    product_group = Line(N_("Product group concerned"), most=8, hint=N_("For example 11.06.01."))
    measures = Paragraphs(
        N_("Measures that are to be decided"), most=1000,
        hint=N_("Their numbers in the order of the paper, for example M01, M05. Amounts and pools are filled in."),
    )  # fmt: skip
    body = Paragraphs(N_("Reasons"), needed=N_("Write the reasons."), most=20_000)
    result_plan = Paragraphs(PAPER_PARTS["result_plan"], most=2000)
    finance_plan = Paragraphs(PAPER_PARTS["finance_plan"], most=2000)
    earlier = Paragraphs(PAPER_PARTS["earlier"], most=2000)
    resolution = Paragraphs(PAPER_PARTS["resolution"], most=6000)
    goal_reference = Paragraphs(PAPER_PARTS["goal_reference"], most=2000)
    equality = Paragraphs(PAPER_PARTS["equality"], most=2000)
    inclusion = Paragraphs(PAPER_PARTS["inclusion"], most=2000)
    climate = Paragraphs(PAPER_PARTS["climate"], most=2000)
    taking_part = Paragraphs(PAPER_PARTS["taking_part"], most=2000)
    signed_as = Line(
        N_("Signed as"), needed=N_("Say in which role it is signed."), most=120, hint=N_("A role, never a name.")
    )
    annexes = Paragraphs(N_("Annexes, one a line"), most=2000)

    def numbers(self) -> Sequence[str]:
        """The numbers of measures that were typed, each once."""
        typed = NUMBERS.split((self.measures.data or "").upper())
        return tuple(dict.fromkeys(each for each in typed if each))

    def moment(self) -> datetime:
        """When the paper that was edited had been changed last; the beginning of time for a damaged value."""
        try:
            seen = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)
        return seen if seen.tzinfo else seen.replace(tzinfo=UTC)

    def rows(self) -> Sequence[tuple[Any, Any, Any, Any]]:
        """The fields of each meeting: body, day, role, public."""
        return [
            (self[f"body_{n}"], self[f"held_on_{n}"], self[f"role_{n}"], self[f"closed_{n}"])
            for n in range(MOST_BODIES)
            if f"body_{n}" in self
        ]

    def consultations(self) -> Sequence[Consultation]:
        """The meetings that were filled in; raises DomainError at the row that is not whole."""
        found = []
        for body, held_on, role, closed in self.rows():
            if not body.data and held_on.data is None:
                continue
            if not body.data:
                raise DomainError(N_("Name the body."), field=body.name)
            if held_on.data is None:
                raise DomainError(ENTER_DAY, field=held_on.name)
            found.append(Consultation(body.data, held_on.data, role.data or ConsultationRole.ADVISE, not closed.data))
        return tuple(found)

    def content(self, measures: Mapping[str, int]) -> PaperContent:
        """What was typed; ``measures`` are the known ones by number. Raises DomainError at a field."""
        for number in self.numbers():
            if number not in measures:
                raise DomainError(
                    N_("There is no measure with the number %(number)s."), field="measures", number=number
                )
        return PaperContent(
            kind=self.kind.data,
            words=Words(self.title.data, self.body.data, {part: self[part].data or "" for part in PAPER_PARTS}),
            office_id=self.office.data,
            signed_as=self.signed_as.data,
            written_on=self.written_on.data,
            phone=self.phone.data or "",
            product_group=self.product_group.data or "",
            annexes=self.annexes.data or "",
            measure_ids=tuple(measures[number] for number in self.numbers()),
            consultations=self.consultations(),
        )


def paper_form(
    offices: Sequence[tuple[int, str]], *, content: PaperContent | None = None, numbers: Sequence[str] = (), seen: str = "",
    today: date | None = None,
) -> PaperForm:  # fmt: skip
    """The form of a new paper, or of one with ``content``; there are always empty rows for two more meetings."""
    meetings = content.consultations if content else ()
    posted = sum(f"body_{n}" in request.form for n in range(MOST_BODIES))
    count = posted or min(MOST_BODIES, max(FEWEST_ROWS, len(meetings) + 2))
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"seen": seen, "written_on": today, "kind": PaperKind.DECISION}
    for n in range(count):
        fields[f"body_{n}"] = Line(N_("Body"), most=160)
        fields[f"held_on_{n}"] = Day(lazy_gettext(N_("Meeting on")), [Optional()])
        fields[f"role_{n}"] = Choice(N_("What it does"), coerce=ConsultationRole, choices=options(ConsultationRole))
        fields[f"closed_{n}"] = Tick(N_("not public"))
    for n, each in enumerate(meetings):
        values |= {
            f"body_{n}": each.body,
            f"held_on_{n}": each.held_on,
            f"role_{n}": each.role,
            f"closed_{n}": not each.public,
        }
    if content is not None:
        values |= {
            "kind": content.kind, "title": content.words.title, "body": content.words.body, "office": content.office_id,
            "phone": content.phone, "written_on": content.written_on, "product_group": content.product_group,
            "signed_as": content.signed_as, "annexes": content.annexes, "measures": ", ".join(numbers),
            **{part: content.words.extra.get(part, "") for part in PAPER_PARTS},
        }  # fmt: skip
    form: PaperForm = type("PaperFormWithRows", (PaperForm,), fields)(**values)
    form.office.choices = named(offices, empty=CHOOSE)
    return form


class AskForm(BaseForm):
    due_on: Any = Day(lazy_gettext(N_("Signatures until")), [Needed(ENTER_DAY)])


class NoteForm(BaseForm):
    note = Paragraphs(N_("Note, if the office has something to say"), most=2000)


class BackForm(BaseForm):
    reason = Paragraphs(N_("Why?"), needed=N_("Say why."), most=1000)


class ScheduleForm(BaseForm):
    number = Line(
        N_("Paper number"), needed=N_("Enter the number like 2424/2025-2030."), most=30,
        hint=N_("For example 2424/2025-2030."),
    )  # fmt: skip


class OutcomeForm(BaseForm):
    outcome = Choice(
        N_("What came out"), needed=N_("Choose what came out of the meeting."), coerce=PaperState, radio=True
    )
    met_on: Any = Day(lazy_gettext(N_("Meeting on")), [Needed(ENTER_DAY)])
    told = Paragraphs(
        N_("What was changed, or to whom it was referred"), most=2000, hint=N_("Needed only in these two cases.")
    )
    carry = Tick(
        N_("If it is decided as it stands: note the decision at its measures, too"),
        hint=N_("At those that are on the agenda under the number of this paper. They are locked from then on."),
        default=True,
    )

    @classmethod
    def of(cls, kind: PaperKind) -> "OutcomeForm":
        form = cls()
        form.outcome.choices = options(OUTCOMES[kind])
        if PaperState.DECIDED not in OUTCOMES[kind]:
            del form.carry
        return form


class PaperFilter(FilterForm):
    state = Choice(N_("State"), coerce=PaperState, choices=options(PaperState, empty=ALL))


class OrderForm(BaseForm):
    """A long document: what, about what, in which language."""

    what = Choice(N_("Document"), needed=N_("Choose a document."))
    language = Choice(N_("Language"), needed=N_("Choose a language."))

    @classmethod
    def of(cls, documents: Iterable[tuple[str, str]], language: str) -> "OrderForm":
        form = cls(language=language)
        form.what.choices = named(documents, empty=CHOOSE)
        form.language.choices = named((each.babel, each.name) for each in LANGUAGES)
        return form

    def order(self) -> tuple[BuildKind, str]:
        """Kind and subject of the chosen document."""
        kind, _, subject = str(self.what.data).partition(":")
        return BuildKind(kind), subject

"""Forms of the decisions' desk."""

from typing import Any

from wtforms import fields as wtf
from wtforms.fields import SelectChoice

from bihaelt.decisions.domain import PARTS, DecisionState, Draft, Reason
from bihaelt.decisions.models import Decision
from bihaelt.decisions.queries import WITHOUT
from bihaelt.forms import (
    BaseForm,
    Choice,
    Day,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    clean_text,
    lazy_gettext,
    named,
    options,
    tidy,
)
from bihaelt.marks import N_
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Shown, Status, Words

ONLY_PARTLY = N_("Only if the proposal is accepted in part.")
STATES = (
    ("", N_("All")),
    (WITHOUT, N_("Without an answer")),
    (DecisionState.PREPARED.value, N_("Prepared")),
    (DecisionState.CHECKED.value, N_("Checked")),
)


class DecisionForm(BaseForm):
    """The answer to one proposal, in German."""

    outcome = Choice(
        N_("Outcome"), needed=N_("Choose an outcome."), radio=True, coerce=Outcome, choices=options(Outcome)
    )
    reason = Choice(
        N_("Reason"), needed=N_("Choose a reason."), coerce=Reason, choices=options(Reason, empty=N_("Please choose"))
    )
    plain = Paragraphs(
        N_("The reason in plain words (German)"),
        needed=N_("Say the reason in plain words."),
        most=4000,
        hint=N_("Short sentences. The author and all supporters read this."),
    )
    taken = Paragraphs(N_("What is taken up"), most=2000, hint=ONLY_PARTLY)
    not_taken = Paragraphs(N_("What is not taken up"), most=2000, hint=ONLY_PARTLY)
    merged_into = Choice(
        N_("Merged with"), coerce=int, hint=N_("The author becomes co-author of the other proposal; both texts stay.")
    )
    merged_number = Line(
        N_("Or the number of the other proposal"), most=18, hint=N_("It stands in the address of its page.")
    )
    forwarded_to = Line(N_("Passed on to"), most=160)
    service = Choice(N_("Regular service"), coerce=int)
    against_order = Paragraphs(
        N_("Why this goes against the order of supports"),
        most=2000,
        hint=N_("Needed if a proposal of the same cluster with fewer supports is accepted."),
    )
    against_vote = Paragraphs(
        N_("Why this goes against the vote"),
        most=2000,
        hint=N_("Needed if a winner of the vote is not accepted, or a proposal that did not win is."),
    )
    body = Line(N_("Decided by"), needed=N_("Enter who decided."), most=160)
    decided_on: Any = Day(lazy_gettext(N_("Decided on")), [Needed(N_("Enter the day of the decision."))])
    paper = Line(N_("Council paper"), most=40, hint=N_("For example 2424/2025-2030."))

    @classmethod
    def of(cls, decision: Decision | None, text: Shown | None) -> "DecisionForm":
        """The form, filled with the answer that is there already."""
        if decision is None or text is None:
            return cls()
        return cls(
            outcome=decision.outcome,
            reason=decision.reason,
            plain=text.body,
            taken=text.extra.get("taken", ""),
            not_taken=text.extra.get("not_taken", ""),
            against_order=text.extra.get("against_order", ""),
            against_vote=text.extra.get("against_vote", ""),
            merged_into=decision.merged_into_id,
            forwarded_to=decision.forwarded_to,
            service=decision.service_id,
            body=decision.body,
            decided_on=decision.decided_on,
            paper=decision.paper,
        )

    def offer(self, targets: list[tuple[int, str]], services: list[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        none = N_("None")
        self.merged_into.choices = named(targets, empty=none)
        self.service.choices = named(services, empty=none)
        if self.merged_into.data is not None and self.merged_into.data not in dict(targets) and not self.is_submitted():
            self.merged_number.data = str(self.merged_into.data)
            self.merged_into.data = None

    def validate_merged_number(self, field: wtf.Field) -> None:
        if field.data and not (field.data.isascii() and field.data.isdigit()):
            raise wtf.core.ValidationError(str(lazy_gettext(N_("Enter a number."))))

    def draft(self) -> Draft:
        extra = {name: self[name].data or "" for name in PARTS if name in self}
        number = self.merged_number.data
        return Draft(
            outcome=self.outcome.data,
            reason=self.reason.data,
            words=Words("", self.plain.data, extra),
            body=self.body.data,
            decided_on=self.decided_on.data,
            paper=self.paper.data or "",
            forwarded_to=self.forwarded_to.data or "",
            service_id=self.service.data,
            merged_into_id=int(number) if number else self.merged_into.data,
        )


class TranslationForm(BaseForm):
    """The same answer in another language."""

    plain = Paragraphs(N_("The reason in plain words"), needed=N_("Say the reason in plain words."), most=4000)
    taken = Paragraphs(N_("What is taken up"), most=2000)
    not_taken = Paragraphs(N_("What is not taken up"), most=2000)
    against_order = Paragraphs(N_("Why this goes against the order of supports"), most=2000)
    against_vote = Paragraphs(N_("Why this goes against the vote"), most=2000)
    status = Choice(
        N_("How it was translated"),
        needed=N_("Choose how it was translated."),
        coerce=Status,
        choices=options([Status.HUMAN, Status.CHECKED, Status.MACHINE]),
        radio=True,
    )

    def trim(self, original: Shown) -> None:
        """Only those parts that the original has."""
        for part in PARTS:
            if not original.extra.get(part):
                delattr(self, part)

    def words(self) -> Words:
        extra = {part: self[part].data or "" for part in PARTS if part in self}
        return Words("", self.plain.data, extra)


class SendBackForm(BaseForm):
    reason = wtf.TextAreaField(
        lazy_gettext(N_("Why does it go back?")), [Needed(N_("Say why.")), clean_text], filters=[tidy]
    )


class PublishForm(BaseForm):
    """Nothing but the act itself."""


class DeskFilter(FilterForm):
    cluster = Choice(N_("Cluster"), coerce=int)
    state = Choice(N_("State"), choices=[SelectChoice(value, lazy_gettext(name)) for value, name in STATES])

    def __init__(self, clusters: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        self.cluster.choices = named(clusters, empty=N_("All"))
        self.validate()


class ListFilter(FilterForm):
    outcome = Choice(N_("Outcome"), coerce=Outcome, choices=options(Outcome, empty=N_("All")))

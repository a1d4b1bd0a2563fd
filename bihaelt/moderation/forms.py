"""Forms of reports, decisions and appeals."""

from typing import Any

from bihaelt.comments.domain import Ground
from bihaelt.forms import BaseForm, Choice, Email, Paragraphs, Tick, options
from bihaelt.marks import N_
from bihaelt.moderation.domain import REASON_LENGTH, AppealState

DECISIONS = (AppealState.GRANTED, AppealState.REFUSED)


def ground_field(**values: Any) -> Any:
    return Choice(
        N_("Ground"), needed=N_("Choose one of these."), radio=True, choices=options(Ground), coerce=Ground, **values
    )


class ReportForm(BaseForm):
    """A report; visitors may leave an address for the answer."""

    ground = ground_field()
    body = Paragraphs(N_("What is wrong with it?"), most=REASON_LENGTH, hint=N_("For example which words, and why."))
    email = Email(N_("E-mail for the answer"), hint=N_("Only for the answer to this report."))
    honest = Tick(N_("To the best of my knowledge this is true."), needed=N_("Please confirm this."))

    def __init__(self, *, with_account: bool, **values: Any) -> None:
        super().__init__(**values)
        if with_account:
            del self.email


class HideForm(BaseForm):
    """Hiding a comment; the reason goes to its author."""

    ground = ground_field()
    reason = Paragraphs(
        N_("Reason"), needed=N_("Give a reason."), most=REASON_LENGTH,
        hint=N_("The author reads it. Say what was written and which rule it breaks."),
    )  # fmt: skip


class DismissForm(BaseForm):
    """Leaving a comment as it is; the answer goes to those who reported it."""

    reason = Paragraphs(
        N_("Answer"), needed=N_("Give a reason."), most=REASON_LENGTH, hint=N_("Those who reported it read this.")
    )


class RestoreForm(BaseForm):
    """Showing a hidden comment again; the reason goes to its author."""

    reason = Paragraphs(N_("Reason"), needed=N_("Give a reason."), most=REASON_LENGTH, hint=N_("The author reads it."))


class AppealForm(BaseForm):
    """The author's objection to a hiding."""

    body = Paragraphs(N_("Why should it be shown again?"), needed=N_("Write something first."), most=REASON_LENGTH)


class ReportAppealForm(BaseForm):
    """A reporter's objection to a dismissal."""

    body = Paragraphs(N_("Why should it be hidden?"), needed=N_("Write something first."), most=REASON_LENGTH)


class AppealDecisionForm(BaseForm):
    """The second moderator's decision."""

    decision = Choice(
        N_("Decision"), needed=N_("Choose one of these."), radio=True, choices=options(DECISIONS), coerce=AppealState
    )
    answer = Paragraphs(N_("Reason"), needed=N_("Give a reason."), most=REASON_LENGTH, hint=N_("Both sides read it."))

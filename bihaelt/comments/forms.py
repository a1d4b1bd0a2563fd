"""Forms of the discussion."""

from typing import Any

from bihaelt.accounts.domain import Actor
from bihaelt.comments.domain import COMMENT_LENGTH, STATEMENT_LENGTH, Stance
from bihaelt.forms import BaseForm, Choice, Paragraphs, options
from bihaelt.marks import N_
from bihaelt.organisations.forms import ActingForm


def stance_field() -> Any:
    return Choice(
        N_("What is it?"), needed=N_("Choose one of these."), radio=True, choices=options(Stance), coerce=Stance
    )


class CommentForm(ActingForm):
    """A comment or an answer, in one's own name or for an organisation."""

    stance = stance_field()
    body = Paragraphs(N_("Your comment"), needed=N_("Write something first."), most=COMMENT_LENGTH)

    def __init__(self, actor: Actor | None, **values: Any) -> None:
        super().__init__(actor, **values)


class EditForm(BaseForm):
    """A change of a comment: its voice stays what it was."""

    stance = stance_field()
    body = Paragraphs(N_("Your comment"), needed=N_("Write something first."), most=COMMENT_LENGTH)


class StatementForm(BaseForm):
    """An organisation's official statement."""

    stance = stance_field()
    body = Paragraphs(N_("Official statement"), needed=N_("Write something first."), most=STATEMENT_LENGTH)


class WithdrawForm(BaseForm):
    """Only the token: the button asks whether one is sure."""

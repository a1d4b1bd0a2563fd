"""Forms of the city's own pages."""

from wtforms import HiddenField, ValidationError

from bihaelt.forms import BaseForm, Choice, Email, Line, Paragraphs, options
from bihaelt.i18n import gettext
from bihaelt.marks import N_
from bihaelt.pages.domain import FeedbackKind


class FeedbackForm(BaseForm):
    """``website`` is a trap for robots: people never see it."""

    kind = Choice(
        N_("What is it about?"),
        needed=N_("Choose what it is about"),
        radio=True,
        coerce=FeedbackKind,
        choices=options(FeedbackKind),
    )
    page = Line(N_("Address of the page"), most=300, hint=N_("If you know it. It begins with https://"))
    body = Paragraphs(
        N_("What do you want to tell us?"),
        needed=N_("Write what you want to tell us"),
        most=5000,
        hint=N_("What did you want to do? What happened? Which device or aid do you use?"),
    )
    email = Email(N_("E-mail address"), hint=N_("Only if you want our answer by e-mail. We use it for nothing else."))
    website = Line(N_("Please leave this field empty"), most=300)

    def validate_website(self, field: Line) -> None:  # type: ignore[valid-type]
        if field.data:  # type: ignore[attr-defined]
            raise ValidationError(gettext(N_("Please leave this field empty")))


class AnswerForm(BaseForm):
    answer = Paragraphs(N_("Your answer"), needed=N_("Write an answer"), most=5000)


class PageForm(BaseForm):
    title = Line(N_("Title"), needed=N_("Enter a title"), most=160)
    body = Paragraphs(
        N_("Text"),
        needed=N_("Enter a text"),
        most=40_000,
        hint=N_("Plain Markdown: ## heading, **bold**, - list, [words](https://example.org)."),
    )
    made_from = HiddenField("")

    def made_from_id(self) -> int | None:
        raw = str(self.made_from.data or "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 18 else None

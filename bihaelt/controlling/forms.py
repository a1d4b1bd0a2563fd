"""Forms of the rounds and of a status report."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import request
from wtforms import fields as wtf
from wtforms.validators import Optional, ValidationError

from bihaelt.controlling.domain import Lights, ReportState, Told
from bihaelt.controlling.models import StatusReport
from bihaelt.forms import (
    EXPIRED,
    BaseForm,
    Choice,
    Day,
    Euros,
    FilterForm,
    Needed,
    Paragraphs,
    lazy_gettext,
    named,
    options,
)
from bihaelt.i18n import apart, gettext
from bihaelt.marks import N_
from bihaelt.measures.domain import Light
from bihaelt.texts.domain import Shown

MOST = 100  # reports in one act
BY_RULE = N_("As the rule proposes")
OTHER_WHY = N_("Why another light than the rule proposes?")


def moment_of(typed: str | None) -> datetime | None:
    """An aware moment in ISO 8601; None for nothing, ValidationError for anything else."""
    try:
        return datetime.fromisoformat(typed).astimezone(UTC) if typed else None
    except (ValueError, OverflowError):
        raise ValidationError(gettext(EXPIRED)) from None


def _light(label: str) -> wtf.Field:
    return Choice(label, coerce=Light, choices=options(Light, empty=BY_RULE), radio=True)


class ReportForm(BaseForm):
    seen = wtf.HiddenField("")
    text = Paragraphs(N_("How it goes"), needed=N_("Say in a few words how it goes."), most=4000)
    next_step = Paragraphs(N_("Next step"), most=2000)
    forecast = Euros(
        lazy_gettext(N_("What will it have cost by the end of the year?")), [Optional()],
        description=lazy_gettext(N_("The light of the cost follows from it.")),
    )  # fmt: skip
    risk = Paragraphs(N_("Risks"), most=2000)
    counter = Paragraphs(
        N_("What is done about it"), hint=N_("Needed when a light is yellow or red."), most=2000
    )  # fmt: skip
    time = _light(N_("Time"))
    time_reason = Paragraphs(OTHER_WHY, most=1000)
    cost = _light(N_("Cost"))
    cost_reason = Paragraphs(OTHER_WHY, most=1000)
    goal = _light(N_("Goal"))
    goal_reason = Paragraphs(OTHER_WHY, most=1000)

    @classmethod
    def of(cls, report: StatusReport, text: Shown | None) -> "ReportForm":
        """The form with what was handed in before; a light that the rule proposed stays with the rule."""
        extra: Mapping[str, str] = text.extra if text else {}
        seen = report.submitted_at.isoformat() if report.submitted_at else ""
        chosen = {name: getattr(report, name) if getattr(report, f"{name}_reason") else None for name in Lights._fields}
        reasons = {f"{name}_reason": getattr(report, f"{name}_reason") for name in Lights._fields}
        return cls(
            seen=seen, text=text.body if text else "", next_step=extra.get("next", ""), risk=extra.get("risk", ""),
            counter=extra.get("counter", ""), forecast=report.forecast_cents, **chosen, **reasons,
        )  # fmt: skip

    def validate_seen(self, field: wtf.Field) -> None:
        moment_of(field.data)

    def moment(self) -> datetime | None:
        """When the report that was shown had been handed in."""
        return moment_of(self.seen.data)

    def told(self) -> Told:
        return Told(
            text=self.text.data, next_step=self.next_step.data or "", risk=self.risk.data or "",
            counter=self.counter.data or "", forecast_cents=self.forecast.data,
            **{name: self[name].data for name in Lights._fields},
            reasons={name: self[f"{name}_reason"].data or "" for name in Lights._fields},
        )  # fmt: skip


class RoundForm(BaseForm):
    period = Choice(N_("Half-year"), needed=N_("Choose a half-year."))
    due_on = Day(lazy_gettext(N_("Last day for the reports")), [Needed(N_("Enter a day."))])

    @classmethod
    def around(cls, year: int) -> "RoundForm":
        form = cls()
        periods = [f"{each}-H{half}" for each in (year, year - 1) for half in (2, 1)]
        form.period.choices = named([(period, apart(period)) for period in periods], empty=N_("Please choose"))
        return form


class ActForm(BaseForm):
    """Reports that were ticked, and when they were shown."""

    seen = wtf.HiddenField("")

    def chosen(self) -> list[int]:
        """The ticked reports; several may stand in one value, parted by commas."""
        typed = ",".join(request.form.getlist("reports")).split(",")
        return sorted({int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 19})[:MOST]

    def validate_seen(self, field: wtf.Field) -> None:
        moment_of(field.data)

    def moment(self) -> datetime | None:
        """When the reports were shown."""
        return moment_of(self.seen.data)


class AskForm(BaseForm):
    question = Paragraphs(
        N_("What is unclear or missing?"), needed=N_("Say what is unclear or missing."), most=2000
    )  # fmt: skip


class DeskFilter(FilterForm):
    state = Choice(N_("State"), coerce=ReportState, choices=options(ReportState, empty=N_("All")))

"""Setting up a ballot: its times and rules, and for each topic the budget and the costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from wtforms import DateTimeLocalField, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from bihaelt.forms import BaseForm, Choice, Day, Euros, Line, Needed, Paragraphs, Tick, named, options
from bihaelt.i18n import gettext, lazy_gettext, local, zone
from bihaelt.marks import N_
from bihaelt.texts.domain import Shown
from bihaelt.votes.domain.ballots import (
    MOST_CHOICES,
    MOST_POINTS,
    MOST_WITNESSES,
    VOTING_AGES,
    CountRule,
    DecisionRule,
    Method,
    Settings,
)
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan

ENTER_NUMBER = N_("Enter a whole number.")
WHOLE_EUROS = N_("Enter whole euros, without cents.")
PER_MILLE = 10  # of a per cent
Names = Mapping[int, Shown]


class Moment(DateTimeLocalField):
    """A day and time on the town hall's clock; ``data`` is an aware moment in UTC or None."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.strip() for value in valuelist if value.strip()])
        if self.data is not None:
            if not 1950 <= self.data.year <= 2150:
                raise ValueError(gettext(N_("Not a valid date value.")))
            self.data = self.data.replace(tzinfo=zone()).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class WholeEuros(Euros):
    """``data`` is whole euros or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None:
            if self.data % 100:
                self.data = None
                raise ValueError(gettext(WHOLE_EUROS))
            self.data //= 100

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


def moment(label: str, needed: str) -> Any:
    return Moment(lazy_gettext(label), [Needed(needed)], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def whole(label: str, least: int, most: int, hint: str = "") -> Any:
    return IntegerField(
        lazy_gettext(label),
        [Needed(ENTER_NUMBER), NumberRange(least, most)],
        description=lazy_gettext(hint) if hint else "",
    )


class SettingsForm(BaseForm):
    """Everything of a ballot but its questions; those are added by ``setup_form``."""

    opens_at = moment(N_("Beginning"), N_("Enter day and time"))
    closes_at = moment(N_("End"), N_("Enter day and time"))
    min_age = Choice(
        N_("Minimum age"),
        needed=N_("Choose one of the ages."),
        coerce=int,
        choices=named((age, str(age)) for age in VOTING_AGES),
        hint=N_("Everybody who lives in the city and is old enough may vote, with any passport."),
    )
    method = Choice(N_("How you vote"), needed=N_("Choose a kind"), radio=True, coerce=Method, choices=options(Method))
    count_rule = Choice(
        N_("How it is counted"), needed=N_("Choose a kind"), coerce=CountRule, choices=options(CountRule)
    )
    max_choices = whole(N_("Most ticks in a topic"), 1, MOST_CHOICES)
    encouraged_min = whole(N_("Ticks that we recommend"), 0, MOST_CHOICES, N_("It is asked for, never demanded."))
    max_points = whole(N_("Points in a topic"), 1, MOST_POINTS)
    decision_rule = Choice(
        N_("Who decides"), needed=N_("Choose a kind"), radio=True, coerce=DecisionRule, choices=options(DecisionRule)
    )
    percent = whole(
        N_("Both have to agree: per cent of the papers"),
        1,
        100,
        N_("So many papers of each side have to name a winner."),
    )
    people_percent = whole(
        N_("Two shares or two budgets: per cent of the money that people direct"), 0, 100,
        N_("The organisations direct the rest."),
    )  # fmt: skip
    lottery = Line(N_("Public draw for ties"), most=200, hint=N_("For example: Lotto 6 of 49, the numbers of that day"))
    lottery_on = Day(lazy_gettext(N_("Day of the draw")), [MayBeEmpty()])
    objection_days = whole(
        N_("Days for objections after the end"), 0, 365, N_("Then the link between voters and papers may be destroyed.")
    )
    quorum = whole(
        N_("Witnesses who have to countersign"), 0, MOST_WITNESSES,
        N_("So many signatures below the last checkpoint make the result stand."),
    )  # fmt: skip

    def settings(self) -> Settings:
        """Raises DomainError in its check by the operation; nothing is checked here that is a rule of voting."""
        kept = {name: self[name].data for name in Settings.__dataclass_fields__ if name in self._fields}
        kept |= {"people_per_mille": self.people_percent.data * PER_MILLE, "lottery": self.lottery.data or ""}
        return Settings(**kept)

    def plans(self, proposed: Sequence[QuestionPlan]) -> list[QuestionPlan]:
        """The questions as they were filled in: a topic without a budget is not asked, a proposal without a cost not offered."""
        return [
            QuestionPlan(
                plan.cluster_id,
                budget,
                min(plan.carried_eur, budget),
                tuple(
                    OptionPlan(option.proposal_id, cost)
                    for option in plan.options
                    if (cost := self[f"cost-{option.proposal_id}"].data) is not None
                ),
            )
            for plan in proposed
            if (budget := self[f"cluster-{plan.cluster_id}"].data) is not None
        ]


def setup_form(proposed: Sequence[QuestionPlan], titles: Names, values: Mapping[str, Any]) -> SettingsForm:
    """The form for what may be put to the vote. ``titles`` of proposals by number."""
    fields: dict[str, Any] = {}
    for plan in proposed:
        fields[f"cluster-{plan.cluster_id}"] = WholeEuros(
            lazy_gettext(N_("Budget in euros")), [MayBeEmpty()],
            description=lazy_gettext(N_("Empty: this topic is not asked about.")),
        )  # fmt: skip
        for option in plan.options:
            fields[f"cost-{option.proposal_id}"] = WholeEuros(titles[option.proposal_id].title, [MayBeEmpty()])
    form: SettingsForm = type("SetupForm", (SettingsForm,), fields)(data=dict(values))
    return form


def values_of(settings: Settings, asked: Sequence[QuestionPlan]) -> dict[str, Any]:
    """What stands in the form at first: a draft's settings and questions, or the proposed ones."""
    values: dict[str, Any] = asdict(settings) | {"people_percent": settings.people_per_mille // PER_MILLE}
    for plan in asked:
        values[f"cluster-{plan.cluster_id}"] = plan.budget_eur or None
        for option in plan.options:
            values[f"cost-{option.proposal_id}"] = option.cost_eur or None
    return values


class OpenForm(BaseForm):
    understood = Tick(
        N_("I know that nothing of this vote can be changed afterwards."), needed=N_("Please confirm this first.")
    )


class ReasonForm(BaseForm):
    """An act that the public is told the reason of."""

    reason = Paragraphs(N_("Reason"), needed=N_("Say why. Everybody can read it."), most=1000)


class ActForm(BaseForm):
    """Nothing to fill in."""


class LotsForm(BaseForm):
    seed = Line(
        N_("Numbers drawn"), needed=N_("Enter the numbers that were drawn"), most=500,
        hint=N_("Exactly as they were published, for example 3 11 17 24 35 48"),
    )  # fmt: skip


class WitnessForm(BaseForm):
    name = Line(N_("Name"), needed=N_("Enter a name"), most=120, hint=N_("Somebody outside of the administration"))
    public_key = Line(
        N_("Public key"), needed=N_("Enter the public key"), most=300,
        hint=N_("The line that witness.py has shown: name+hash+key"),
    )  # fmt: skip


def default_settings(vote_opens: datetime, vote_closes: datetime) -> Settings:
    """What a new draft begins with: the vote's time of the conference, and the house's usual rules."""
    return Settings(opens_at=vote_opens, closes_at=vote_closes)

"""Forms of goals, indicators, values, and of what a measure stands for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from wtforms import fields as wtf
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from bihaelt.forms import (
    AtMost,
    BaseForm,
    Choice,
    Day,
    FilterForm,
    Line,
    Needed,
    Paragraphs,
    Tick,
    clean_line,
    lazy_gettext,
    named,
    options,
    or_none,
    tidy,
)
from bihaelt.goals.domain import (
    Cells,
    Dimension,
    Direction,
    Figures,
    GoalContent,
    IndicatorContent,
    IndicatorKind,
    Quantity,
    Rhythm,
    Stance,
    periods_until,
    plain,
    scaled,
)
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.goals.operations import Entry
from bihaelt.goals.queries import Options, PrincipleRow
from bihaelt.i18n import apart, explain, gettext
from bihaelt.marks import N_, label_of
from bihaelt.texts.domain import Shown, Words
from bihaelt.verdicts import DomainError

CHOOSE = N_("Please choose")
NONE = N_("None")
SAY_WHY = N_("Say why.")
WHY = N_("Why? This is published.")
PERIODS_BACK = {Rhythm.YEAR: 6, Rhythm.HALF: 8, Rhythm.QUARTER: 12}


class Seen(BaseForm):
    """``seen``: when the thing on the page had last been changed."""

    seen = wtf.HiddenField("")

    def moment(self) -> datetime:
        """That moment; long ago for a damaged one, which then is a conflict."""
        try:
            return datetime.fromisoformat(self.seen.data or "").astimezone(UTC)
        except ValueError:
            return datetime(1970, 1, 1, tzinfo=UTC)


def numbers_in(typed: str) -> list[str]:
    """The measure numbers in "M01, M05 M07"."""
    return [part.upper() for part in (typed or "").replace(",", " ").replace(";", " ").split()]


class GoalForm(Seen):
    """A goal in German; ``known`` are the measures by number."""

    known: Mapping[str, int] = {}
    title = Line(N_("Goal"), needed=N_("Enter a title."), most=300)
    body = Paragraphs(N_("What is meant, and why"), most=4000)
    cluster = Choice(N_("Cluster"), coerce=int, hint=N_("For the goals of the action plan."))
    field = Choice(N_("Field of action"), coerce=int, hint=N_("For the goals of the integration concept."))
    valid_from: Any = Day(lazy_gettext(N_("Valid from")), [Needed(N_("Enter a day."))])
    valid_until: Any = Day(lazy_gettext(N_("Valid until")), [Optional()])
    source = Line(N_("Taken over from"), most=200, hint=N_("The older concept or decision that it goes on from."))
    measures = Line(N_("Measures that serve it"), most=2000, hint=N_("Their numbers, for example M01, M05"))

    @classmethod
    def of(cls, choices: Options, known: Mapping[str, int], content: GoalContent | None, seen: str) -> "GoalForm":
        values: dict[str, Any] = {"seen": seen}
        if content is not None:
            linked = [number for number, key in known.items() if key in content.measure_ids]
            values |= {
                "title": content.words.title, "body": content.words.body, "cluster": content.cluster_id,
                "field": content.field_id, "valid_from": content.valid_from, "valid_until": content.valid_until,
                "source": content.source, "measures": ", ".join(linked),
            }  # fmt: skip
        form = cls(**values)
        form.known = known
        form.cluster.choices = named(choices.clusters, empty=NONE)
        form.field.choices = named(choices.fields, empty=NONE)
        return form

    def validate_measures(self, field: Any) -> None:
        unknown_number(self.known, numbers_in(field.data))

    def content(self) -> GoalContent:
        return GoalContent(
            Words(self.title.data, self.body.data or ""), self.valid_from.data, self.cluster.data, self.field.data,
            self.valid_until.data, self.source.data or "",
            frozenset(self.known[number] for number in numbers_in(self.measures.data)),
        )  # fmt: skip


def unknown_number(known: Mapping[str, int], numbers: Sequence[str]) -> None:
    """Refuse numbers that no measure has."""
    for number in numbers:
        if number not in known:
            raise ValidationError(gettext(N_("There is no measure %(number)s."), number=number))


class IndicatorForm(Seen):
    """An indicator in German; numbers are typed with the decimals that are asked for beside them."""

    known: Mapping[str, int] = {}
    title = Line(N_("Name of the indicator"), needed=N_("Enter a title."), most=300)
    body = Paragraphs(N_("What it says, and what it does not say"), most=4000)
    goal = Choice(N_("Goal"), needed=N_("Choose a goal."), coerce=int)
    measure = Line(N_("Measure"), most=12, hint=N_("Its number, for example M01. Leave empty if it belongs to none."))
    office = Choice(N_("Responsible office"), coerce=int)
    kind = Choice(
        N_("Kind"), needed=N_("Choose a kind"), coerce=IndicatorKind, choices=options(IndicatorKind), radio=True
    )
    quantity = Choice(
        N_("What is measured"), needed=N_("Please choose"), coerce=Quantity, choices=options(Quantity), radio=True
    )
    unit = Line(N_("Unit"), needed=N_("Enter a unit."), most=60, hint=N_("For example: people, visits, per cent"))
    formula = Paragraphs(N_("How it is calculated"), needed=N_("Say how it is calculated."), most=2000)
    source = Line(N_("Where the figures come from"), needed=N_("Say where the figures come from."), most=300)
    direction = Choice(
        N_("Direction"), needed=N_("Please choose"), coerce=Direction, choices=options(Direction), radio=True
    )
    rhythm = Choice(N_("How often"), needed=N_("Please choose"), coerce=Rhythm, choices=options(Rhythm), radio=True)
    decimals = Choice(N_("Decimals"), coerce=int, choices=named([(n, str(n)) for n in range(4)]))
    cumulative = Tick(N_("The values of the periods add up towards the target"))
    baseline = Line(N_("Value at the beginning"), most=20)
    baseline_on: Any = Day(lazy_gettext(N_("Measured from")), [Needed(N_("Enter a day."))])
    target = Line(N_("Target"), most=20)
    target_on: Any = Day(lazy_gettext(N_("To be reached by")), [Optional()])
    breakdowns = wtf.SelectMultipleField(
        lazy_gettext(N_("Broken down by")), [Optional()], choices=options(Dimension), coerce=Dimension
    )
    ended_on: Any = Day(lazy_gettext(N_("No longer kept since")), [Optional()])

    @classmethod
    def of(
        cls, choices: Options, known: Mapping[str, int], content: IndicatorContent | None, seen: str, goal_id: int | None
    ) -> "IndicatorForm":  # fmt: skip
        values: dict[str, Any] = {"seen": seen, "goal": goal_id, "decimals": 0}
        if content is not None:
            words, scale = content.words, content.decimals
            values |= {
                name: getattr(content, name)
                for name in ("kind", "quantity", "direction", "rhythm", "decimals", "cumulative", "baseline_on",
                             "target_on", "ended_on", "breakdowns")
            } | {
                "title": words.title, "body": words.body, "goal": content.goal_id, "office": content.office_id,
                "unit": words.extra.get("unit", ""), "formula": words.extra.get("formula", ""),
                "source": words.extra.get("source", ""),
                "measure": next((number for number, key in known.items() if key == content.measure_id), ""),
                "baseline": "" if content.baseline is None else plain(content.baseline, scale),
                "target": "" if content.target is None else plain(content.target, scale),
            }  # fmt: skip
        form = cls(**values)
        form.known = known
        form.goal.choices = named(choices.goals, empty=CHOOSE)
        form.office.choices = named(choices.offices, empty=NONE)
        return form

    def validate_measure(self, field: Any) -> None:
        unknown_number(self.known, numbers_in(field.data))

    def validate_baseline(self, field: Any) -> None:
        read(field.data, self.decimals.data or 0)

    def validate_target(self, field: Any) -> None:
        read(field.data, self.decimals.data or 0)

    def content(self) -> IndicatorContent:
        scale, number = self.decimals.data or 0, next(iter(numbers_in(self.measure.data)), "")
        extra = {"unit": self.unit.data, "formula": self.formula.data, "source": self.source.data}
        return IndicatorContent(
            words=Words(self.title.data, self.body.data or "", extra), goal_id=self.goal.data, kind=self.kind.data,
            quantity=self.quantity.data, direction=self.direction.data, rhythm=self.rhythm.data,
            baseline_on=self.baseline_on.data, measure_id=self.known.get(number), office_id=self.office.data,
            decimals=scale, cumulative=bool(self.cumulative.data), baseline=read(self.baseline.data, scale),
            target=read(self.target.data, scale), target_on=self.target_on.data,
            breakdowns=self.breakdowns.data or [], ended_on=self.ended_on.data,
        )  # fmt: skip


def read(typed: str | None, decimals: int) -> int | None:
    """A typed number in the scale, None for an empty field; a ValidationError in the reader's words for anything else."""
    if not typed:
        return None
    try:
        return scaled(typed, decimals)
    except DomainError as error:
        raise ValidationError(explain(error.reason, error.values)) from error


class Figure(wtf.StringField):
    """A number with the fixed decimals of its indicator; ``data`` is an integer of the scale or None."""

    def __init__(self, label: Any = None, validators: Any = None, *, decimals: int = 0, **kw: Any) -> None:
        super().__init__(label, validators, filters=(), **kw)
        self.decimals = decimals

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            self.data = read(tidy(valuelist[0]), self.decimals)

    def _value(self) -> str:
        if self.raw_data:
            return str(tidy(self.raw_data[0]))
        return "" if self.data is None else plain(self.data, self.decimals)


class ValueForm(Seen):
    """A value: the total first, then a table for each dimension. Made for one indicator by ``value_form``."""

    indicator: Indicator
    groups: Mapping[Dimension, Sequence[tuple[str, str]]] = {}

    def rows(self, dimension: Dimension) -> Sequence[tuple[str, Any, Any]]:
        """(name of the group, its figure, its base or None) for the table of a dimension."""
        return [
            (name, self._fields[f"{dimension}_{key}"], self._fields.get(f"{dimension}_{key}_base"))
            for key, name in self.groups[dimension]
        ]

    def errors_of(self, dimension: Dimension) -> Sequence[str]:
        """What a rule said about the table as a whole."""
        return self._fields[dimension].errors if dimension in self._fields else []

    def figures(self) -> Figures:
        return Figures(
            self._fields["total"].data,
            self._fields["base"].data if "base" in self._fields else None,
            {dimension: self._cells(dimension) for dimension in self.groups},
        )

    def _cells(self, dimension: Dimension) -> Cells:
        """The groups of a table; an empty cell is a zero, a table without any figure is none."""
        rows = [(key, *pair[1:]) for (key, _), pair in zip(self.groups[dimension], self.rows(dimension), strict=True)]
        if all(figure.data is None and (base is None or base.data is None) for _, figure, base in rows):
            return {}
        return {key: (figure.data or 0, None if base is None else base.data or 0) for key, figure, base in rows}

    def entry(self) -> Entry:
        return Entry(
            self._fields["period"].data, self.figures(), bool(self._fields["provisional"].data),
            self._fields["note"].data or "",
        )  # fmt: skip


Groups = Mapping[Dimension, Sequence[tuple[str, str]]]


def value_form(
    indicator: Indicator, groups: Groups, today: date, *, value: IndicatorValue | None = None,
    corrected: IndicatorValue | None = None,
) -> ValueForm:  # fmt: skip
    """The form for a new value, for changing ``value``, or for correcting the published one ``corrected``."""
    given = value or corrected
    periods = [given.period] if given else periods_until(today, indicator.rhythm, PERIODS_BACK[indicator.rhythm])
    fields: dict[str, Any] = {
        "indicator": indicator,
        "groups": groups,
        "period": Choice(
            N_("Period"), needed=N_("Choose a period."), choices=named([(one, apart(one)) for one in periods])
        ),
        "total": figure(N_("Total"), indicator.decimals, needed=N_("Enter the total.")),
    }
    based = indicator.quantity is not Quantity.COUNT
    if based:
        fields["base"] = figure(N_("Cases behind the total"), 0)
    for dimension, rows in groups.items():
        fields[str(dimension)] = wtf.HiddenField(lazy_gettext(label_of(dimension)))
        for key, name in rows:
            fields[f"{dimension}_{key}"] = Figure(name, [], decimals=indicator.decimals)
            if based:
                fields[f"{dimension}_{key}_base"] = Figure(name, [], decimals=0)
    fields["provisional"] = Tick(N_("Provisional"), hint=N_("The period is not over, or the figures are not complete."))
    fields["note"] = Paragraphs(N_("Remark"), most=1000, hint=N_("Published with the value."))
    if corrected is not None:
        fields["reason"] = Paragraphs(WHY, needed=SAY_WHY, most=1000)
    made: ValueForm = type("ValueForm", (ValueForm,), fields)(**_given(given, groups, value))
    return made


def figure(label: str, decimals: int, needed: str = "") -> Any:
    return Figure(lazy_gettext(label), [Needed(needed)] if needed else [Optional()], decimals=decimals)


def _given(given: IndicatorValue | None, groups: Groups, value: IndicatorValue | None) -> dict[str, Any]:
    if given is None:
        return {}
    values: dict[str, Any] = {
        "seen": value.changed_at.isoformat() if value else "", "period": given.period, "total": given.total,
        "base": given.base, "provisional": given.provisional, "note": given.note,
    }  # fmt: skip
    for dimension in groups:
        for key, (number, base) in given.breakdown.get(dimension, {}).items():
            values |= {f"{dimension}_{key}": number, f"{dimension}_{key}_base": base}
    return values


class StepForm(Seen):
    """The next step of a value, as it was seen."""


class ReturnForm(Seen):
    reason = Paragraphs(N_("What is to be changed?"), needed=SAY_WHY, most=1000)


class CoverageFilter(FilterForm):
    field = Choice(N_("Field of action"), coerce=int)
    gaps = Choice(
        N_("Show"),
        choices=[SelectChoice("", lazy_gettext(N_("All"))), SelectChoice("yes", lazy_gettext(N_("Only gaps")))],
    )

    @classmethod
    def among(cls, fields: Sequence[tuple[int, str]]) -> "CoverageFilter":
        """The filter with the fields of action that there are; another one in the address is no filter."""
        form = cls()
        form.field.choices = named(fields, empty=N_("All"))
        form.field.errors = []
        if form.field.data not in [key for key, _ in fields]:
            form.field.data = None
        return form


class RecommendationsForm(BaseForm):
    """A group of boxes for each field of action."""

    def chosen(self) -> frozenset[int]:
        return frozenset(
            number for name, field in self._fields.items() if name.startswith("field_") for number in field.data or ()
        )


Titled = Sequence[tuple[Shown, Sequence[tuple[int, Shown]]]]


def recommendations_form(choices: Titled, ticked: frozenset[int]) -> RecommendationsForm:
    """Every recommendation to tick, by field of action."""
    fields, values = {}, {}
    for field, rows in choices:
        name = f"field_{field.text_id}"
        pairs = named([(key, title.title) for key, title in rows])
        fields[name] = wtf.SelectMultipleField(field.title, [Optional()], choices=pairs, coerce=int)
        values[name] = [key for key, _ in rows if key in ticked]
    made: RecommendationsForm = type("RecommendationsForm", (RecommendationsForm,), fields)(**values)
    return made


class PrinciplesForm(BaseForm):
    """For each guiding principle how the measure stands to it."""

    ids: Sequence[int] = ()

    def stances(self) -> dict[int, tuple[Stance, str]]:
        return {
            key: (self._fields[f"stance_{key}"].data, self._fields[f"note_{key}"].data or "")
            for key in self.ids
            if self._fields[f"stance_{key}"].data
        }

    def pairs(self) -> Sequence[tuple[Any, Any]]:
        return [(self._fields[f"stance_{key}"], self._fields[f"note_{key}"]) for key in self.ids]


def principles_form(rows: Sequence[PrincipleRow]) -> PrinciplesForm:
    fields: dict[str, Any] = {"ids": [row.id for row in rows]}
    values: dict[str, Any] = {}
    for row in rows:
        pairs = options(Stance, empty=N_("Nothing to say"))
        fields[f"stance_{row.id}"] = wtf.SelectField(
            row.title.title, [Optional()], choices=pairs, coerce=or_none(Stance)
        )
        fields[f"note_{row.id}"] = wtf.StringField(
            lazy_gettext(N_("Remark")), [Optional(), AtMost(500), clean_line], filters=[tidy]
        )
        values |= {f"stance_{row.id}": row.stance, f"note_{row.id}": row.note}
    made: PrinciplesForm = type("PrinciplesForm", (PrinciplesForm,), fields)(**values)
    return made

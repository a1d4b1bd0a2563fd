"""The sections of the measure sheet, each a form of its own. They are written in the language of the original."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from wtforms import fields as wtf
from wtforms.validators import Optional

from bihaelt.forms import BaseForm, Choice, Choices, Day, Euros, Line, Paragraphs, Tick, lazy_gettext, named, options
from bihaelt.i18n import LANGUAGES, Lazy
from bihaelt.marks import N_
from bihaelt.measures.domain import (
    Access,
    Cost,
    Entry,
    MeasureKind,
    Need,
    Section,
    ServiceCheck,
    ServiceUse,
    Sheet,
    YearSum,
    fingerprint,
    value,
)
from bihaelt.measures.queries import Options
from bihaelt.texts.domain import Words
from bihaelt.verdicts import Conflict

CHOOSE = N_("Please choose")
NONE = N_("None")
MOST_YEARS = 8
CHANGED = N_("Somebody has changed this section meanwhile. Please look at it again.")


class SectionForm(BaseForm):
    """What all sections share. ``SAYS`` is form field -> name of the sheet's part (``domain.sheet.changes``)."""

    SAYS: ClassVar[Mapping[str, str]] = {}

    seen = wtf.HiddenField("")
    why = Line(N_("What has changed, and why"), most=300)

    @classmethod
    def of(cls, sheet: Sheet, choices: Options) -> Any:
        """The form as the sheet stands."""
        form = cls(seen=fingerprint(sheet, tuple(cls.SAYS.values())), **cls.typed(sheet))
        form.offer(choices)
        return form

    @classmethod
    def typed(cls, sheet: Sheet) -> dict[str, Any]:
        return {field: _value(sheet, name) for field, name in cls.SAYS.items()}

    def offer(self, choices: Options) -> None:
        """Fill the lists to choose from."""

    def fields(self) -> Sequence[Any]:
        """What the page draws, in order."""
        return [self[name] for name in self.SAYS]

    def change(self) -> Callable[[Sheet], Sheet]:
        """What to do to the sheet; Conflict when this section is not any more as it was when the form was opened."""

        def apply(sheet: Sheet) -> Sheet:
            if fingerprint(sheet, tuple(self.SAYS.values())) != self.seen.data:
                raise Conflict(CHANGED)
            return self.put(sheet)

        return apply

    def put(self, sheet: Sheet) -> Sheet:
        words, extra, facts = {}, dict(sheet.words.extra), {}
        for field, name in self.SAYS.items():
            if name in ("title", "body"):
                words[name] = self[field].data or ""
            elif name.startswith("text_"):
                extra[name.removeprefix("text_")] = self[field].data or ""
            else:
                facts[name] = self.fact(field)
        said = Words(words.get("title", sheet.words.title), words.get("body", sheet.words.body), extra)
        return replace(sheet, words=said, **facts)

    def fact(self, field: str) -> Any:
        data = self[field].data
        if isinstance(self[field], wtf.SelectMultipleField):
            return frozenset(data or ())
        return data


def _value(sheet: Sheet, name: str) -> Any:
    found = value(sheet, name)
    return sorted(found) if isinstance(found, frozenset) else found


class BasicsForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "title": "title", "body": "body", "kind": "kind", "cluster": "cluster_id", "clusters": "cluster_ids",
        "fields_of_action": "field_ids", "district": "district_id", "place": "place",
    }  # fmt: skip
    title = Line(N_("Title"), needed=N_("Enter a title."), most=160)
    body = Paragraphs(N_("Short description"), needed=N_("Describe the measure in a few sentences."), most=6000)
    kind = Choice(N_("Kind of measure"), coerce=MeasureKind, choices=options(MeasureKind, empty=CHOOSE))
    cluster = Choice(N_("Main cluster"), needed=N_("Choose a cluster."), coerce=int)
    clusters = Choices(N_("Further clusters"))
    fields_of_action = Choices(N_("Fields of action"))
    district = Choice(N_("District"), coerce=int, hint=N_("Leave empty for the whole city."))
    place = Line(N_("Place"), most=200)

    def offer(self, choices: Options) -> None:
        self.cluster.choices = named(choices.clusters, empty=CHOOSE)
        self.clusters.choices = named(choices.clusters)
        self.fields_of_action.choices = named(choices.fields)
        self.district.choices = named(choices.districts, empty=N_("Whole city"))

    def fact(self, field: str) -> Any:
        return self.place.data or "" if field == "place" else super().fact(field)


class NeedForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "need_check": "need", "need": "text_need", "new_offer": "new_offer", "new_need": "text_new_need",
        "goal": "text_goal",
    }  # fmt: skip
    need_check = Choice(N_("Is there a new need?"), coerce=Need, choices=options(Need), radio=True)
    need = Paragraphs(N_("Need, and what shows it"), most=4000)
    new_offer = Tick(N_("This is a new offer"))
    new_need = Paragraphs(N_("What shows that the need is new"), most=4000, hint=N_("Only for a new offer."))
    goal = Paragraphs(N_("Goal"), most=4000)

    def fact(self, field: str) -> Any:
        return self.need_check.data or Need.OPEN if field == "need_check" else super().fact(field)


class PeopleForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "target_group": "text_target_group", "gender": "text_gender", "gender_checked": "gender_checked",
        "participation": "text_participation", "access": "text_access",
    }  # fmt: skip
    target_group = Paragraphs(N_("Whom it is for"), most=2000)
    gender = Paragraphs(N_("Gender aspect"), most=2000)
    gender_checked = Tick(N_("The gender aspect is checked"))
    participation = Paragraphs(N_("How people take part while it is done"), most=2000)
    access = Paragraphs(N_("More about access"), most=2000, hint=N_("How to get there, whom to ask for help"))


class AccessForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {"access": "access"}
    NAMES = ("languages", "cost", "free_for", "entry", "childcare", "barrier_free", "outreach")
    languages = Choices(N_("Languages in which it is offered"), coerce=str)
    cost = Choice(N_("What it costs to take part"), coerce=Cost, choices=options(Cost), radio=True)
    free_for = Line(N_("Free of charge for"), most=200)
    entry = Choice(N_("How to come in"), coerce=Entry, choices=options(Entry), radio=True)
    childcare = Tick(N_("Childcare"))
    barrier_free = Tick(N_("Barrier-free"))
    outreach = Tick(N_("It comes to where people are"))

    @classmethod
    def typed(cls, sheet: Sheet) -> dict[str, Any]:
        return {name: getattr(sheet.access, name) for name in cls.NAMES}

    def offer(self, choices: Options) -> None:
        self.languages.choices = named((language.babel, language.name) for language in LANGUAGES)

    def fields(self) -> Sequence[Any]:
        return [self[name] for name in self.NAMES]

    def put(self, sheet: Sheet) -> Sheet:
        return replace(
            sheet,
            access=Access(
                tuple(self.languages.data or ()), self.cost.data or Cost.OPEN, self.free_for.data or "",
                self.childcare.data, self.barrier_free.data, self.outreach.data, self.entry.data or Entry.OPEN,
            ),
        )  # fmt: skip


class ResponsibleForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {"office": "office_id", "working_group": "working_group_id"}
    office = Choice(N_("Responsible office"), coerce=int)
    working_group = Choice(N_("Working group"), coerce=int)

    def offer(self, choices: Options) -> None:
        self.office.choices = named(choices.offices, empty=NONE)
        self.working_group.choices = named(choices.groups, empty=NONE)


class ServiceForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "service_check": "service_check", "service": "service_id", "service_use": "service_use",
    }  # fmt: skip
    service_check = Choice(
        N_("Regular service checked?"), coerce=ServiceCheck, choices=options(ServiceCheck), radio=True
    )
    service = Choice(N_("Regular service"), coerce=int)
    service_use = Choice(N_("Outcome"), coerce=ServiceUse, choices=options(ServiceUse, empty=NONE))

    def offer(self, choices: Options) -> None:
        self.service.choices = named(choices.services, empty=NONE)

    def fact(self, field: str) -> Any:
        return self.service_check.data or ServiceCheck.OPEN if field == "service_check" else super().fact(field)


class TimeForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "steps": "text_steps", "starts_on": "starts_on", "ends_on": "ends_on", "review_on": "review_on",
        "ad_hoc": "ad_hoc", "confirm_by": "confirm_by",
    }  # fmt: skip
    steps = Paragraphs(N_("How it is done, step by step"), most=4000)
    starts_on: Any = Day(lazy_gettext(N_("First day")), [Optional()])
    ends_on: Any = Day(lazy_gettext(N_("Last day")), [Optional()])
    review_on: Any = Day(
        lazy_gettext(N_("Day of review")), [Optional()],
        description=lazy_gettext(N_("What has no end is looked at again.")),
    )  # fmt: skip
    ad_hoc = Tick(N_("Set going at once, confirmed later (ad hoc)"))
    confirm_by: Any = Day(lazy_gettext(N_("A body confirms it until")), [Optional()])


class OutlookForm(SectionForm):
    SAYS: ClassVar[Mapping[str, str]] = {
        "risks": "text_risks", "publicity": "text_publicity", "handover": "text_handover",
    }  # fmt: skip
    risks = Paragraphs(N_("Risks"), most=2000)
    publicity = Paragraphs(N_("Public relations"), most=2000)
    handover = Paragraphs(N_("How it becomes regular service, or ends"), most=2000)


class MoneyForm(SectionForm):
    """Costs of each year, staff and material; ``years`` are those that the form asks for."""

    SAYS: ClassVar[Mapping[str, str]] = {
        "planned": "planned_cents", "product_group": "product_group", "costs": "costs",
    }  # fmt: skip
    years: ClassVar[Sequence[int]] = ()
    planned: Any = Euros(
        lazy_gettext(N_("Planned amount in euros")), [Optional()],
        description=lazy_gettext(N_("Where there are costs by year, it is their sum.")),
    )  # fmt: skip
    product_group = Line(N_("Product group"), most=8, hint=N_("For example 11.06.01"))

    @classmethod
    def typed(cls, sheet: Sheet) -> dict[str, Any]:
        rows = {f"{part}_{row.year}": getattr(row, part) for row in sheet.costs for part in ("staff", "material")}
        return {"planned": sheet.planned_cents, "product_group": sheet.product_group, **rows}

    def fields(self) -> Sequence[Any]:
        rows = [self[f"{part}_{year}"] for year in self.years for part in ("staff", "material")]
        return [*rows, self.planned, self.product_group]

    def put(self, sheet: Sheet) -> Sheet:
        costs = (
            YearSum(year, self[f"staff_{year}"].data or 0, self[f"material_{year}"].data or 0) for year in self.years
        )
        return replace(
            sheet, costs=tuple(costs), planned_cents=self.planned.data or 0, product_group=self.product_group.data or ""
        )  # fmt: skip


def money_form(sheet: Sheet, today: date) -> type[MoneyForm]:
    """The form for the years of a sheet: those with costs, those of its period, at least this one and the next."""
    known = [row.year for row in sheet.costs]
    first = min([today.year, *known, *([sheet.starts_on.year] if sheet.starts_on else [])])
    last = max([today.year + 1, *known, *([sheet.ends_on.year] if sheet.ends_on else [])])
    years = sorted({*known, *range(first, last + 1)})
    years = years if len(years) <= MOST_YEARS else sorted({*known, *years[-MOST_YEARS:]})
    rows: dict[str, Any] = {}
    for year in years:
        rows[f"staff_{year}"] = Euros(Lazy(N_("Staff %(year)s in euros"), year=str(year)), [Optional()])
        rows[f"material_{year}"] = Euros(Lazy(N_("Material %(year)s in euros"), year=str(year)), [Optional()])
    return type("MoneyFormOfYears", (MoneyForm,), {"years": tuple(years), **rows})


FORMS: Mapping[Section, type[SectionForm]] = {
    Section.BASICS: BasicsForm, Section.NEED: NeedForm, Section.PEOPLE: PeopleForm, Section.ACCESS: AccessForm,
    Section.RESPONSIBLE: ResponsibleForm, Section.SERVICE: ServiceForm, Section.TIME: TimeForm,
    Section.OUTLOOK: OutlookForm,
}  # fmt: skip


def section_form(section: Section, sheet: Sheet, choices: Options, today: date) -> Any:
    """The form of a section as the sheet stands."""
    kind = money_form(sheet, today) if section is Section.MONEY else FORMS[section]
    return kind.of(sheet, choices)

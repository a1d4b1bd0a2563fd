"""The screen of the next conference: one choice per open proposal, and one for all the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field, SelectField
from wtforms.fields import SelectChoice

from bihaelt.forms import BaseForm, Choice, Line, Paragraphs, named, options, or_none
from bihaelt.i18n import gettext, lazy_gettext
from bihaelt.marks import N_, label_of
from bihaelt.proposals.domain import State
from bihaelt.reports import domain
from bihaelt.reports.domain import Chosen, Plan
from bihaelt.reports.queries.succession import OpenRow


@dataclass(frozen=True, slots=True)
class RowFields:
    """A proposal with its three fields; ``reason`` and ``target`` are None where nothing can be chosen."""

    row: OpenRow
    choice: Field
    reason: Field | None
    target: Field | None


class FollowForm(BaseForm):
    """Made anew for each conference by ``follow_form``; holds what all its proposals share."""

    default = Choice(
        N_("What becomes of all proposals for which you choose nothing?"),
        needed=N_("Choose what becomes of them"),
        radio=True,
        coerce=domain.Choice,
        choices=options([domain.Choice.CARRY, domain.Choice.CLOSE]),
        hint=N_("Proposals that have not been checked yet are always carried."),
    )
    default_reason = Paragraphs(N_("Reason for all that are closed this way"), most=1000)
    body = Line(N_("Who decides this"), needed=N_("Write who decides this"), most=160)

    def plan(self, rows: Sequence[RowFields], language: str) -> Plan:
        default = Chosen(self.default.data, self.default_reason.data or "")
        chosen = {each.row.id: choice for each in rows if (choice := _chosen(each)) is not None}
        return Plan(language=language, body=self.body.data, default=default, chosen=chosen)


def _chosen(each: RowFields) -> Chosen | None:
    if each.choice.data is None:
        return None
    reason = (each.reason.data if each.reason else "") or ""
    return Chosen(each.choice.data, reason, each.target.data if each.target else None)


def follow_form(rows: Sequence[OpenRow], today: date) -> tuple[FollowForm, Sequence[RowFields]]:
    """The form with fields for these proposals, and the proposals with their fields."""
    targets = [(row.id, row.title.title) for row in rows if row.state is State.PUBLISHED]
    fields: dict[str, Any] = {}
    for row in rows:
        possible = domain.choices_for(row.state, row.answer_by, today)
        fields[f"proposal-{row.id}"] = _choice(possible)
        if domain.Choice.CLOSE in possible:
            fields[f"reason-{row.id}"] = Line(N_("Reason"), most=1000)
        if domain.Choice.MERGE in possible:
            others = [pair for pair in targets if pair[0] != row.id]
            choices = named(others, N_("Choose a proposal"))
            fields[f"target-{row.id}"] = Choice(N_("Merge with"), coerce=int, choices=choices)
    made = type("FollowForm", (FollowForm,), {})
    for name, field in fields.items():
        setattr(made, name, field)
    form: FollowForm = made(default="carry", body=gettext(N_("Administration of the city")))
    return form, [
        RowFields(row, form[f"proposal-{row.id}"], _get(form, f"reason-{row.id}"), _get(form, f"target-{row.id}"))
        for row in rows
    ]


def _get(form: BaseForm, name: str) -> Field | None:
    return form._fields.get(name)


def _choice(possible: frozenset[domain.Choice]) -> SelectField:
    labels: Mapping[domain.Choice, str] = {each: label_of(each) for each in domain.Choice if each in possible}
    rows = [SelectChoice("", lazy_gettext(N_("As for all")))]
    rows += [SelectChoice(each.value, lazy_gettext(words)) for each, words in labels.items()]
    return SelectField(lazy_gettext(N_("What becomes of it")), coerce=or_none(domain.Choice), choices=rows)

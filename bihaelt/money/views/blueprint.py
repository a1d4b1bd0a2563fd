"""The blueprint that all pages of the money hang on, and what they share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.forms import BaseForm
from bihaelt.funding import queries as funding
from bihaelt.funding.domain import HELD
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.measures import queries as measures
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import FIRST_YEAR, LAST_YEAR
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

bp = Blueprint("money", __name__)


def measure_or_404(measure_id: int) -> Measure:
    return measures.measure(guard.database(), measure_id) or abort(404)


def voice() -> Voice:
    """Budget holders and the treasury book as such, the others as keepers of the sheet."""
    return guard.signed_in().as_role(*permissions.money.BOOKERS)


def asked_year() -> int:
    """The year in the address, or this one."""
    year = request.args.get("year", type=int) or local(guard.now()).year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def title_of(measure: Measure) -> Shown:
    return shown(guard.database(), [measure.text_id], i18n.current().chain)[measure.text_id]


def grant_names(measure: Measure) -> Sequence[tuple[int, str]]:
    """The grants that can pay for a measure, by id."""
    rows = funding.fundings(guard.database(), measure.id)
    return [(row.id, f"{row.name} ({row.reference})") for row in rows if row.state in HELD]


def cluster_names(year: int) -> Mapping[int, str]:
    rows = queries.budget_rows(guard.database(), i18n.current().chain, year)
    return {row.cluster_id: row.name.title for row in rows}


def attempt(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Whether the form was sent and the act went through; a refusal is shown in the form."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def form_page(template: str, form: BaseForm, **values: Any) -> tuple[str, int]:
    """A page with one form; 422 after a form that was refused."""
    return render(template, form=form, **values), 422 if form.is_submitted() else 200


def measure_page(measure: Measure, form: BaseForm, words: str, *, year: int, note: str = "") -> tuple[str, int]:
    """A page with one form about a measure's money. ``words``: the msgid of what is done, ``note``: what to know before."""
    return form_page(
        "money/act.html", form, measure=measure, title=title_of(measure), words=words, note=note, year=year,
        account=queries.account(guard.database(), measure.id, year),
    )  # fmt: skip


def to_account(measure_id: int, message: str) -> Response:
    guard.say("success", message)
    return redirect(url_for("money.account", measure_id=measure_id), 303)

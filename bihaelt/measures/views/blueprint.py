"""The blueprint of measures, and what its pages share."""

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import gettext
from bihaelt.journal.domain import Voice
from bihaelt.marks import label_of
from bihaelt.measures import operations, queries
from bihaelt.measures.models import Measure
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

bp = Blueprint("measures", __name__)


def measure_or_404(measure_id: int) -> Measure:
    return queries.measure(guard.database(), measure_id) or abort(404)


def voice() -> Voice:
    return guard.signed_in().as_role(*permissions.measures.KEEPERS)


def to_measure(measure: Measure) -> Response:
    return redirect(url_for("measures.show", measure_id=measure.id), 303)


def title_of(measure: Measure) -> Shown:
    """A measure's title as the reader knows it."""
    return shown(guard.database(), [measure.text_id], i18n.current().chain)[measure.text_id]


def missing(error: DomainError) -> list[str]:
    """What a gate still wants, or why the brake holds, in the reader's language; empty for other refusals."""
    if isinstance(error, operations.Incomplete):
        return [gettext(label_of(gap)) for gap in error.gaps]
    if isinstance(error, operations.HeldBack):
        return [gettext(label_of(held.brake)) for held in error.held]
    return []


def form_page(template: str, measure: Measure, form: Any, **values: Any) -> tuple[str, int]:
    """A page with one form about a measure; 422 after a form that was refused."""
    page = render(template, measure=measure, title=title_of(measure), form=form, **values)
    return page, 422 if form.is_submitted() else 200

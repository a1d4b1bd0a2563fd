"""The blueprint of measures, and what its pages share."""

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.journal.domain import Voice
from bihaelt.measures import queries
from bihaelt.measures.models import Measure
from bihaelt.rendering import render
from bihaelt.texts.queries import shown

bp = Blueprint("measures", __name__)


def measure_or_404(measure_id: int) -> Measure:
    return queries.measure(guard.database(), measure_id) or abort(404)


def voice() -> Voice:
    return guard.signed_in().as_role(*permissions.measures.KEEPERS)


def to_measure(measure: Measure) -> Response:
    return redirect(url_for("measures.show", measure_id=measure.id), 303)


def form_page(template: str, measure: Measure, form: Any, **values: Any) -> tuple[str, int]:
    """A page with one form about a measure; 422 after a form that was refused."""
    title = shown(guard.database(), [measure.text_id], i18n.current().chain)[measure.text_id]
    page = render(template, measure=measure, title=title, form=form, **values)
    return page, 422 if form.is_submitted() else 200

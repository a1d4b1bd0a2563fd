"""Which recommendations the plan covers, and what a measure stands for."""

from typing import Any

from flask import abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.goals import operations, queries
from bihaelt.goals.domain import Cover
from bihaelt.goals.forms import CoverageFilter, principles_form, recommendations_form
from bihaelt.goals.views.blueprint import bp, voice
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.measures.models import Measure
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics import queries as topics
from bihaelt.verdicts import DomainError


@bp.get("/coverage")
def coverage() -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    fields = topics.fields(session, chain)
    filters = CoverageFilter.among([(row.id, row.name.title) for row in fields])
    chosen = filters.chosen()
    rows = queries.coverage(session, chain, field_id=chosen.get("field"))
    return render(
        "goals/coverage.html",
        filters=filters,
        rows=rows,
        only_gaps=chosen.get("gaps") == "yes",
        counts={cover: sum(row.count(cover) for row in rows) for cover in Cover},
        Cover=Cover,
    )


def measure_or_404(measure_id: int) -> Measure:
    return measures.measure(guard.database(), measure_id) or abort(404)


@bp.route("/desk/measures/<int:measure_id>/recommendations", methods=["GET", "POST"])
def recommendations(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    session, chain = guard.database(), i18n.current().chain
    ticked = queries.implemented(session, measure.id)
    form = recommendations_form(queries.recommendation_choices(session, chain), ticked)
    if form.validate_on_submit():
        operations.implement(
            session, measure=measure, recommendation_ids=form.chosen(), by=voice(), now=guard.now()
        )  # fmt: skip
        guard.say("success", N_("The recommendations are saved."))
        return redirect(url_for("measures.show", measure_id=measure.id), 303)
    title = shown(session, [measure.text_id], chain)[measure.text_id]
    page = render("goals/recommendations.html", measure=measure, title=title, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/measures/<int:measure_id>/principles", methods=["GET", "POST"])
def principles(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    session, chain = guard.database(), i18n.current().chain
    form = principles_form(queries.principles(session, measure.id, chain))
    if form.validate_on_submit():
        try:
            operations.take_stance(session, measure=measure, stances=form.stances(), by=voice(), now=guard.now())
            guard.say("success", N_("The guiding principles are saved."))
            return redirect(url_for("measures.show", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    title = shown(session, [measure.text_id], chain)[measure.text_id]
    page = render("goals/principles.html", measure=measure, title=title, form=form)
    return page, 422 if request.method == "POST" else 200

"""The lists of a sheet: milestones, open points, carriers and partners, what came before and what comes after."""

from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.domain import PartnerRole
from bihaelt.measures.forms import LineForm, MilestoneForm, PartnerForm, PointForm
from bihaelt.measures.models import Measure, Milestone, OpenPoint, Partner
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, voice
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


def _mine(measure_id: int) -> Measure:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    return measure


def _row(kind: type[Any], row_id: int, measure: Measure) -> Any:
    row = guard.database().get(kind, row_id)
    return row if row is not None and row.measure_id == measure.id else abort(404)


def _done(page: str, measure: Measure) -> Response:
    guard.say("success", N_("The sheet is saved."))
    return redirect(url_for(page, measure_id=measure.id), 303)


def _title(text_id: int) -> str:
    return shown(guard.database(), [text_id], ())[text_id].title


@bp.route("/desk/measures/<int:measure_id>/sheet/milestones", methods=["GET", "POST"])
def milestones(measure_id: int) -> Any:
    measure, session, form = _mine(measure_id), guard.database(), MilestoneForm()
    if form.validate_on_submit():
        try:
            operations.add_milestone(
                session, measure=measure, title=form.title.data, due_on=form.due_on.data, by=voice(), now=guard.now()
            )
            return _done("measures.milestones", measure)
        except DomainError as error:
            form.refuse(error)
    rows = queries.milestones(session, measure.id, i18n.current().chain)
    return form_page("measures/milestones.html", measure, form, rows=rows, today=local(guard.now()).date())


@bp.route("/desk/measures/<int:measure_id>/sheet/milestones/<int:row_id>", methods=["GET", "POST"])
def milestone(measure_id: int, row_id: int) -> Any:
    measure = _mine(measure_id)
    row = _row(Milestone, row_id, measure)
    form = MilestoneForm(title=_title(row.text_id), due_on=row.due_on, done_on=row.done_on)
    if form.validate_on_submit():
        try:
            operations.change_milestone(
                guard.database(), milestone=row, title=form.title.data, due_on=form.due_on.data,
                done_on=form.done_on.data, by=voice(), now=guard.now(),
            )  # fmt: skip
            return _done("measures.milestones", measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/milestone.html", measure, form, row=row)


@bp.post("/desk/measures/<int:measure_id>/sheet/milestones/<int:row_id>/remove")
def remove_milestone(measure_id: int, row_id: int) -> Any:
    measure = _mine(measure_id)
    row = _row(Milestone, row_id, measure)
    operations.remove_milestone(guard.database(), milestone=row, by=voice(), now=guard.now())
    return _done("measures.milestones", measure)


@bp.route("/desk/measures/<int:measure_id>/sheet/points", methods=["GET", "POST"])
def points(measure_id: int) -> Any:
    measure, session, chain = _mine(measure_id), guard.database(), i18n.current().chain
    form = PointForm.of(queries.options(session, chain))
    if form.validate_on_submit():
        try:
            operations.add_point(
                session, measure=measure, kind=form.kind.data, title=form.title.data, office_id=form.office.data,
                who=form.who.data or "", due_on=form.due_on.data, by=voice(), now=guard.now(),
            )  # fmt: skip
            return _done("measures.points", measure)
        except DomainError as error:
            form.refuse(error)
    rows = queries.open_points(session, measure.id, chain)
    return form_page("measures/points.html", measure, form, rows=rows, today=local(guard.now()).date())


@bp.route("/desk/measures/<int:measure_id>/sheet/points/<int:row_id>", methods=["GET", "POST"])
def point(measure_id: int, row_id: int) -> Any:
    measure, session = _mine(measure_id), guard.database()
    row = _row(OpenPoint, row_id, measure)
    form = PointForm.of(
        queries.options(session, i18n.current().chain), kind=row.kind, title=_title(row.text_id), office=row.office_id,
        who=row.who, due_on=row.due_on, done_on=row.done_on,
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            operations.change_point(
                session, point=row, kind=form.kind.data, title=form.title.data, office_id=form.office.data,
                who=form.who.data or "", due_on=form.due_on.data, done_on=form.done_on.data, by=voice(),
                now=guard.now(),
            )  # fmt: skip
            return _done("measures.points", measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/point.html", measure, form, row=row)


@bp.post("/desk/measures/<int:measure_id>/sheet/points/<int:row_id>/remove")
def remove_point(measure_id: int, row_id: int) -> Any:
    measure = _mine(measure_id)
    operations.remove_point(
        guard.database(), point=_row(OpenPoint, row_id, measure), by=voice(), now=guard.now()
    )  # fmt: skip
    return _done("measures.points", measure)


@bp.route("/desk/measures/<int:measure_id>/sheet/partners", methods=["GET", "POST"])
def partners(measure_id: int) -> Any:
    measure, session = _mine(measure_id), guard.database()
    form = PartnerForm.of(queries.options(session, i18n.current().chain))
    if form.validate_on_submit():
        try:
            operations.add_partner(
                session, measure=measure, organisation_id=form.organisation.data, office_id=form.office.data,
                role=PartnerRole(form.role.data), by=voice(), now=guard.now(),
            )  # fmt: skip
            return _done("measures.partners", measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/partners.html", measure, form, rows=queries.partners(session, measure.id))


@bp.post("/desk/measures/<int:measure_id>/sheet/partners/<int:row_id>/remove")
def remove_partner(measure_id: int, row_id: int) -> Any:
    measure = _mine(measure_id)
    row = _row(Partner, row_id, measure)
    operations.remove_partner(guard.database(), partner=row, by=voice(), now=guard.now())
    return _done("measures.partners", measure)


@bp.route("/desk/measures/<int:measure_id>/sheet/line", methods=["GET", "POST"])
def line(measure_id: int) -> Any:
    measure, session, form = _mine(measure_id), guard.database(), LineForm()
    if form.validate_on_submit():
        try:
            other = queries.by_number(session, form.number.data)
            if other is None:
                raise DomainError(N_("There is no measure with this number."), field="number")
            before, after = (other, measure) if form.direction.data == "before" else (measure, other)
            operations.join(session, predecessor=before, successor=after, by=voice(), now=guard.now())
            return _done("measures.line", measure)
        except DomainError as error:
            form.refuse(error)
    found = queries.line(session, measure.id, i18n.current().chain)
    return form_page("measures/line.html", measure, form, line=found)


@bp.post("/desk/measures/<int:measure_id>/sheet/line/<int:other_id>/remove")
def part(measure_id: int, other_id: int) -> Any:
    measure = _mine(measure_id)
    before, after = (other_id, measure.id) if request.form.get("direction") == "before" else (measure.id, other_id)
    operations.part(
        guard.database(), predecessor_id=before, successor_id=after, by=voice(), now=guard.now()
    )  # fmt: skip
    return _done("measures.line", measure)

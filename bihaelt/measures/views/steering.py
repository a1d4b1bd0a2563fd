"""What happens to a measure: through the gates, from state to state, and money."""

from typing import Any

from bihaelt import guard, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.domain import CATEGORY_STEPS, TRANSITIONS, gaps
from bihaelt.measures.forms import FiguresForm, MoveForm, StateForm
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, to_measure, voice
from bihaelt.verdicts import DomainError


@bp.route("/desk/measures/<int:measure_id>/move", methods=["GET", "POST"])
def move(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.move_measure, measure)
    session = guard.database()
    form = MoveForm.between(CATEGORY_STEPS[measure.category])
    if form.validate_on_submit():
        try:
            operations.move(
                session, measure=measure, to=form.to.data, reason=form.reason.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The measure has moved."))
            return to_measure(measure)
        except DomainError as error:
            form.refuse(error)
    upwards = queries.next_category(measure.category)
    today = local(guard.now()).date()
    sheet = queries.sheet(session, measure)
    lacking = gaps(sheet, upwards, state=measure.state, today=today) if upwards else ()
    return form_page("measures/move.html", measure, form, upwards=upwards, gaps=lacking)


@bp.route("/desk/measures/<int:measure_id>/state", methods=["GET", "POST"])
def state(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.move_measure, measure)
    form = StateForm.between(TRANSITIONS[measure.state])
    if form.validate_on_submit():
        try:
            operations.set_state(
                guard.database(), measure=measure, state=form.to.data, reason=form.reason.data, by=voice(),
                now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The state is changed."))
            return to_measure(measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/state.html", measure, form)


@bp.route("/desk/measures/<int:measure_id>/figures", methods=["GET", "POST"])
def figures(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    form = FiguresForm(committed=measure.committed_cents, spent=measure.spent_cents)
    if form.validate_on_submit():
        try:
            operations.book(
                guard.database(), measure=measure, committed=form.committed.data, spent=form.spent.data,
                reason=form.reason.data, by=voice(), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The figures are saved."))
            return to_measure(measure)
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/figures.html", measure, form)

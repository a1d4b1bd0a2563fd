"""What happens to a measure: through the gates, and from state to state."""

from typing import Any

from bihaelt import guard, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.domain import CATEGORY_STEPS, TRANSITIONS, WITH_PAGES, MeasureState, gaps
from bihaelt.measures.forms import MoveForm, StateForm
from bihaelt.measures.models import Measure
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, missing, to_measure, voice
from bihaelt.verdicts import DomainError


@bp.route("/desk/measures/<int:measure_id>/move", methods=["GET", "POST"])
def move(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.move_measure, measure)
    session = guard.database()
    form, missed = MoveForm.between(CATEGORY_STEPS[measure.category]), []
    if form.validate_on_submit():
        try:
            operations.move(
                session, measure=measure, to=form.to.data, reason=form.reason.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The measure has moved."))
            return to_measure(measure)
        except DomainError as error:
            missed = missing(error) if isinstance(error, operations.HeldBack) else []
            form.refuse(error)
    upwards = queries.next_category(measure.category)
    today = local(guard.now()).date()
    sheet = queries.sheet(session, measure)
    brakes = queries.brakes(session, measure, sheet)
    lacking = gaps(sheet, upwards, state=measure.state, today=today, released=brakes.free) if upwards else ()
    return form_page("measures/move.html", measure, form, upwards=upwards, gaps=lacking, held=missed)


@bp.route("/desk/measures/<int:measure_id>/state", methods=["GET", "POST"])
def state(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.move_measure, measure)
    form = StateForm.between(plain_steps(measure))
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


def plain_steps(measure: Measure) -> frozenset[MeasureState]:
    """The states that a measure can go to with nothing but a reason."""
    steps = TRANSITIONS[measure.state] - WITH_PAGES
    if measure.state is MeasureState.IN_COMMITTEE:
        return steps - {MeasureState.REJECTED}
    ready = measure.state is not MeasureState.DRAFT or measure.confirm_by is not None
    return steps if ready else steps - {MeasureState.RUNNING}

"""One application: changed while it is planned, and taken from step to step."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard
from bihaelt.funding import operations, queries
from bihaelt.funding.domain import Step, steps
from bihaelt.funding.forms import DraftForm, EarlyForm, ReasonForm, step_form
from bihaelt.funding.models import Funding
from bihaelt.funding.views.blueprint import bp, today, voice
from bihaelt.funding.views.measures import choices, measure_or_404, page_of
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money import queries as money
from bihaelt.verdicts import DomainError

SAVED = N_("The funding is saved.")
ACTS: Mapping[Step, Callable[..., None]] = {
    Step.TAKE_BACK: operations.take_back,
    Step.GRANT: operations.grant,
    Step.REFUSE: operations.refuse_application,
    Step.DRAW: operations.draw,
    Step.AWAIT_PROOF: operations.await_proof,
    Step.SUBMIT_PROOF: operations.submit_proof,
    Step.SETTLE: operations.settle,
    Step.RECLAIM: operations.reclaim,
}


def load(funding_id: int) -> tuple[Funding, Measure]:
    funding = queries.funding(guard.database(), funding_id) or abort(404)
    return funding, measure_or_404(funding.measure_id)


def back(funding: Funding) -> Response:
    guard.say("success", SAVED)
    return redirect(url_for("funding.fund", measure_id=funding.measure_id), 303)


@bp.route("/desk/funding/<int:funding_id>/edit", methods=["GET", "POST"])
def change(funding_id: int) -> Any:
    funding, measure = load(funding_id)
    form = DraftForm.of(
        choices(measure), seen=funding.changed_at.isoformat(), programme=funding.programme_id, amount=funding.cents,
        cost_item=funding.cost_item, first_year=funding.first_year, last_year=funding.last_year,
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            operations.change(
                guard.database(), funding=funding, draft=form.draft(), seen=form.moment(), by=voice(), now=guard.now()
            )
            return back(funding)
        except DomainError as error:
            form.refuse(error)
    return page_of("funding/draft.html", measure, form, funding=funding)


@bp.route("/desk/funding/<int:funding_id>/drop", methods=["GET", "POST"])
def drop(funding_id: int) -> Any:
    funding, measure = load(funding_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            operations.drop(guard.database(), funding=funding, reason=form.reason.data, by=voice(), now=guard.now())
            return back(funding)
        except DomainError as error:
            form.refuse(error)
    return page_of("funding/drop.html", measure, form, funding=funding)


@bp.route("/desk/funding/<int:funding_id>/early-start", methods=["GET", "POST"])
def early_start(funding_id: int) -> Any:
    funding, measure = load(funding_id)
    form = EarlyForm(on=measure.starts_on)
    if form.validate_on_submit():
        try:
            operations.permit_early_start(guard.database(), funding=funding, by=voice(), now=guard.now(), **form.told())
            return back(funding)
        except DomainError as error:
            form.refuse(error)
    return page_of("funding/step.html", measure, form, funding=funding, heading=N_("Permission to start early"))


def act_of(step: Step, measure: Measure) -> Callable[..., None]:
    """The operation of a step; sending an application asks how much own money the measure has."""
    if step is Step.APPLY:
        return partial(operations.apply, allocated=money.own_given(guard.database(), measure.id))
    return ACTS[step]


@bp.route(
    "/desk/funding/<int:funding_id>/<any({}):name>".format(", ".join(repr(step.value) for step in Step)),
    methods=["GET", "POST"],
)
def step(funding_id: int, name: str) -> Any:
    funding, measure = load(funding_id)
    chosen = Step(name)
    form = step_form(chosen, funding, today())
    if form.validate_on_submit():
        try:
            act_of(chosen, measure)(guard.database(), funding=funding, by=voice(), now=guard.now(), **form.told())
            return back(funding)
        except DomainError as error:
            form.refuse(error)
    elif chosen not in steps(funding.state):
        return redirect(url_for("funding.fund", measure_id=measure.id), 303)
    return page_of("funding/step.html", measure, form, funding=funding, step=chosen, heading=None)

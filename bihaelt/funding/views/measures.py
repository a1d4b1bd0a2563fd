"""Who pays for a measure: what fits, what was checked, and its applications."""

from typing import Any

from flask import abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.funding import operations, queries
from bihaelt.funding.domain import may_begin, own_money, share_covered, steps
from bihaelt.funding.forms import CheckForm, DraftForm
from bihaelt.funding.views.blueprint import bp, today, voice
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.measures.models import Measure
from bihaelt.money import queries as money
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


def measure_or_404(measure_id: int) -> Measure:
    measure = measures.measure(guard.database(), measure_id) or abort(404)
    guard.require(permissions.fund_measure, measure)
    return measure


def page_of(template: str, measure: Measure, form: Any = None, **values: Any) -> tuple[str, int]:
    """A page about the funding of a measure; 422 after a form that was refused."""
    title = shown(guard.database(), [measure.text_id], i18n.current().chain)[measure.text_id]
    page = render(template, measure=measure, title=title, form=form, **values)
    return page, 422 if form is not None and form.is_submitted() else 200


@bp.get("/desk/measures/<int:measure_id>/funding")
def fund(measure_id: int) -> Any:
    measure, session = measure_or_404(measure_id), guard.database()
    rows = queries.fundings(session, measure.id)
    finances = queries.finances(measure.planned_cents, rows)
    allocated = money.own_given(session, measure.id)
    warnings = {
        row.id: may_begin(row.state, starts_on=measure.starts_on, early_start_on=row.early_start_on, today=today())
        for row in rows
    }
    return page_of(
        "funding/fund.html",
        measure,
        fundings=rows,
        finances=finances,
        allocated=allocated,
        covered=share_covered(finances.own_share, allocated),
        own_money=own_money(queries.check_state(session, measure.id)),
        warnings=warnings,
        steps=steps,
        checks=queries.checks(session, measure.id),
        candidates=queries.candidates(session, measure),
    )


@bp.route("/desk/measures/<int:measure_id>/funding/check", methods=["GET", "POST"])
def check(measure_id: int) -> Any:
    measure, session = measure_or_404(measure_id), guard.database()
    given = request.args.get("programme", type=int)
    programme = (queries.programme(session, given) or abort(404)) if given else None
    known = queries.check(session, measure.id, given)
    form = CheckForm(**({"state": known.state, "reason": known.reason, "remind_on": known.remind_on} if known else {}))
    if form.validate_on_submit():
        try:
            operations.check(
                session, measure=measure, programme_id=given, state=form.state.data, reason=form.reason.data or "",
                remind_on=form.remind_on.data, by=voice(), now=guard.now(),
            )  # fmt: skip
            guard.say("success", N_("The check is saved."))
            return redirect(url_for("funding.fund", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    return page_of("funding/check.html", measure, form, programme=programme)


@bp.route("/desk/measures/<int:measure_id>/funding/new", methods=["GET", "POST"])
def plan(measure_id: int) -> Any:
    measure, session = measure_or_404(measure_id), guard.database()
    year = measure.starts_on.year if measure.starts_on else today().year
    last = measure.ends_on.year if measure.ends_on else year
    form = DraftForm.of(
        choices(measure), programme=request.args.get("programme", type=int), first_year=year, last_year=last
    )
    if form.validate_on_submit():
        try:
            operations.plan(session, measure=measure, draft=form.draft(), by=voice(), now=guard.now())
            guard.say("success", N_("The application is planned."))
            return redirect(url_for("funding.fund", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    return page_of("funding/draft.html", measure, form, funding=None)


def choices(measure: Measure) -> list[tuple[int, str]]:
    """The programmes as a form offers them: those that fit first."""
    rows = queries.candidates(guard.database(), measure)
    return [(row.programme_id, f"{row.name} ({row.first_year}–{row.last_year})") for row in rows]

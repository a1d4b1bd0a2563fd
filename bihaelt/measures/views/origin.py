"""Which proposals a measure takes over, and how."""

from typing import Any

from flask import redirect, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.forms import LinkForm, UnlinkForm
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, voice
from bihaelt.verdicts import DomainError


@bp.route("/desk/measures/<int:measure_id>/origin", methods=["GET", "POST"])
def origin(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    session = guard.database()
    form = LinkForm()
    if form.validate_on_submit():
        try:
            operations.link(session, measure=measure, take=form.take(), by=voice(), now=guard.now())
            guard.say("success", N_("The proposal is linked."))
            return redirect(url_for("measures.origin", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    origins = queries.origins(session, measure.id, i18n.current().chain)
    return form_page("measures/origin.html", measure, form, origins=origins)


@bp.route("/desk/measures/<int:measure_id>/origin/<int:proposal_id>/remove", methods=["GET", "POST"])
def unlink(measure_id: int, proposal_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    form = UnlinkForm()
    if form.validate_on_submit():
        operations.unlink(
            guard.database(), measure=measure, proposal_id=proposal_id, reason=form.why.data, by=voice(),
            now=guard.now(),
        )  # fmt: skip
        guard.say("success", N_("The link is removed."))
        return redirect(url_for("measures.origin", measure_id=measure.id), 303)
    return form_page("measures/unlink.html", measure, form, proposal_id=proposal_id)

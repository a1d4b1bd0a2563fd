"""Checking a measure against the regular services (R26), and the list of checks that are due again."""

from datetime import date, timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.forms import named
from bihaelt.i18n import gettext, local
from bihaelt.marks import N_
from bihaelt.measures.domain.services import REVIEW_AFTER, Check
from bihaelt.measures.forms.services import CheckForm, WhyForm
from bihaelt.measures.models import Measure
from bihaelt.measures.operations import services as operations
from bihaelt.measures.queries import services as queries
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, voice
from bihaelt.organisations.models import RegularService
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics.queries import office_choices
from bihaelt.topics.queries.regular_services import service_choices
from bihaelt.verdicts import DomainError

AHEAD = timedelta(days=60)


def today() -> date:
    return local(guard.now()).date()


def editable(measure_id: int) -> Measure:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    return measure


def to_services(measure: Measure, message: str) -> Response:
    guard.say("success", message)
    return redirect(url_for("measures.services", measure_id=measure.id), 303)


@bp.get("/desk/measures/<int:measure_id>/services")
def services(measure_id: int) -> str:
    measure, session = editable(measure_id), guard.database()
    return render(
        "measures/services.html",
        measure=measure,
        title=shown(session, [measure.text_id], i18n.current().chain)[measure.text_id],
        services=queries.services_of(session, measure),
        today=today(),
    )


@bp.route("/desk/measures/<int:measure_id>/services/check", methods=["GET", "POST"])
def check_service(measure_id: int) -> Any:
    measure, session = editable(measure_id), guard.database()
    form = CheckForm(**known(measure))
    form.service.choices = named(service_choices(session, keep=form.service.data), N_("Please choose"))
    form.office.choices = named(office_choices(session, keep=form.office.data), N_("None"))
    if form.validate_on_submit():
        try:
            operations.check_service(
                session, measure=measure, office_id=form.office.data, by=voice(), now=guard.now(), today=today(),
                check=Check(form.service.data, form.use.data, form.review_on.data, form.note.data or ""),
            )  # fmt: skip
            return to_services(measure, N_("The check is saved."))
        except DomainError as error:
            form.refuse(error)
    return form_page("measures/service_check.html", measure, form)


def known(measure: Measure) -> dict[str, Any]:
    """The values of the form: what the last check of the service in the address says, and when to look again."""
    service_id = request.args.get("service", type=int)
    last = queries.service_check(guard.database(), measure.id, service_id) if service_id else None
    use = last.use if last else measure.service_use if service_id == measure.service_id else None
    return {
        "service": service_id, "use": use, "note": last.note if last else "", "office": measure.office_id,
        "review_on": today() + REVIEW_AFTER,
    }  # fmt: skip


@bp.route("/desk/measures/<int:measure_id>/services/none", methods=["GET", "POST"])
def no_service(measure_id: int) -> Any:
    measure, form = editable(measure_id), WhyForm()
    if form.validate_on_submit():
        operations.state_no_service(
            guard.database(), measure=measure, reason=form.why.data, by=voice(), now=guard.now()
        )
        return to_services(measure, N_("Saved."))
    heading = gettext(N_("There is no regular service"))
    return form_page("measures/service_reason.html", measure, form, heading=heading, service="")


@bp.route("/desk/measures/<int:measure_id>/services/<int:service_id>/remove", methods=["GET", "POST"])
def drop_service(measure_id: int, service_id: int) -> Any:
    measure, session, form = editable(measure_id), guard.database(), WhyForm()
    if form.validate_on_submit():
        try:
            operations.drop_service(
                session, measure=measure, service_id=service_id, reason=form.why.data, by=voice(), now=guard.now()
            )
            return to_services(measure, N_("The link is removed."))
        except DomainError as error:
            form.refuse(error)
    service = session.get(RegularService, service_id)
    return form_page(
        "measures/service_reason.html", measure, form, heading=gettext(N_("Remove the link")),
        service=service.name if service else "",
    )  # fmt: skip


@bp.get("/desk/measures/service-reviews")
def service_reviews() -> str:
    """What is overdue or due soon: an editor sees the own offices first, everybody else all of them."""
    guard.require(permissions.see_measures)
    ours = guard.signed_in().office_ids if request.args.get("all") != "yes" else frozenset()
    page = queries.reviews(
        guard.database(), i18n.current().chain, until=today() + AHEAD, office_ids=ours,
        cursor=Cursor.decode(request.args.get("after"), (int, int)),
    )  # fmt: skip
    kept: dict[str, Any] = {"all": "yes"} if request.args.get("all") == "yes" else {}
    return render(
        "measures/service_reviews.html",
        page=page,
        today=today(),
        ours=ours,
        newer_url=url_for("measures.service_reviews", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("measures.service_reviews", after=page.older, **kept) if page.older else None,
    )

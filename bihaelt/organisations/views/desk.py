"""The office's desk: verify, refuse, suspend, restore, and keep the entries in order."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.forms import named
from bihaelt.i18n import current
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.organisations import operations, queries
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.forms import ArrangeForm, QueueForm, ReasonForm
from bihaelt.organisations.models import Organisation
from bihaelt.organisations.views.blueprint import bp, found, pressed, today
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

Answer = str | tuple[str, int] | BaseResponse
DONE = {
    "refuse": N_("The organisation is not verified. The person who asked gets a letter."),
    "suspend": N_("The organisation is suspended."),
    "restore": N_("The organisation can speak again."),
}


def office() -> Voice:
    return guard.signed_in().as_role(Role.MODERATOR, Role.PLAN_OWNER, Role.ADMIN)


@bp.get("/desk/organisations")
def desk() -> str:
    guard.require(permissions.verify_organisations)
    filters = QueueForm()
    chosen = filters.chosen()
    state, words = chosen.get("state", OrganisationState.REQUESTED), chosen.get("q", "")
    page = queries.queue(guard.database(), state, words=words, cursor=request.args.get("after"))
    kept = {"state": state.value, "q": words or None}
    return render(
        "organisations/desk.html", page=page, filters=filters, state=state, today=today(),
        newer_url=url_for(".desk", after=page.newer, **kept) if page.newer else None,
        older_url=url_for(".desk", after=page.older, **kept) if page.older else None,
    )  # fmt: skip


def checked(organisation_id: int, form: ReasonForm | None = None, act: str = "", status: int = 200) -> tuple[str, int]:
    """An organisation with all the office needs to know and may do. ``form`` is that of the act that did not fit."""
    organisation = found(organisation_id)
    database = guard.database()
    html = render(
        "organisations/desk_entry.html",
        organisation=organisation,
        about=shown(database, [organisation.text_id], current().chain).get(organisation.text_id or 0),
        members=queries.members(database, [organisation.id]).get(organisation.id, []),
        delegates=queries.delegates_to_come(database, organisation.id, today()),
        requester=queries.requester(database, organisation),
        entries=journal.entries(database, "organisation", organisation.id, private=True),
        forms={name: form if form is not None and name == act else ReasonForm(prefix=f"{name}-") for name in DONE},
        today=today(),
    )
    return html, status


@bp.get("/desk/organisations/<int:organisation_id>")
def entry(organisation_id: int) -> tuple[str, int]:
    guard.require(permissions.verify_organisations)
    return checked(organisation_id)


@bp.post("/desk/organisations/<int:organisation_id>/verify")
def verify(organisation_id: int) -> BaseResponse:
    guard.require(permissions.verify_organisations)
    organisation = found(organisation_id)
    guard.require(permissions.verify_organisation, organisation)
    pressed()
    operations.verify(guard.database(), organisation=organisation, by=office(), now=guard.now(), today=today())
    guard.say("success", N_("The organisation is verified. The person who asked gets a letter."))
    return redirect(url_for(".entry", organisation_id=organisation.id), 303)


@bp.post("/desk/organisations/<int:organisation_id>/<any(refuse, suspend, restore):act>")
def decide(organisation_id: int, act: str) -> Answer:
    guard.require(permissions.verify_organisations)
    organisation = found(organisation_id)
    form = ReasonForm(prefix=f"{act}-")
    if not form.validate_on_submit():
        return checked(organisation_id, form, act, 422)
    perform(act, organisation, form.reason.data)
    guard.say("success", DONE[act])
    return redirect(url_for(".entry", organisation_id=organisation.id), 303)


def perform(act: str, organisation: Organisation, reason: str) -> None:
    common: dict[str, Any] = {"organisation": organisation, "reason": reason, "by": office(), "now": guard.now()}
    if act == "refuse":
        operations.refuse(guard.database(), **common)
    elif act == "suspend":
        operations.suspend(guard.database(), today=today(), **common)
    else:
        operations.restore(guard.database(), today=today(), **common)


@bp.route("/desk/organisations/<int:organisation_id>/arrange", methods=["GET", "POST"])
def arrange(organisation_id: int) -> Answer:
    guard.require(permissions.verify_organisations)
    organisation = found(organisation_id)
    form = ArrangeForm(
        name=organisation.name, kind=organisation.kind, umbrella_id=organisation.umbrella_id, seats=organisation.seats
    )
    form.umbrella_id.choices = named(queries.choices(guard.database(), without=organisation.id), N_("None"))
    if form.validate_on_submit():
        try:
            operations.arrange(
                guard.database(), organisation=organisation, name=form.name.data, kind=form.kind.data,
                umbrella_id=form.umbrella_id.data, seats=form.seats.data, by=office(), now=guard.now(), today=today(),
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Saved."))
            return redirect(url_for(".entry", organisation_id=organisation.id), 303)
    html = render("organisations/arrange.html", form=form, organisation=organisation)
    return html, 422 if form.is_submitted() else 200

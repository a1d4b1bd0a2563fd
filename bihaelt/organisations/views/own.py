"""The pages of an organisation's own people: register, describe, appoint delegates, answer invitations."""

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.forms import named
from bihaelt.i18n import current
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.organisations import operations, queries
from bihaelt.organisations.forms import DelegateForm, DescribeForm, InviteForm, RegisterForm
from bihaelt.organisations.models import Delegation, Invitation, Organisation
from bihaelt.organisations.views.blueprint import bp, found, pressed, today
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

Answer = str | tuple[str, int] | BaseResponse


def speaking(organisation: Organisation) -> Voice:
    """The voice for an act on the organisation: of its delegate, else of the office."""
    person = guard.signed_in()
    if person.seat(organisation.id) is not None:
        return person.as_delegate(organisation.id)
    return person.as_role(Role.PLAN_OWNER, Role.ADMIN)


@bp.route("/organisations/register", methods=["GET", "POST"])
def register() -> Answer:
    guard.require(permissions.register_organisation)
    form = RegisterForm()
    form.umbrella_id.choices = named(queries.choices(guard.database()), N_("None"))
    organisation = registered(form) if form.validate_on_submit() else None
    if organisation is not None:
        guard.say("success", N_("Thank you. The office checks the organisation and writes to you."))
        return redirect(url_for(".show", organisation_id=organisation.id), 303)
    return render("organisations/register.html", form=form), 422 if form.is_submitted() else 200


def registered(form: RegisterForm) -> Organisation | None:
    try:
        return operations.register(
            guard.database(), entry=form.entry(), title=form.title.data, language=current().babel,
            nonce=guard.nonce(), by=guard.signed_in().as_citizen(), now=guard.now(), today=today(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return None


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
def edit(organisation_id: int) -> Answer:
    organisation = found(organisation_id)
    guard.require(permissions.manage_organisation, organisation)
    # Nothing is asked for in another language: the words are edited in the one they were written in.
    about = shown(guard.database(), [organisation.text_id], ()).get(organisation.text_id or 0)
    form = DescribeForm(
        website=organisation.website, contact=organisation.contact, description=about.body if about else ""
    )
    if form.validate_on_submit():
        operations.describe(
            guard.database(), organisation=organisation, website=form.website.data or "",
            contact=form.contact.data or "", description=form.description.data or "", language=current().babel,
            by=speaking(organisation), now=guard.now(),
        )  # fmt: skip
        guard.say("success", N_("Saved."))
        return redirect(url_for(".show", organisation_id=organisation.id), 303)
    html = render("organisations/edit.html", form=form, organisation=organisation, about=about)
    return html, 422 if form.is_submitted() else 200


@bp.route("/organisations/<int:organisation_id>/delegates", methods=["GET", "POST"])
def delegates(organisation_id: int) -> Answer:
    organisation = found(organisation_id)
    guard.require(permissions.manage_organisation, organisation)
    taken = queries.voting_seats_from(guard.database(), organisation.id, today(), guard.now())
    form = InviteForm(starts_on=today(), may_vote=taken < organisation.seats)
    if form.validate_on_submit() and invited(organisation, form):
        guard.say("success", N_("The invitation is on its way."))
        return redirect(url_for(".delegates", organisation_id=organisation.id), 303)
    html = render(
        "organisations/delegates.html", form=form, organisation=organisation, today=today(),
        delegates=queries.delegates_to_come(guard.database(), organisation.id, today()),
        invitations=queries.open_invitations(guard.database(), organisation.id, guard.now()),
        taken=taken,
    )  # fmt: skip
    return html, 422 if form.is_submitted() else 200


def invited(organisation: Organisation, form: InviteForm) -> bool:
    try:
        operations.invite(
            guard.database(), organisation=organisation, email=form.email.data, part=form.part(form.first_day()),
            language=current().babel, nonce=guard.nonce(), by=speaking(organisation), now=guard.now(), today=today(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def found_delegation(organisation_id: int, delegation_id: int) -> Delegation:
    return queries.delegation(guard.database(), organisation_id, delegation_id) or abort(404)


@bp.route("/organisations/<int:organisation_id>/delegates/<int:delegation_id>", methods=["GET", "POST"])
def delegation(organisation_id: int, delegation_id: int) -> Answer:
    organisation, seat = found(organisation_id), found_delegation(organisation_id, delegation_id)
    guard.require(permissions.manage_organisation, organisation)
    form = DelegateForm(title=seat.title, last_day=seat.last_day, may_vote=seat.may_vote, is_admin=seat.is_admin)
    if form.validate_on_submit():
        try:
            operations.change_delegation(
                guard.database(), delegation=seat, part=form.part(seat.starts_on), by=speaking(organisation),
                now=guard.now(), today=today(),
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Saved."))
            return redirect(url_for(".delegates", organisation_id=organisation.id), 303)
    html = render("organisations/delegation.html", form=form, organisation=organisation, seat=seat)
    return html, 422 if form.is_submitted() else 200


@bp.post("/organisations/<int:organisation_id>/delegates/<int:delegation_id>/end")
def end(organisation_id: int, delegation_id: int) -> BaseResponse:
    organisation, seat = found(organisation_id), found_delegation(organisation_id, delegation_id)
    guard.require(permissions.end_delegation, seat)
    pressed()
    own = seat.account_id == guard.signed_in().id
    operations.end_delegation(
        guard.database(), delegation=seat, by=speaking(organisation), now=guard.now(), today=today()
    )
    guard.say("success", N_("The delegation has ended."))
    return redirect(url_for(".mine") if own else url_for(".delegates", organisation_id=organisation.id), 303)


def found_invitation(invitation_id: int) -> Invitation:
    return queries.invitation(guard.database(), invitation_id) or abort(404)


@bp.post("/organisations/<int:organisation_id>/invitations/<int:invitation_id>/withdraw")
def withdraw(organisation_id: int, invitation_id: int) -> BaseResponse:
    organisation, invitation = found(organisation_id), found_invitation(invitation_id)
    if invitation.organisation_id != organisation.id:
        abort(404)
    guard.require(permissions.manage_organisation, organisation)
    pressed()
    operations.withdraw_invitation(guard.database(), invitation=invitation, by=speaking(organisation), now=guard.now())
    guard.say("success", N_("The invitation is withdrawn."))
    return redirect(url_for(".delegates", organisation_id=organisation.id), 303)


@bp.get("/organisations/mine")
def mine() -> str:
    guard.require(permissions.signed_in)
    person, database = guard.signed_in(), guard.database()
    return render(
        "organisations/mine.html",
        invitations=queries.invitations_to(database, person.email, guard.now()),
        seats=queries.seats_of(database, person.id, today()),
        requests=queries.requests_of(database, person.id),
        today=today(),
    )


@bp.post("/organisations/invitations/<int:invitation_id>/accept")
def accept(invitation_id: int) -> BaseResponse:
    invitation = found_invitation(invitation_id)
    guard.require(permissions.answer_invitation, invitation)
    pressed()
    person = guard.signed_in()
    operations.accept(
        guard.database(), invitation=invitation, account_id=person.id, by=person.as_citizen(), now=guard.now(),
        today=today(),
    )  # fmt: skip
    guard.say("success", N_("Thank you. You speak for this organisation now."))
    return redirect(url_for(".mine"), 303)


@bp.post("/organisations/invitations/<int:invitation_id>/decline")
def decline(invitation_id: int) -> BaseResponse:
    invitation = found_invitation(invitation_id)
    guard.require(permissions.answer_invitation, invitation)
    pressed()
    operations.decline(guard.database(), invitation=invitation, by=guard.signed_in().as_citizen(), now=guard.now())
    guard.say("success", N_("You have declined the invitation."))
    return redirect(url_for(".mine"), 303)

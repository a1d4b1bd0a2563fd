"""The citizens' desk: seeing people in person, tying them to their account, and handing out sheets and codes."""

from datetime import date

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.conferences.queries import titles
from bihaelt.forms import named
from bihaelt.i18n import current, local
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.binding import binding_code, good_until
from bihaelt.votes.forms.residence import HandOutForm, ResidentForm, RevokeForm
from bihaelt.votes.forms.voting import ActForm
from bihaelt.votes.models import Verification
from bihaelt.votes.operations import codes, roll
from bihaelt.votes.queries import ballots
from bihaelt.votes.queries import residence as queries
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, ring

ROLES = (Role.MODERATOR, Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)


@bp.route("/desk/residents", methods=["GET", "POST"])
def residents() -> Answer:
    """Four fields, of which only a keyed hash is kept. Whoever was here before is found."""
    guard.require(permissions.verify_residents)
    form = ResidentForm()
    if form.validate_on_submit():
        try:
            row = roll.verify_at_desk(
                guard.database(), ring=ring(), account=None, person=form.person, by=voice(), now=guard.now()
            )
        except DomainError as error:
            form.refuse(error)
        else:
            new = row.verified_at == guard.now()
            guard.say(
                "success", N_("The person is on the roll now.") if new else N_("The person was on the roll already.")
            )
            return redirect(url_for("votes.resident", verification_id=row.id), 303)
    return render("ballots/residents.html", form=form, open=open_now()), 422 if form.is_submitted() else 200


@bp.get("/desk/residents/<int:verification_id>")
def resident(verification_id: int) -> Answer:
    guard.require(permissions.verify_residents)
    return page(load(verification_id))


@bp.post("/desk/residents/<int:verification_id>/code")
def resident_code(verification_id: int) -> Answer:
    """Show the code by which the person ties themselves to their account. It is made anew and stored nowhere."""
    guard.require(permissions.verify_residents)
    row = load(verification_id)
    if not ActForm().validate_on_submit() or row.account_id is not None or row.revoked_at is not None:
        return page(row), 422
    return page(row, code=binding_code(ring().roll(), row.id, today()))


@bp.post("/desk/residents/<int:verification_id>/hand-out")
def hand_out(verification_id: int) -> Answer:
    guard.require(permissions.verify_residents)
    row = load(verification_id)
    form = hand_out_form()
    if form.validate_on_submit():
        ballot = ballots.ballot(guard.database(), form.ballot.data) or abort(404)
        try:
            codes.hand_out(
                guard.database(), ring=ring(), ballot=ballot, verification=row, channel=form.channel.data, by=voice(),
                now=guard.now(),
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Noted. The person can vote only with what you have handed out."))
            return back(row)
    return page(row, hand_out=form), 422


@bp.post("/desk/residents/<int:verification_id>/revoke")
def revoke_verification(verification_id: int) -> Answer:
    guard.require(permissions.verify_residents)
    row = load(verification_id)
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            roll.revoke(guard.database(), verification=row, reason=form.reason.data, by=voice(), now=guard.now())
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("The verification is revoked."))
            return back(row)
    return page(row, revoke=form), 422


def today() -> date:
    return local(guard.now()).date()


def voice() -> Voice:
    return guard.signed_in().as_role(*ROLES)


def load(verification_id: int) -> Verification:
    return queries.verification(guard.database(), verification_id) or abort(404)


def back(row: Verification) -> Response:
    return redirect(url_for("votes.resident", verification_id=row.id), 303)


def hand_out_form() -> HandOutForm:
    """With the votes that are open now."""
    form = HandOutForm()
    form.ballot.choices = named((ballot_id, title.title) for ballot_id, title in open_now())
    return form


def open_now() -> list[tuple[int, Shown]]:
    """The votes that take papers, with the names of their conferences."""
    found = queries.open_ballots(guard.database(), guard.now())
    names = titles(guard.database(), [ballot.conference_id for ballot in found], current().chain)
    return [(ballot.id, names[ballot.conference_id]) for ballot in found]


def page(
    row: Verification, *, code: str = "", hand_out: HandOutForm | None = None, revoke: RevokeForm | None = None
) -> str:
    form = hand_out or hand_out_form()
    return render(
        "ballots/resident.html",
        row=row,
        code=code,
        until=good_until(today()),
        strikes=queries.strikes_of(guard.database(), row.id, current().chain),
        form=form,
        revoke_form=revoke or RevokeForm(),
    )

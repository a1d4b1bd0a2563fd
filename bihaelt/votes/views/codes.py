"""The desk's page of voting codes: batches, letters as one PDF, and codes made void."""

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.i18n import ngettext
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.address_list import Addressee, read_list
from bihaelt.votes.forms.residence import BatchForm, VoidForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import codes as operations
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import roll
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, ring
from bihaelt.votes.views.printed import letters_of, pdf

# A list that is far too long gets an answer in words instead of a closed door.
MOST_BYTES = 4 * 1024 * 1024
ROLES = (Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)


@bp.route("/desk/ballots/<int:ballot_id>/codes", methods=["GET", "POST"])
def codes(ballot_id: int) -> Answer:
    request.max_content_length = MOST_BYTES
    ballot = load(ballot_id)
    if request.method == "GET":
        guard.require(permissions.see_codes, ballot)
        return page(ballot, BatchForm())
    guard.require(permissions.make_codes, ballot)
    form = BatchForm()
    if form.validate_on_submit():
        try:
            return made(ballot, form)
        except DomainError as error:
            guard.database().rollback()
            form.refuse(error)
    return page(load(ballot_id), form), 422


def made(ballot: Ballot, form: BatchForm) -> Response:
    """Make the codes and print them. Only when the pages are there is anything kept."""
    addressees: Sequence[Addressee] = read_list(form.list_data()) if form.has_list else ()
    batch = operations.make_codes(
        guard.database(),
        ring=ring(),
        ballot=ballot,
        channel=form.channel.data,
        name=form.name.data,
        count=form.count.data or len(addressees),
        people=[each.person for each in addressees if each.person is not None],
        by=guard.signed_in().as_role(*ROLES),
        now=guard.now(),
        nonce=guard.nonce(),
    )
    return pdf(letters_of(ballot, batch, addressees, form.sender.data or ""), f"codes-{batch.batch.id}")


@bp.post("/desk/ballots/<int:ballot_id>/codes/<int:batch_id>/void")
def void_codes(ballot_id: int, batch_id: int) -> Answer:
    """Letters that came back, sheets that were left over, or a whole batch that nobody could save."""
    ballot = load(ballot_id)
    guard.require(permissions.make_codes, ballot)
    batch = roll.batch(guard.database(), batch_id)
    if batch is None or batch.ballot_id != ballot.id:
        abort(404)
    form = VoidForm()
    if not form.validate_on_submit():
        return page(ballot, BatchForm(name=""), form, batch.id), 422
    voided = operations.void_codes(
        guard.database(),
        batch=batch,
        first=form.first.data,
        last=form.last.data,
        by=guard.signed_in().as_role(*ROLES),
        now=guard.now(),
    )
    guard.say("success", ngettext("%(num)s code made void.", "%(num)s codes made void.", voided, num=voided))
    return redirect(url_for("votes.codes", ballot_id=ballot.id), 303)


def load(ballot_id: int) -> Ballot:
    return queries.ballot(guard.database(), ballot_id) or abort(404)


def page(ballot: Ballot, form: BatchForm, void_form: VoidForm | None = None, void_id: int = 0) -> str:
    return render(
        "ballots/codes.html",
        ballot=ballot,
        form=form,
        batches=roll.batches(guard.database(), ballot.id),
        void_form=void_form or VoidForm(first=None, last=None),
        void_id=void_id,
    )

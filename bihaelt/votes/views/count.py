"""Counting a closed vote at the desk."""

from bihaelt import guard, permissions
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.votes.forms.setup import ActForm
from bihaelt.votes.operations import counting
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.desk import Page, attempt, back_to, load, name_of, status_of, voice


@bp.route("/desk/ballots/<int:ballot_id>/count", methods=["GET", "POST"])
def count_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.count_ballot, found)
    session, form = guard.database(), ActForm()
    if form.validate_on_submit() and attempt(
        form, lambda: counting.count(session, ballot=found, by=voice(), now=guard.now())
    ):
        return back_to(found.id, N_("The papers are counted. Two people have to certify the result."))
    return render("ballots/count.html", ballot=found, title=name_of(found), form=form), status_of(form)

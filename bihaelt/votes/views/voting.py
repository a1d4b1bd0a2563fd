"""Voting with an account: fill in, look over, cast, keep the receipt."""

import json

from flask import abort, make_response, redirect
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import Verdict
from bihaelt.votes.domain.electorates import may_vote
from bihaelt.votes.forms.voting import ActForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries import roll
from bihaelt.votes.queries.booth import held
from bihaelt.votes.views import booth as booths
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, Booth

MEDIA = {"txt": "text/plain; charset=utf-8", "json": "application/json"}


@bp.get("/ballots/<int:ballot_id>/vote")
def ballot_vote(ballot_id: int) -> str:
    """The paper; for those who cannot vote like this, which other ways there are."""
    ballot = booths.known(ballot_id)
    guard.require(permissions.vote, ballot)
    if booths.acting_for() is None:
        verdict = _own_right(ballot)
        if not verdict:
            return render("ballots/ways.html", ballot=ballot, verdict=verdict)
    return booths.paper_page(booths.with_account(ballot))


@bp.post("/ballots/<int:ballot_id>/vote")
def fill_in(ballot_id: int) -> Answer:
    booth = booths.with_account(booths.known(ballot_id))
    form, questions, kept = booths.keep(booth)
    if kept:
        return redirect(booth.address("review"), 303)
    return booths.paper_page(booth, form, questions), 422


@bp.post("/ballots/<int:ballot_id>/vote/save")
def save_ticks(ballot_id: int) -> Response:
    """Every tick at once, sent by the page's script."""
    return booths.saved_answer(booths.with_account(booths.known(ballot_id)))


@bp.get("/ballots/<int:ballot_id>/vote/review")
def review(ballot_id: int) -> str:
    return booths.review_page(booths.with_account(booths.known(ballot_id)))


@bp.post("/ballots/<int:ballot_id>/vote/cast")
def cast(ballot_id: int) -> Answer:
    booth = booths.with_account(booths.known(ballot_id))
    return _answer(booth, booths.cast(booth), N_("Your vote is cast. Thank you!"), "receipt")


@bp.post("/ballots/<int:ballot_id>/vote/withdraw")
def withdraw(ballot_id: int) -> Answer:
    booth = booths.with_account(booths.known(ballot_id))
    return _answer(booth, booths.withdraw(booth), N_("Your vote is taken back. It does not count."), "change")


def _answer(booth: Booth, refused: ActForm | None, done: str, step: str) -> Answer:
    """Back to the whole ballot with what was refused, or on to the next step."""
    if refused is not None:
        return booths.review_page(booth, refused), 422
    guard.say("success", done)
    return redirect(booth.address(step), 303)


@bp.get("/ballots/<int:ballot_id>/receipt")
def receipt(ballot_id: int) -> str:
    return booths.receipt_page(_holder(booths.known(ballot_id)))


@bp.get("/ballots/<int:ballot_id>/receipt.<any(txt, json):form>")
def receipt_file(ballot_id: int, form: str) -> Response:
    """The receipt to take along."""
    booth = _holder(booths.known(ballot_id))
    found = held(guard.database(), booths.ring(), booth.ballot, booth.voter)
    if not found.lines:
        abort(404)
    return receipt_answer(found.data, form)


def receipt_answer(data: dict[str, object], form: str) -> Response:
    """A receipt as a file; as text it is the signed promise itself, with the words behind it."""
    text = str(data["note"]) if form == "txt" else json.dumps(data, ensure_ascii=False, indent=1)
    answer = make_response(text)
    answer.headers["Content-Type"] = MEDIA[form]
    answer.headers["Content-Disposition"] = f'attachment; filename="bihaelt-receipt-{data["ballot"]}.{form}"'
    return answer


def _own_right(ballot: Ballot) -> Verdict:
    found = roll.entitled(guard.database(), ballot.id, guard.signed_in().id)
    return may_vote(found.entitlement if found else None, ballot.id, ballot.min_age)


def _holder(ballot: Ballot) -> Booth:
    """Whose receipt is asked for: also after the close, as long as papers can be found at all."""
    guard.require(permissions.see_receipt, ballot)
    organisation_id = booths.acting_for()
    if organisation_id is not None:
        return booths.for_organisation(ballot, organisation_id)
    return booths.for_person(ballot, roll.entitled(guard.database(), ballot.id, guard.signed_in().id) or abort(404))

"""What became of my vote: the page is the same for everybody, and the reckoning is done in the reader's browser."""

from bihaelt import guard, i18n, permissions
from bihaelt.rendering import render
from bihaelt.votes.queries.booth import asked
from bihaelt.votes.queries.results import WITH_RESULT
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import known


@bp.get("/ballots/<int:ballot_id>/mine")
def mine(ballot_id: int) -> str:
    """Wants the receipt, which never leaves the browser, and reads the open data of every question."""
    guard.require(permissions.public)
    ballot = known(ballot_id)
    questions = asked(guard.database(), ballot, i18n.current().chain)
    return render("ballots/mine.html", ballot=ballot, questions=questions, counted=ballot.state in WITH_RESULT)

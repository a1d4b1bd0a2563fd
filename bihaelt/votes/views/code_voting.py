"""Voting with the code of a letter or sheet, without an account and without a cookie: everything is in form fields."""

from flask import abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.i18n import gettext
from bihaelt.journal.domain import SYSTEM
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.networks import prefix
from bihaelt.votes.forms.voting import PREFIX, ActForm, CodeForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import codes
from bihaelt.votes.operations.devices import is_used_up, use_up
from bihaelt.votes.views import booth as booths
from bihaelt.votes.views import tickets
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, Booth
from bihaelt.votes.views.tickets import Ticket
from bihaelt.votes.views.voting import receipt_answer

TOO_OLD = N_("For your safety this page was closed. Please type your code again; nothing is lost.")


@bp.route("/vote", methods=["GET", "POST"])
def code_vote() -> Answer:
    """The code is typed, and the paper opens."""
    guard.require(permissions.public)
    form = CodeForm()
    if not form.is_submitted():
        return render("ballots/code.html", form=form, kept=[])
    network = prefix(request.remote_addr or "")
    limits.check(tickets.WRONG_CODES, "voting-code", network)
    if not form.validate_on_submit():
        return _ask_again(form)
    if is_used_up(guard.database(), guard.nonce()):
        return _ask_again(form, TOO_OLD)
    try:
        ballot, voter = codes.enter_with_code(
            guard.database(), ring=booths.ring(), code=form.code.data, now=guard.now()
        )
    except DomainError as error:
        if isinstance(error, codes.BadCode):
            limits.hit(tickets.WRONG_CODES, "voting-code", network)
        form.refuse(DomainError(error.reason, field="code", **error.values))
        return _ask_again(form)
    return _opened(_booth(ballot, voter, guard.nonce()))


@bp.post("/vote/paper")
def code_paper() -> Answer:
    """Back from the overview to the paper."""
    booth = _at()
    return booths.paper_page(booth) if isinstance(booth, Booth) else booth


@bp.post("/vote/save")
def code_save() -> Answer:
    """Every tick at once, sent by the page's script; the answer has a fresh ticket for the next one."""
    booth = _at()
    if isinstance(booth, Booth):
        return booths.saved_answer(booth)
    return make_response({"message": gettext(TOO_OLD), "wrong": {}}, 403)


@bp.post("/vote/review")
def code_review() -> Answer:
    booth = _at()
    if not isinstance(booth, Booth):
        return booth
    form, questions, kept = booths.keep(booth)
    return booths.review_page(booth) if kept else (booths.paper_page(booth, form, questions), 422)


@bp.post("/vote/cast")
def code_cast() -> Answer:
    booth = _at()
    if not isinstance(booth, Booth):
        return booth
    refused = booths.cast(booth)
    return _done(booth, "cast") if refused is None else (booths.review_page(booth, refused), 422)


@bp.post("/vote/withdraw")
def code_withdraw() -> Answer:
    booth = _at()
    if not isinstance(booth, Booth):
        return booth
    refused = booths.withdraw(booth)
    return _done(booth, "withdrawn") if refused is None else (booths.review_page(booth, refused), 422)


@bp.post("/vote/leave")
def code_leave() -> Answer:
    """Gone without casting: what is ticked stays saved, and the device forgets."""
    booth = _at()
    return _done(booth, "left") if isinstance(booth, Booth) else booth


@bp.post("/vote/receipt")
def code_receipt() -> Response:
    """The receipt of the page before as a file."""
    guard.require(permissions.public)
    data = tickets.unsealed(request.form.get("receipt", ""))
    return receipt_answer(data or abort(404), "json" if request.form.get("kind") == "json" else "txt")


@bp.get("/vote/<any(paper, save, review, cast, withdraw, leave, receipt):step>")
def code_step(step: str) -> Response:
    """Pages that live in form fields have no address: who reloads one, or changes the language, types the code again."""
    guard.require(permissions.public)
    return redirect(url_for("votes.code_vote"), 303)


def _booth(ballot: Ballot, voter: Voter, form: str) -> Booth:
    """The booth of a code, with a fresh ticket, once it was asked whether the vote is open."""
    guard.require(permissions.vote_with_code, ballot)
    ticket = Ticket(ballot.id, voter.id, voter.channel, form)
    return Booth(ballot, voter, SYSTEM, fields={"ticket": str(ticket)})


def _at() -> Booth | tuple[str, int]:
    """The booth of the ticket in this request; else the page that asks for the code again."""
    ticket = tickets.read(request.form.get("ticket", ""))
    if ticket is None or is_used_up(guard.database(), ticket.form):
        guard.require(permissions.public)
        return _ask_again(CodeForm(), TOO_OLD)
    return _booth(booths.known(ticket.ballot_id), Voter(Kind.CODE, ticket.code_id, ticket.channel), ticket.form)


def _opened(booth: Booth) -> Answer:
    """The paper. What the same voter had ticked on a page that was closed is put back."""
    before = tickets.read(request.form.get("ticket", ""), seconds=None)
    if before is None or before.code_id != booth.voter.id or is_used_up(guard.database(), before.form):
        return booths.paper_page(booth)
    form, questions, kept = booths.keep(booth)
    return booths.paper_page(booth, form, questions), 200 if kept else 422


def _ask_again(form: CodeForm, reason: str = "") -> tuple[str, int]:
    """The code once more; ticks that came with the request go along with it."""
    if reason:
        form.code.errors = []
        form.refuse(DomainError(reason))
    kept = [
        (name, value) for name, value in request.form.items(multi=True) if name.startswith(PREFIX) or name == "ticket"
    ]
    return render("ballots/code.html", form=form, kept=kept), 422


def _done(booth: Booth, what: str) -> Answer:
    """The last page. The ticket is used up, and nothing on the page opens the paper again."""
    if what != "cast" and not ActForm().validate_on_submit():
        return booths.paper_page(booth), 422
    ticket = tickets.read(booth.fields["ticket"])
    if ticket is not None:
        use_up(guard.database(), form=ticket.form, now=guard.now())
    return booths.receipt_page(booth, "done", what=what, seal=tickets.sealed)

"""The life of an opened ballot at the desk: turnout, the end, the draw. Counting and what follows are in ``outcome``."""

from flask import abort, redirect, url_for

from bihaelt import guard, permissions
from bihaelt.forms import BaseForm
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.votes.domain.ballots import Channel
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.forms.setup import ActForm, LotsForm, ReasonForm, WitnessForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import ballots, closing
from bihaelt.votes.operations import log as log_operations
from bihaelt.votes.queries import turnout as queries
from bihaelt.votes.queries.log import witness, witnesses
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import ring
from bihaelt.votes.views.desk import Page, attempt, back_to, load, name_of, status_of, voice

CLOSED = N_("The vote is closed. Now it can be counted.")
ACT_FAILED = N_("Please go back, reload the page and try again.")


def need_token() -> None:
    if not ActForm().validate_on_submit():
        abort(422, description=ACT_FAILED)


@bp.get("/desk/ballots/<int:ballot_id>/turnout")
def turnout(ballot_id: int) -> str:
    """Who has voted, in numbers. There is no result here, and no address that gives one before the close."""
    found = load(ballot_id)
    guard.require(permissions.watch_turnout, found)
    return render(
        "ballots/turnout.html",
        ballot=found,
        title=name_of(found),
        turnout=queries.turnout(guard.database(), found.id),
        verified={
            Electorate.PEOPLE: found.verified_people,
            Electorate.ORGANISATIONS: found.verified_organisations,
        },
        electorates=tuple(Electorate),
        channels=tuple(Channel),
    )


@bp.route("/desk/ballots/<int:ballot_id>/close", methods=["GET", "POST"])
def close_ballot(ballot_id: int) -> Page:
    """After its time: one person closes. Before it: one asks, with a reason, and another agrees (``answer_early_end``)."""
    found = load(ballot_id)
    early = guard.now() < found.closes_at
    guard.require(permissions.ask_for_early_end if early else permissions.close_ballot, found)
    form = ReasonForm() if early else ActForm()
    if form.validate_on_submit() and attempt(form, lambda: _end(found, form, early=early)):
        asked = N_("Somebody else has to agree now. Until then the vote stays open.")
        return back_to(found.id, asked if early else CLOSED)
    return render("ballots/close.html", ballot=found, title=name_of(found), form=form, early=early), status_of(form)


def _end(found: Ballot, form: BaseForm, *, early: bool) -> None:
    session, by, now = guard.database(), voice(), guard.now()
    if early:
        closing.ask_early_end(session, ballot=found, reason=form["reason"].data, by=by, now=now)
    else:
        closing.close(session, ring=ring(), ballot=found, by=by, now=now)


@bp.post("/desk/ballots/<int:ballot_id>/close/agree")
def agree_to_early_end(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.agree_to_early_end, found)
    need_token()
    closing.answer_early_end(guard.database(), ring=ring(), ballot=found, agree=True, by=voice(), now=guard.now())
    return back_to(found.id, CLOSED)


@bp.post("/desk/ballots/<int:ballot_id>/close/refuse")
def refuse_early_end(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.refuse_early_end, found)
    need_token()
    closing.answer_early_end(guard.database(), ring=ring(), ballot=found, agree=False, by=voice(), now=guard.now())
    return back_to(found.id, N_("The vote goes on until its end."))


@bp.route("/desk/ballots/<int:ballot_id>/cancel", methods=["GET", "POST"])
def cancel_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.cancel_ballot, found)
    form = ReasonForm()
    if form.validate_on_submit():
        session, reason, by, now = guard.database(), form.reason.data, voice(), guard.now()
        if attempt(form, lambda: ballots.cancel(session, ballot=found, reason=reason, by=by, now=now)):
            return back_to(found.id, N_("The vote is cancelled. Everybody who could vote gets a letter."))
    return render("ballots/cancel.html", ballot=found, title=name_of(found), form=form), status_of(form)


@bp.route("/desk/ballots/<int:ballot_id>/lots", methods=["GET", "POST"])
def enter_lots(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.enter_lots, found)
    form = LotsForm()
    if form.validate_on_submit():
        session, seed, by, now = guard.database(), form.seed.data, voice(), guard.now()
        if attempt(form, lambda: closing.enter_lots(session, ring=ring(), ballot=found, seed=seed, by=by, now=now)):
            return back_to(found.id, N_("The numbers of the draw stand in the log."))
    return render("ballots/lots.html", ballot=found, title=name_of(found), form=form), status_of(form)


@bp.route("/desk/ballots/witnesses", methods=["GET", "POST"])
def ballot_witnesses() -> Page:
    """Who countersigns the logs of votes that open from now on."""
    guard.require(permissions.arrange_ballots)
    session, form = guard.database(), WitnessForm()
    if form.validate_on_submit() and attempt(
        form,
        lambda: log_operations.name_witness(
            session, name=form.name.data, public_key=form.public_key.data, by=voice(), now=guard.now()
        ),
    ):
        guard.say("success", N_("The witness has been named."))
        return redirect(url_for("votes.ballot_witnesses"), 303)
    return render("ballots/witnesses.html", form=form, witnesses=witnesses(session, all_=True)), status_of(form)


@bp.post("/desk/ballots/witnesses/<int:witness_id>/end")
def end_witness(witness_id: int) -> Page:
    guard.require(permissions.arrange_ballots)
    need_token()
    found = witness(guard.database(), witness_id) or abort(404)
    log_operations.end_witness(guard.database(), witness=found, by=voice(), now=guard.now())
    guard.say("success", N_("The witness watches no votes that open from now on."))
    return redirect(url_for("votes.ballot_witnesses"), 303)

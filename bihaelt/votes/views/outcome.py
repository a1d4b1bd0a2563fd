"""After the count at the desk: certify, take votes out by four eyes, destroy the link between voters and papers."""

from flask import abort

from bihaelt import guard, permissions
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.forms.invalidation import InvalidationForm
from bihaelt.votes.forms.setup import ActForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import certifying, invalidating
from bihaelt.votes.operations.invalidating import Target
from bihaelt.votes.queries import outcome as queries
from bihaelt.votes.queries import roll
from bihaelt.votes.queries.log import head, witness_names
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import ring
from bihaelt.votes.views.desk import Page, attempt, back_to, load, name_of, status_of, voice
from bihaelt.votes.views.life import need_token

COUNTERS = permissions.ballots.COUNTERS
NOT_FOUND = N_("Nobody is found with these entries.")


@bp.route("/desk/ballots/<int:ballot_id>/certify", methods=["GET", "POST"])
def certify_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.certify_ballot, found)
    session, form = guard.database(), ActForm()
    signed = queries.certifications(session, found)
    taken = {each.role for each in signed}
    # Who holds several roles signs in one that nobody has signed in; if there is none, the refusal says so.
    by = voice(*(role for role in COUNTERS if role in guard.signed_in().roles - taken), *COUNTERS)
    if form.validate_on_submit() and attempt(
        form, lambda: certifying.certify(session, ballot=found, by=by, now=guard.now())
    ):
        final = found.state is BallotState.CERTIFIED
        return back_to(found.id, N_("The result is certified.") if final else N_("Signed. One more person is needed."))
    html = render(
        "ballots/certify.html", ballot=found, title=name_of(found), form=form, signed=signed,
        result_hash=certifying.result_hash(session, found), head=head(session, found.id),
        witnesses=witness_names(found), in_role=by.role,
    )  # fmt: skip
    return html, status_of(form)


@bp.route("/desk/ballots/<int:ballot_id>/invalidate", methods=["GET", "POST"])
def invalidate_votes(ballot_id: int) -> Page:
    """The requests, and asking for one. Nobody sees a choice here."""
    found = load(ballot_id)
    guard.require(permissions.see_ballots)
    session, form = guard.database(), InvalidationForm()
    batches = [(batch.id, batch.name) for batch in roll.batches(session, found.id)]
    form.offer(batches, queries.voting_organisations(session, found.id))
    if form.is_submitted():
        guard.require(permissions.invalidate_votes, found)
    if form.validate_on_submit() and attempt(form, lambda: _ask(found, form)):
        return back_to(found.id, N_("Somebody else has to agree now."))
    html = render(
        "ballots/invalidate.html",
        ballot=found,
        title=name_of(found),
        form=form,
        requests=queries.asked(session, found.id),
    )
    return html, status_of(form)


def _ask(found: Ballot, form: InvalidationForm) -> None:
    invalidating.ask(
        guard.database(),
        ballot=found,
        target=_target(form),
        reason=form.reason.data,
        by=voice(*COUNTERS),
        now=guard.now(),
    )


def _target(form: InvalidationForm) -> Target:
    """Whose votes are meant. Raises DomainError when an address or a number belongs to nobody."""
    session = guard.database()
    person = code = None
    if form.email.data:
        person = queries.verification_of(session, form.email.data)
        if person is None:
            raise DomainError(NOT_FOUND, field="email")
    if form.number.data is not None:
        code = queries.code_in(session, form.batch.data or 0, form.number.data)
        if code is None:
            raise DomainError(NOT_FOUND, field="number")
    return Target(
        verification_id=person,
        code_id=code,
        batch_id=form.batch.data if code is None else None,
        organisation_id=form.organisation.data,
    )


@bp.post("/desk/ballots/<int:ballot_id>/invalidate/<int:invalidation_id>/<any(agree, refuse):answer>")
def answer_invalidation(ballot_id: int, invalidation_id: int, answer: str) -> Page:
    session = guard.database()
    found = roll.invalidation(session, invalidation_id)
    if found is None or found.ballot_id != ballot_id:
        abort(404)
    guard.require(permissions.answer_invalidation, found)
    need_token()
    agree = answer == "agree"
    invalidating.answer(session, ring=ring(), invalidation=found, agree=agree, by=voice(*COUNTERS), now=guard.now())
    return back_to(ballot_id, N_("The votes are out of the count.") if agree else N_("The votes stay in the count."))


@bp.route("/desk/ballots/<int:ballot_id>/destroy", methods=["GET", "POST"])
def destroy_link(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.destroy_link, found)
    session, form = guard.database(), ActForm()
    if form.validate_on_submit() and attempt(
        form, lambda: certifying.destroy_link(session, ring=ring(), ballot=found, by=voice(), now=guard.now())
    ):
        return back_to(found.id, N_("The link between voters and papers is destroyed."))
    return render("ballots/destroy.html", ballot=found, title=name_of(found), form=form), status_of(form)

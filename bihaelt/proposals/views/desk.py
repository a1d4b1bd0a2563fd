"""The moderators' desk: a queue by due date, one proposal at a time."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.proposals import operations, queries
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.proposals.forms import PlainForm, QuestionForm, ReturnForm, seen_version
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.views.blueprint import bp, neighbours, seen
from bihaelt.rendering import render
from bihaelt.workdays import day_of

Answer = str | Response | tuple[str, int]


@bp.get("/desk/proposals")
def desk() -> str:
    guard.require(permissions.check_proposals)
    session, chain, cursor = guard.database(), i18n.current().chain, request.args.get("cursor")
    waiting = "waiting" in request.args
    page = (queries.waiting if waiting else queries.queue)(session, chain, cursor=cursor)
    return render(
        "proposals/desk.html",
        page=page,
        paging=neighbours(page, "proposals.desk", waiting="yes" if waiting else None),
        waiting=waiting,
        today=day_of(guard.now(), CITY_ZONE),
    )


@bp.get("/desk/proposals/next")
def desk_next() -> Response:
    """The proposal that is to be checked next."""
    guard.require(permissions.check_proposals)
    session = guard.database()
    after = request.args.get("after", type=int)
    proposal = queries.proposal(session, after) if after is not None and 0 < after < 2**31 else None
    number = queries.next_in_queue(session, proposal)
    if number is None:
        guard.say("info", N_("Everything is checked."))
        return redirect(url_for("proposals.desk"), 303)
    return redirect(url_for("proposals.check", proposal_id=number), 303)


@bp.get("/desk/proposals/<int:proposal_id>")
def check(proposal_id: int) -> str:
    guard.require(permissions.check_proposals)
    return _page(seen(proposal_id))


@bp.post("/desk/proposals/<int:proposal_id>/publish")
def publish(proposal_id: int) -> Answer:
    proposal, form = seen(proposal_id), PlainForm()
    guard.require(permissions.check_proposal, proposal)
    if not form.validate_on_submit():
        return _page(proposal, plain=form), 422
    operations.publish(guard.database(), proposal=proposal, by=_voice(), now=guard.now(), seen=seen_version())
    guard.say("success", N_("The proposal is published."))
    return _next(proposal)


@bp.post("/desk/proposals/<int:proposal_id>/ask")
def ask(proposal_id: int) -> Answer:
    proposal, form = seen(proposal_id), QuestionForm()
    guard.require(permissions.check_proposal, proposal)
    if not form.validate_on_submit():
        return _page(proposal, question=form), 422
    operations.ask(
        guard.database(),
        proposal=proposal,
        question=form.question.data,
        by=_voice(),
        now=guard.now(),
        seen=seen_version(),
    )
    guard.say("success", N_("The question is sent to the author."))
    return _next(proposal)


@bp.post("/desk/proposals/<int:proposal_id>/return")
def give_back(proposal_id: int) -> Answer:
    proposal, form = seen(proposal_id), ReturnForm()
    guard.require(permissions.check_proposal, proposal)
    if not form.validate_on_submit():
        return _page(proposal, returning=form), 422
    operations.give_back(
        guard.database(),
        proposal=proposal,
        reason=form.return_reason.data,
        words=form.words.data,
        by=_voice(),
        now=guard.now(),
        seen=seen_version(),
    )
    guard.say("success", N_("The proposal is returned to its author."))
    return _next(proposal)


def _voice() -> Voice:
    return guard.signed_in().as_role(Role.MODERATOR)


def _next(proposal: Proposal) -> Response:
    return redirect(url_for("proposals.desk_next"), 303)


def _page(proposal: Proposal, *, plain: Any = None, question: Any = None, returning: Any = None) -> str:
    session, chain = guard.database(), i18n.current().chain
    facts = queries.facts(session, proposal, chain)
    return render(
        "proposals/check.html",
        proposal=proposal,
        facts=facts,
        original=queries.facts(session, proposal, chain, original=True).words if not facts.words.is_original else None,
        version=queries.current_original(session, proposal).id,
        questions=queries.questions(session, proposal.id),
        plain=plain or PlainForm(),
        question=question or QuestionForm(),
        returning=returning or ReturnForm(),
        today=day_of(guard.now(), CITY_ZONE),
    )

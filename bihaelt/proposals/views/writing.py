"""What authors do: write, look it over, hand in, change, answer, withdraw; and what became of it."""

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.conferences.models import Conference
from bihaelt.conferences.queries import collecting, current
from bihaelt.marks import N_
from bihaelt.organisations.forms import chosen_voice
from bihaelt.proposals import operations, queries
from bihaelt.proposals.domain import State
from bihaelt.proposals.forms import AnswerForm, PlainForm, ProposalForm, values_of
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.views.blueprint import bp, neighbours, seen
from bihaelt.rendering import render
from bihaelt.search.queries import similar
from bihaelt.verdicts import ALLOWED, DomainError, Verdict

Answer = str | Response | tuple[str, int]


def call() -> tuple[Conference | None, datetime | None]:
    """The conference that collects now; else when the next call opens."""
    session, now = guard.database(), guard.now()
    found = collecting(session, now)
    return found, None if found else queries.next_call(session, now)


@bp.route("/proposals/new", methods=["GET", "POST"])
def new() -> Answer:
    guard.require(permissions.write_proposal)
    session, (conference, opens) = guard.database(), call()
    written_for = conference or current(session, guard.now())
    if written_for is None:
        return render("proposals/no_conference.html"), 409
    choices = queries.choices(session, i18n.current().chain, conference_id=written_for.id)
    form = ProposalForm(guard.signed_in(), choices, language=i18n.current().babel)
    if form.validate_on_submit():
        proposal = operations.write(
            session,
            sheet=form.sheet(),
            conference=written_for,
            by=chosen_voice(form),
            now=guard.now(),
            nonce=guard.nonce(),
        )
        return _onwards(proposal, form)
    page = render("proposals/form.html", form=form, proposal=None, conference=conference, opens=opens)
    return page, 422 if form.is_submitted() else 200


@bp.route("/proposals/<int:proposal_id>/edit", methods=["GET", "POST"])
def edit(proposal_id: int) -> Answer:
    proposal = seen(proposal_id)
    guard.require(permissions.edit_proposal, proposal)
    session, (conference, opens) = guard.database(), call()
    sheet = queries.sheet(session, proposal)
    choices = queries.choices(
        session, i18n.current().chain, conference_id=proposal.conference_id, cluster_id=proposal.cluster_id
    )
    form = ProposalForm(guard.signed_in(), choices, proposal, **values_of(sheet), acting_for=proposal.organisation_id)
    if form.validate_on_submit():
        try:
            operations.change(
                session,
                proposal=proposal,
                sheet=form.sheet(sheet.language),
                by=_voice(proposal, form),
                now=guard.now(),
                reason=form.reason.data or "" if form.reason else "",
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _onwards(proposal, form)
    page = render("proposals/form.html", form=form, proposal=proposal, conference=conference, opens=opens)
    return page, 422 if form.is_submitted() else 200


def _voice(proposal: Proposal, form: Any) -> Any:
    """A draft may still change its voice; afterwards an organisation's proposal is changed in its name."""
    if form.acting_for is not None:
        return chosen_voice(form)
    return guard.voice_for(proposal.organisation_id)


def _onwards(proposal: Proposal, form: ProposalForm) -> Response:
    if proposal.state is not State.DRAFT:
        guard.say("success", N_("Your changes are saved."))
        return redirect(url_for("proposals.show", proposal_id=proposal.id), 303)
    if form.is_draft():
        guard.say("success", N_("Your draft is saved. Only you can see it."))
        return redirect(url_for("proposals.edit", proposal_id=proposal.id), 303)
    return redirect(url_for("proposals.preview", proposal_id=proposal.id), 303)


@bp.get("/proposals/<int:proposal_id>/preview")
def preview(proposal_id: int) -> str:
    proposal = seen(proposal_id)
    guard.require(permissions.edit_proposal, proposal)
    conference, opens = call()
    return _preview(proposal, permissions.submit_proposal(guard.actor(), (proposal, conference, opens), guard.now()))


@bp.post("/proposals/<int:proposal_id>/submit")
def submit(proposal_id: int) -> Answer:
    proposal, form, (conference, opens) = seen(proposal_id), PlainForm(), call()
    guard.require(permissions.submit_proposal, (proposal, conference, opens))
    if not form.validate_on_submit():
        return _preview(proposal, ALLOWED, form), 422
    try:
        operations.submit(
            guard.database(),
            proposal=proposal,
            conference=conference or proposal.conference,
            by=guard.voice_for(proposal.organisation_id),
            now=guard.now(),
        )
    except DomainError as error:
        form.refuse(error)
        return _preview(proposal, ALLOWED, form), 422
    guard.say("success", N_("Thank you. Your proposal is submitted and will be checked within 10 working days."))
    return redirect(url_for("proposals.mine"), 303)


def _preview(proposal: Proposal, verdict: Verdict, form: PlainForm | None = None) -> str:
    session, chain = guard.database(), i18n.current().chain
    facts = queries.facts(session, proposal, chain, original=True)
    return render(
        "proposals/preview.html",
        form=form or PlainForm(),
        proposal=proposal,
        facts=facts,
        similar=similar(session, facts.words.title, facts.words.body, chain, but=proposal.text_id),
        verdict=verdict,
    )


@bp.route("/proposals/<int:proposal_id>/answer", methods=["GET", "POST"])
def answer(proposal_id: int) -> Answer:
    proposal = seen(proposal_id)
    guard.require(permissions.answer_question, proposal)
    session, form = guard.database(), AnswerForm()
    if form.validate_on_submit():
        voice = guard.voice_for(proposal.organisation_id)
        operations.answer(session, proposal=proposal, answer=form.answer.data, by=voice, now=guard.now())
        guard.say("success", N_("Thank you. Your answer is sent, and the check goes on."))
        return redirect(url_for("proposals.mine"), 303)
    page = render(
        "proposals/answer.html",
        form=form,
        proposal=proposal,
        facts=queries.facts(session, proposal, i18n.current().chain, original=True),
        questions=queries.questions(session, proposal.id),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/proposals/<int:proposal_id>/withdraw", methods=["GET", "POST"])
def withdraw(proposal_id: int) -> Answer:
    proposal = seen(proposal_id)
    guard.require(permissions.withdraw_proposal, proposal)
    session, form = guard.database(), PlainForm()
    if form.validate_on_submit():
        was_draft = proposal.state is State.DRAFT
        voice = guard.voice_for(proposal.organisation_id)
        operations.withdraw(session, proposal=proposal, by=voice, now=guard.now())
        guard.say("success", N_("Your draft is deleted.") if was_draft else N_("Your proposal is withdrawn."))
        return redirect(url_for("proposals.mine"), 303)
    facts = queries.facts(session, proposal, i18n.current().chain, original=True)
    page = render("proposals/withdraw.html", form=form, proposal=proposal, facts=facts)
    return page, 422 if form.is_submitted() else 200


@bp.get("/proposals/mine")
def mine() -> str:
    guard.require(permissions.signed_in)
    person = guard.signed_in()
    page = queries.own(
        guard.database(),
        i18n.current().chain,
        account_id=person.id,
        organisation_ids=[seat.organisation_id for seat in person.seats],
        cursor=request.args.get("cursor"),
    )
    return render("proposals/mine.html", page=page, paging=neighbours(page, "proposals.mine"))

"""The desk: answers that nobody outside sees yet."""

from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.conferences import queries as conferences
from bihaelt.decisions import operations, queries
from bihaelt.decisions.domain import against_order, against_vote
from bihaelt.decisions.forms import DecisionForm, DeskFilter, PublishForm, SendBackForm, TranslationForm
from bihaelt.decisions.models import Decision
from bihaelt.decisions.views.blueprint import bp
from bihaelt.i18n import BY_URL
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.proposals.models import Proposal
from bihaelt.rendering import render
from bihaelt.texts.queries import languages_of, shown
from bihaelt.topics import queries as topics
from bihaelt.verdicts import DomainError
from bihaelt.votes.queries import ballots, booth, results

RELOAD = N_("Please go back, reload the page and try again.")


@bp.get("/desk/decisions")
def conferences_to_decide() -> str:
    guard.require(permissions.see_decisions)
    session, chain = guard.database(), i18n.current().chain
    found = conferences.overview(session, chain, guard.now())
    return render("decisions/conferences.html", conferences=found)


@bp.get("/desk/decisions/<int:conference_id>")
def desk(conference_id: int) -> str:
    session, chain = guard.database(), i18n.current().chain
    conference = conferences.conference(session, conference_id) or abort(404)
    guard.require(permissions.see_decisions, conference)
    clusters = {topic.id: topic for topic in topics.clusters(session, chain)}
    filters = DeskFilter([(topic.id, topic.name.title) for topic in clusters.values()])
    chosen = {"cluster": filters.chosen().get("cluster"), "state": filters.chosen().get("state")}
    cursor = Cursor.decode(request.args.get("after"), (int, int))
    page = queries.desk(
        session, conference.id, chain, cluster_id=chosen["cluster"], state=chosen["state"], cursor=cursor
    )
    ranked = queries.ranking(session, conference.id)
    return render(
        "decisions/desk.html",
        conference=conference,
        conference_title=conferences.titles(session, [conference.id], chain)[conference.id],
        clusters=clusters,
        filters=filters,
        page=page,
        against=against_order(ranked),
        won={row.proposal_id: row.won for row in ranked if row.won is not None},
        against_vote={row.proposal_id: against_vote(row.won, row.outcome) for row in ranked},
        waiting=queries.unready(session, conference.id),
        newer_url=_page_url(conference.id, chosen, page.newer),
        older_url=_page_url(conference.id, chosen, page.older),
    )


def _page_url(conference_id: int, chosen: dict[str, Any], after: str | None) -> str | None:
    return url_for("decisions.desk", conference_id=conference_id, after=after, **chosen) if after else None


@bp.post("/desk/decisions/<int:conference_id>/publish")
def publish(conference_id: int) -> Response:
    session = guard.database()
    conference = conferences.conference(session, conference_id) or abort(404)
    guard.require(permissions.publish_decisions, conference)
    _need_token()
    by = _voice(Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)
    number = operations.publish_all(session, conference=conference, by=by, now=guard.now())
    guard.say("success", N_("Published decisions: %(number)s. Authors and supporters get a letter."), number=number)
    return redirect(url_for("decisions.index", conference_id=conference.id), 303)


@bp.get("/desk/decisions/proposal/<int:proposal_id>")
def review(proposal_id: int) -> str:
    guard.require(permissions.see_decisions)
    return _review_page(_proposal(proposal_id), SendBackForm())


def _review_page(proposal: Proposal, form: SendBackForm) -> str:
    session, chain = guard.database(), i18n.current().chain
    decision = queries.decision_on(session, proposal)
    text_ids = [proposal.text_id, decision.text_id if decision else None]
    target = decision.merged_into if decision else None
    texts = shown(session, [*text_ids, target.text_id if target else None], chain)
    german = shown(session, [decision.text_id], ["de"]) if decision else {}
    return render(
        "decisions/review.html",
        proposal=proposal,
        title=texts[proposal.text_id],
        decision=decision,
        text=german[decision.text_id] if decision else None,
        merged_into=texts[target.text_id] if target else None,
        versions=languages_of(session, decision.text_id) if decision else [],
        untold=operations.untold(session, decision) if decision else None,
        history=journal.entries(session, "decision", decision.id, private=True) if decision else [],
        form=form,
        **_vote(proposal),
    )


@bp.route("/desk/decisions/proposal/<int:proposal_id>/answer", methods=["GET", "POST"])
def prepare(proposal_id: int) -> Any:
    proposal = _proposal(proposal_id)
    guard.require(permissions.prepare_decision, proposal)
    session, chain = guard.database(), i18n.current().chain
    decision = queries.decision_on(session, proposal)
    text = shown(session, [decision.text_id], ["de"])[decision.text_id] if decision else None
    form = DecisionForm.of(decision, text)
    targets = [(number, title.title) for number, title in queries.merge_targets(session, proposal, chain)]
    form.offer(targets, list(queries.services(session)))
    if form.validate_on_submit():
        try:
            by = _voice(*permissions.decisions.PREPARERS)
            operations.prepare(session, proposal=proposal, draft=form.draft(), by=by, now=guard.now())
            guard.say("success", N_("The decision is prepared. Somebody else checks it next."))
            return redirect(url_for("decisions.review", proposal_id=proposal.id), 303)
        except DomainError as error:
            form.refuse(error)
    title = shown(session, [proposal.text_id], chain)[proposal.text_id]
    page = render("decisions/prepare.html", proposal=proposal, title=title, form=form, **_vote(proposal))
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/decisions/<int:decision_id>/translation/<string:language>", methods=["GET", "POST"])
def translate(decision_id: int, language: str) -> Any:
    decision = _decision(decision_id)
    guard.require(permissions.prepare_decision, decision.proposal)
    session = guard.database()
    target = BY_URL.get(language) or abort(404)
    if target.babel == "de":
        abort(404)
    original = shown(session, [decision.text_id], ["de"])[decision.text_id]
    there = shown(session, [decision.text_id], [target.babel])[decision.text_id]
    form = TranslationForm(plain=there.body, **there.extra) if there.language == target.babel else TranslationForm()
    form.trim(original)
    if form.validate_on_submit():
        by = _voice(*permissions.decisions.PREPARERS)
        operations.translate(
            session, decision=decision, language=target.babel, words=form.words(), status=form.status.data,
            by=by, now=guard.now(),
        )  # fmt: skip
        guard.say("success", N_("The translation is saved."))
        return redirect(url_for("decisions.review", proposal_id=decision.proposal_id), 303)
    page = render("decisions/translate.html", decision=decision, target=target, original=original, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/desk/decisions/<int:decision_id>/check")
def check(decision_id: int) -> Response:
    decision = _decision(decision_id)
    guard.require(permissions.check_decision, decision)
    _need_token()
    by = _voice(*permissions.decisions.CHECKERS)
    operations.check(guard.database(), decision=decision, by=by, now=guard.now())
    guard.say("success", N_("The decision is checked."))
    return redirect(url_for("decisions.desk", conference_id=decision.conference_id), 303)


@bp.post("/desk/decisions/<int:decision_id>/send-back")
def send_back(decision_id: int) -> Any:
    decision = _decision(decision_id)
    guard.require(permissions.send_back_decision, decision)
    form = SendBackForm()
    if form.validate_on_submit():
        by = _voice(*permissions.decisions.CHECKERS)
        operations.send_back(guard.database(), decision=decision, reason=form.reason.data, by=by, now=guard.now())
        guard.say("success", N_("The decision goes back to those who prepared it."))
        return redirect(url_for("decisions.review", proposal_id=decision.proposal_id), 303)
    return _review_page(decision.proposal, form), 422


def _vote(proposal: Proposal) -> dict[str, Any]:
    """What the vote said of a proposal, with the figures of the count."""
    session = guard.database()
    voted = results.voted(session, proposal.conference_id).get(proposal.id)
    ballot = ballots.ballot(session, voted.ballot_id) if voted else None
    if voted is None or ballot is None:
        return {"voted": None, "vote_options": {}}
    asked = booth.asked(session, ballot, i18n.current().chain)
    options = {
        option.key: option for question in asked if question.id == voted.question_id for option in question.options
    }
    return {"voted": voted, "vote_options": options}


def _proposal(proposal_id: int) -> Proposal:
    return queries.proposal(guard.database(), proposal_id) or abort(404)


def _decision(decision_id: int) -> Decision:
    return queries.decision(guard.database(), decision_id) or abort(404)


def _voice(*roles: Role) -> Voice:
    return guard.signed_in().as_role(*roles)


def _need_token() -> None:
    if not PublishForm().validate_on_submit():
        abort(422, description=RELOAD)

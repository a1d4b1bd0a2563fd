"""What everybody reads: the list, the feed, a proposal with its story, its versions."""

from collections.abc import Mapping
from typing import Any

from flask import abort, make_response, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.comments.forms import CommentForm
from bihaelt.comments.queries import discussion
from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.conferences.queries import collecting
from bihaelt.decisions.queries import answer_to
from bihaelt.measures.queries import measures_from
from bihaelt.memo import kept
from bihaelt.organisations.queries import names as organisation_names
from bihaelt.proposals import queries
from bihaelt.proposals.domain import PUBLIC, TAKEN, Order, Outcome, State, way
from bihaelt.proposals.domain.diff import word_diff
from bihaelt.proposals.domain.words import plain
from bihaelt.proposals.forms import Pairs, count_in_words, filters_of, menus, read_filters, read_order, removable
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.views.blueprint import bp, neighbours, seen
from bihaelt.rendering import render
from bihaelt.search.queries import matching, similar
from bihaelt.votes.queries import standing
from bihaelt.votes.queries.results import voted
from bihaelt.workdays import last_day_of

NOTHING_FOUND = "", 204, {"Content-Type": "text/plain"}


@bp.get("/proposals")
def index() -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    chosen, order = read_filters(request.args), read_order(request.args)
    words = chosen.get("q", "")
    filters = filters_of(chosen, matching(session, words) if words else None)
    page = queries.rows(session, chain, filters, order=order, cursor=request.args.get("cursor"))
    given = chosen if order is Order.NEWEST else {**chosen, "order": order.value}
    conference = collecting(session, guard.now())
    return render(
        "proposals/index.html",
        page=page,
        paging=neighbours(page, "proposals.index", **given),
        order=order,
        conference=conference,
        closes=last_day_of(conference.call_closes, i18n.zone()) if conference else None,
        count=count_in_words(queries.count_up_to(session, filters) if chosen else None),
        given=given,
        **_filtering(chosen, given, order),
    )


def _filtering(chosen: Mapping[str, Any], given: Mapping[str, Any], order: Order) -> dict[str, Any]:
    """The filter form and the chips. Without a filter the form is the same for everybody and kept for a while."""
    language = i18n.current()
    if not given:
        return {"chips": [], "filter_form": kept(("proposals", language.babel), lambda: _filter_form({}, order)[0])}
    form, rows = _filter_form(given, order)
    return {"chips": removable(chosen, rows), "filter_form": form}


def _filter_form(given: Mapping[str, Any], order: Order) -> tuple[Markup, dict[str, Pairs]]:
    session, chain = guard.database(), i18n.current().chain
    choices = kept(("choices", chain), lambda: queries.choices(session, chain))
    rows = {"conference": choices.conferences, "cluster": choices.clusters, "field": choices.fields,
            "target_group": choices.target_groups, "district": choices.districts, **menus()}  # fmt: skip
    if "organisation" in given:
        rows["organisation"] = list(organisation_names(session, [given["organisation"]]).items())
    html = render("proposals/_filters.html", rows=rows, given=given, order=order)
    return Markup(html), rows  # noqa: S704  drawn by our own template, which escapes what it is given


@bp.get("/proposals/feed.xml")
def feed() -> Response:
    guard.require(permissions.public)
    rows = queries.newest(guard.database(), i18n.current().chain)
    answer = make_response(render("proposals/feed.xml", rows=rows, plain=plain))
    answer.mimetype = "application/atom+xml"
    return answer


@bp.get("/proposals/similar")
def hints() -> Any:
    """A piece of a page for the form, while somebody types: public proposals like theirs, or nothing."""
    guard.require(permissions.signed_in)
    title = request.args.get("title", "") or request.args.get("q", "")
    found = similar(guard.database(), title, request.args.get("text", ""), i18n.current().chain)
    if not found:
        return NOTHING_FOUND
    return render("proposals/_similar.html", similar=found), 200, {"X-Fragment": "1"}


@bp.get("/proposals/<int:proposal_id>")
def show(proposal_id: int) -> str:
    proposal = seen(proposal_id)
    guard.require(permissions.see_proposal, proposal)
    session, chain = guard.database(), i18n.current().chain
    original = "original" in request.args
    return render(
        "proposals/show.html",
        proposal=proposal,
        facts=queries.facts(session, proposal, chain, original=original),
        original=original,
        **(story(proposal) if proposal.state in PUBLIC else workshop(proposal)),
    )


def story(proposal: Proposal) -> dict[str, Any]:
    """What the later chapters know of a public proposal; only asked for where there can be something."""
    session, chain, person = guard.database(), i18n.current().chain, guard.actor()
    decided = proposal.state is State.DECIDED
    seats = person.seats if person else ()
    may_be_taken = proposal.outcome in TAKEN or proposal.outcome is Outcome.MERGED
    taken = tuple(measures_from(session, proposal.id, chain)) if may_be_taken else ()
    phase = phase_at(proposal.conference, guard.now())
    deciding = phase in (Phase.VOTING, Phase.DECIDING, Phase.REPORTING, Phase.DONE)
    conference_id = proposal.conference_id
    votes = kept(("voted", conference_id), lambda: voted(session, conference_id)) if deciding else {}
    return {
        "answer": answer_to(session, proposal.id, chain) if decided else None,
        "voted": votes.get(proposal.id),
        "taken": taken,
        "way": tuple(way(proposal.state, proposal.outcome, is_deciding=deciding, has_measure=bool(taken)).items()),
        "standing": standing(
            session,
            proposal.id,
            proposal.conference_id,
            person.id if person else None,
            [seat.organisation_id for seat in seats],
        ),
        "discussion": discussion(session, proposal.id, chain),
        "comment_form": CommentForm(person) if permissions.comment(person, proposal, guard.now()) else None,
        "statement_form": None,
        "questions": [],
    }


def workshop(proposal: Proposal) -> dict[str, Any]:
    """What its author and the moderators see of a proposal that is not public."""
    return {
        "answer": None,
        "voted": None,
        "taken": (),
        "way": tuple(way(proposal.state, None, is_deciding=False, has_measure=False).items()),
        "standing": None,
        "discussion": None,
        "questions": queries.questions(guard.database(), proposal.id),
    }


@bp.get("/proposals/<int:proposal_id>/changes")
def changes(proposal_id: int) -> str:
    proposal = seen(proposal_id)
    guard.require(permissions.see_proposal, proposal)
    session, private = guard.database(), _sees_all(proposal)
    return render(
        "proposals/changes.html",
        proposal=proposal,
        facts=queries.facts(session, proposal, i18n.current().chain),
        changes=queries.changes(session, proposal, private=private),
    )


@bp.get("/proposals/<int:proposal_id>/changes/<int:number>")
def change(proposal_id: int, number: int) -> str:
    proposal = seen(proposal_id)
    guard.require(permissions.see_proposal, proposal)
    pair = queries.change(guard.database(), proposal, number, private=_sees_all(proposal)) or abort(404)
    old, new = pair
    return render(
        "proposals/change.html",
        proposal=proposal,
        new=new,
        title=word_diff(old.title, new.title),
        body=word_diff(old.body, new.body),
        need=word_diff(old.extra.get("need", ""), new.extra.get("need", "")),
        gender=word_diff(old.extra.get("gender", ""), new.extra.get("gender", "")),
        back=url_for("proposals.changes", proposal_id=proposal.id),
    )


def _sees_all(proposal: Proposal) -> bool:
    return bool(permissions.see_earlier_versions(guard.actor(), proposal, guard.now()))

"""The desk of votes: set up a draft, look at it as voters will, open it. What happens afterwards is in ``life``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, current_app, g, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.conferences import queries as conferences
from bihaelt.conferences.models import Conference
from bihaelt.forms import BaseForm
from bihaelt.i18n import current
from bihaelt.journal.domain import Voice
from bihaelt.journal.queries import entries
from bihaelt.marks import N_
from bihaelt.money.queries import sums
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.queries import clusters
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.forms.setup import ActForm, OpenForm, SettingsForm, default_settings, setup_form, values_of
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import ballots as operations
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import booth
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan
from bihaelt.votes.queries.log import witnesses
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import ring

ROLES = permissions.ballots.ARRANGERS
Page = str | tuple[str, int] | Response


def voice(*roles: Role) -> Voice:
    return guard.signed_in().as_role(*(roles or ROLES))


def load(ballot_id: int) -> Ballot:
    return queries.ballot(guard.database(), ballot_id) or abort(404)


def name_of(ballot: Ballot) -> Shown:
    """The conference's title, which is the ballot's as well."""
    found = conferences.titles(guard.database(), [ballot.conference_id], current().chain)
    return found[ballot.conference_id]


def attempt(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Whether ``act`` went through; a refusal is shown in the form."""
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def status_of(form: BaseForm) -> int:
    return 422 if form.is_submitted() else 200


def back_to(ballot_id: int, message: str) -> Response:
    guard.say("success", message)
    return redirect(url_for("votes.arrange_ballot", ballot_id=ballot_id), 303)


@bp.get("/desk/ballots")
def ballots_desk() -> str:
    guard.require(permissions.see_ballots)
    session, chain = guard.database(), current().chain
    found = queries.ballots(session)
    taken = {ballot.conference_id for ballot in found if ballot.state is not BallotState.CANCELLED}
    overview = conferences.overview(session, chain, guard.now())
    return render(
        "ballots/desk.html",
        ballots=found,
        titles={row.conference.id: row.title for row in overview},
        free=[row for row in overview if row.conference.id not in taken and guard.now() < row.conference.vote_closes],
    )


@bp.route("/desk/ballots/conference/<int:conference_id>", methods=["GET", "POST"])
def new_ballot(conference_id: int) -> Page:
    guard.require(permissions.arrange_ballots)
    session = guard.database()
    conference = conferences.conference(session, conference_id) or abort(404)
    proposed = _proposed(conference)
    usual = default_settings(conference.vote_opens, conference.vote_closes)
    form = _form(proposed, values_of(usual, proposed))
    made: list[Ballot] = []
    if form.validate_on_submit() and attempt(form, lambda: made.append(_set_up(conference, form, proposed))):
        return back_to(made[0].id, N_("The draft has been saved."))
    return _setup_page(form, conference, proposed), status_of(form)


def _set_up(conference: Conference, form: SettingsForm, proposed: Sequence[QuestionPlan]) -> Ballot:
    return operations.set_up(
        guard.database(), conference=conference, settings=form.settings(), questions=form.plans(proposed), by=voice(),
        now=guard.now(), nonce=g.nonce,
    )  # fmt: skip


def _proposed(conference: Conference) -> Sequence[QuestionPlan]:
    """What may be put to the vote, with the budgets of the action plan for the year of the decisions."""
    session = guard.database()
    budgets = {row.id: int(row.budget or 0) // 100 for row in sums(session, conference.decision_by.year)}
    return queries.proposed_questions(session, conference, budgets)


def _titles(proposed: Sequence[QuestionPlan]) -> Mapping[int, Shown]:
    """The titles of proposals by their number."""
    session = guard.database()
    numbers = [option.proposal_id for plan in proposed for option in plan.options]
    texts = queries.text_ids(session, numbers)
    words = shown(session, texts.values(), current().chain)
    return {number: words[text_id] for number, text_id in texts.items()}


def _form(proposed: Sequence[QuestionPlan], values: Mapping[str, Any]) -> SettingsForm:
    return setup_form(proposed, _titles(proposed), values)


def _setup_page(form: SettingsForm, conference: Conference, proposed: Sequence[QuestionPlan], **more: Any) -> str:
    session, chain = guard.database(), current().chain
    return render(
        "ballots/setup.html",
        form=form,
        conference=conference,
        title=conferences.titles(session, [conference.id], chain)[conference.id],
        proposed=proposed,
        names={topic.id: topic.name for topic in clusters(session, chain)},
        witnesses=witnesses(session),
        ballot=more.get("ballot"),
    )


@bp.get("/desk/ballots/<int:ballot_id>")
def arrange_ballot(ballot_id: int) -> str:
    guard.require(permissions.see_ballots)
    return arrange_page(load(ballot_id))


def arrange_page(found: Ballot, **forms: BaseForm) -> str:
    """The page of one ballot at the desk, with every act that is possible now and the reasons for the others."""
    session = guard.database()
    census = queries.census(session, found) if found.state is BallotState.DRAFT else None
    return render(
        "ballots/arrange.html",
        ballot=found,
        title=name_of(found),
        asked=booth.asked(session, found, current().chain),
        census=census or queries.Census(found.verified_people, found.verified_organisations),
        witnesses=witnesses(session),
        entries=entries(session, "ballot", found.id, private=True),
        **forms,
    )


@bp.route("/desk/ballots/<int:ballot_id>/edit", methods=["GET", "POST"])
def edit_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.edit_ballot, found)
    proposed = _proposed(found.conference)
    asked = [
        QuestionPlan(
            question.cluster_id, question.budget_eur, question.carried_eur,
            tuple(OptionPlan(option.proposal_id, option.cost_eur) for option in question.options),
        )
        for question in queries.questions(guard.database(), found)
    ]  # fmt: skip
    form = _form(proposed, values_of(found.settings, asked))
    if form.validate_on_submit() and attempt(form, lambda: _change(found, form, proposed)):
        return back_to(found.id, N_("The draft has been saved."))
    return _setup_page(form, found.conference, proposed, ballot=found), status_of(form)


def _change(found: Ballot, form: SettingsForm, proposed: Sequence[QuestionPlan]) -> None:
    operations.change(
        guard.database(), ballot=found, settings=form.settings(), questions=form.plans(proposed), by=voice(),
        now=guard.now(),
    )  # fmt: skip


@bp.get("/desk/ballots/<int:ballot_id>/preview")
def preview_ballot(ballot_id: int) -> str:
    """The ballot paper as voters will see it; nothing can be sent from here."""
    guard.require(permissions.see_ballots)
    found = load(ballot_id)
    asked = booth.asked(guard.database(), found, current().chain)
    return render("ballots/preview.html", ballot=found, title=name_of(found), asked=asked)


@bp.post("/desk/ballots/<int:ballot_id>/discard")
def discard_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.edit_ballot, found)
    form = ActForm()
    if not form.validate_on_submit():
        return arrange_page(found), 422
    operations.discard(guard.database(), ballot=found, by=voice(), now=guard.now())
    guard.say("success", N_("The draft has been thrown away."))
    return redirect(url_for("votes.ballots_desk"), 303)


@bp.route("/desk/ballots/<int:ballot_id>/open", methods=["GET", "POST"])
def open_ballot(ballot_id: int) -> Page:
    found = load(ballot_id)
    guard.require(permissions.edit_ballot, found)
    session, form = guard.database(), OpenForm()
    if form.validate_on_submit() and attempt(form, lambda: _open(found)):
        return back_to(found.id, N_("The vote is open. Its log has begun."))
    html = render(
        "ballots/open.html", ballot=found, title=name_of(found), form=form, census=queries.census(session, found),
        asked=booth.asked(session, found, current().chain), witnesses=witnesses(session),
    )  # fmt: skip
    return html, status_of(form)


def _open(found: Ballot) -> None:
    operations.open_ballot(
        guard.database(), ring=ring(), site=current_app.config["PUBLIC_HOST"], ballot=found, by=voice(), now=guard.now()
    )

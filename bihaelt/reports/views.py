"""The report of a conference, the making of the next one, and the proof that nothing was left out."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions, succession
from bihaelt.accounts.domain import Role
from bihaelt.conferences import queries as conferences
from bihaelt.conferences.domain import days_of
from bihaelt.conferences.models import Conference
from bihaelt.i18n import current, local, zone
from bihaelt.marks import N_
from bihaelt.memo import kept
from bihaelt.paging import Cursor, Page
from bihaelt.rendering import render
from bihaelt.reports import queries
from bihaelt.reports.forms import FollowForm, RowFields, follow_form
from bihaelt.topics.models import Cluster
from bihaelt.topics.queries import topics
from bihaelt.verdicts import DomainError
from bihaelt.votes.queries.ballots import ballot_of
from bihaelt.votes.queries.results import WITH_RESULT, outcomes, taking_part

bp = Blueprint("reports", __name__)
ROLES = (Role.PLAN_OWNER, Role.ADMIN)
ROWS = 100  # of each list of the report and the proof
SHOWN = 200  # open proposals with a choice of their own; all further ones follow the common choice


def load(conference_id: int) -> Conference:
    return conferences.conference(guard.database(), conference_id) or abort(404)


def cursor(name: str) -> Cursor | None:
    return Cursor.decode(request.args.get(name), (int,))


def neighbours(name: str, page: Page[Any], endpoint: str, **values: Any) -> dict[str, str | None]:
    newer, older = values | {name: page.newer}, values | {name: page.older}
    return {
        "newer_url": url_for(endpoint, **newer) if page.newer else None,
        "older_url": url_for(endpoint, **older) if page.older else None,
    }


@bp.get("/conferences/<int:conference_id>/report")
def report(conference_id: int) -> str:
    guard.require(permissions.public)
    session, chain, found = guard.database(), current().chain, load(conference_id)
    title, mandate = conferences.words(session, found, chain)
    taken = queries.taken(session, found.id, chain, cursor("taken"), ROWS)
    not_taken = queries.not_taken(session, found.id, chain, cursor("rest"), ROWS)
    return render(
        "reports/report.html",
        conference=found,
        title=title,
        mandate=mandate,
        figures=kept(("figures", found.id), lambda: queries.figures(session, found.id)),
        topics=topics(session, Cluster, chain, all_=True),
        taken=taken.rows,
        not_taken=not_taken.rows,
        taken_paging=neighbours("taken", taken, "reports.report", conference_id=found.id),
        rest_paging=neighbours("rest", not_taken, "reports.report", conference_id=found.id),
        followed_by=queries.followed_by(session, found.id),
        **_vote(found),
    )


def _vote(conference: Conference) -> dict[str, Any]:
    """The vote of a conference in its report: who took part, and what was put to it and won."""
    session = guard.database()
    ballot = ballot_of(session, conference.id)
    if ballot is None or ballot.state not in WITH_RESULT:
        return {"ballot": None}
    said = [verdicts for _, verdicts in outcomes(session, ballot).values()]
    return {
        "ballot": ballot,
        "taking": taking_part(session, ballot),
        "ballot_won": sum(len(each.winners) for each in said),
        "ballot_asked": sum(len(each.winners) + len(each.losers) for each in said),
    }


@bp.get("/conferences/<int:conference_id>/next")
def proof(conference_id: int) -> str:
    guard.require(permissions.public)
    session, chain, found = guard.database(), current().chain, load(conference_id)
    proven = queries.proof(session, found.id) or abort(404)
    moved = queries.moved(session, found.id, proven.at, chain, cursor("page"), ROWS)
    return render(
        "reports/proof.html",
        conference=found,
        titles=conferences.titles(session, [found.id, proven.next_id], chain),
        proof=proven,
        rows=moved.rows,
        neighbours=neighbours("page", moved, "reports.proof", conference_id=found.id),
    )


@bp.route("/desk/conferences/<int:conference_id>/next", methods=["GET", "POST"])
def follow(conference_id: int) -> str | tuple[str, int] | Response:
    found = load(conference_id)
    guard.require(permissions.follow_conference, found)
    session, now, chain = guard.database(), guard.now(), current().chain
    if queries.followed_by(session, found.id) is not None:
        return redirect(url_for("reports.proof", conference_id=found.id), 303 if request.method == "POST" else 302)
    form, rows = follow_form(queries.open_rows(session, found.id, chain, SHOWN), local(now).date())
    if form.validate_on_submit() and _followed(found, form, rows):
        guard.say("success", N_("All open proposals went their way. None was left out."))
        return redirect(url_for("reports.proof", conference_id=found.id), 303)
    title, _ = conferences.words(session, found, chain)
    later = conferences.next_in_series(session, found, now)
    days, held_on = (days_of(later, zone()), later.held_on) if later else succession.suggested(found, zone(), now)
    counts, status = queries.open_counts(session, found.id), 422 if form.is_submitted() else 200
    return render(
        "reports/follow.html", form=form, rows=rows, conference=found, title=title, days=days, held_on=held_on,
        before=days_of(found, zone()), counts=counts, later=later,
    ), status  # fmt: skip


def _followed(conference: Conference, form: FollowForm, rows: Sequence[RowFields]) -> bool:
    try:
        succession.follow(
            guard.database(), conference=conference, plan=form.plan(rows, current().babel), zone=zone(),
            by=guard.signed_in().as_role(*ROLES), now=guard.now(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return False
    return True

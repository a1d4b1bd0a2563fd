"""Conferences for everybody: the mandate first."""

from flask import abort

from bihaelt import guard, permissions
from bihaelt.conferences import queries
from bihaelt.conferences.domain import Access, days_left, phase_at, phase_line
from bihaelt.conferences.views.blueprint import bp
from bihaelt.i18n import current, zone
from bihaelt.memo import kept
from bihaelt.rendering import render
from bihaelt.reports.queries import cluster_counts, figures, followed_by
from bihaelt.topics.queries import clusters
from bihaelt.votes.queries.ballots import ballot_of


@bp.get("/conferences")
def index() -> str:
    guard.require(permissions.public)
    return render("conferences/index.html", rows=queries.overview(guard.database(), current().chain, guard.now()))


@bp.get("/conferences/<int:conference_id>")
def show(conference_id: int) -> str:
    guard.require(permissions.public)
    session, now, chain = guard.database(), guard.now(), current().chain
    found = queries.conference(session, conference_id) or abort(404)
    title, mandate = queries.words(session, found, chain)
    asked = queries.cluster_ids(session, found.id)
    return render(
        "conferences/show.html",
        conference=found,
        title=title,
        mandate=mandate,
        phase=phase_at(found, now),
        steps=phase_line(found, now, zone()),
        left=days_left(found, now, zone()),
        agenda=queries.agenda(session, found.id, chain),
        access=Access.read(found.access),
        clusters=[topic for topic in clusters(session, chain) if topic.id in asked],
        counts=kept(("clusters", found.id), lambda: cluster_counts(session, found.id)),
        figures=kept(("figures", found.id), lambda: figures(session, found.id)) if found.decided_at else None,
        followed_by=followed_by(session, found.id),
        ballot=ballot_of(session, found.id),
    )

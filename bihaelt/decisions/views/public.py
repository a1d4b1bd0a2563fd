"""What everybody reads: the published decisions of a conference."""

from flask import abort, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.conferences import queries as conferences
from bihaelt.decisions import queries
from bihaelt.decisions.forms import ListFilter
from bihaelt.decisions.views.blueprint import bp
from bihaelt.paging import Cursor
from bihaelt.rendering import render


@bp.get("/decisions/<int:conference_id>")
def index(conference_id: int) -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    conference = conferences.conference(session, conference_id) or abort(404)
    filters = ListFilter()
    outcome = filters.chosen().get("outcome")
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.published(session, conference.id, chain, outcome=outcome, cursor=cursor)

    def address(after: str | None) -> str | None:
        return url_for("decisions.index", conference_id=conference.id, outcome=outcome, after=after) if after else None

    return render(
        "decisions/index.html",
        conference=conference,
        conference_title=conferences.titles(session, [conference.id], chain)[conference.id],
        counts=queries.outcomes(session, conference.id),
        filters=filters,
        outcome=outcome,
        page=page,
        newer_url=address(page.newer),
        older_url=address(page.older),
    )

"""The blueprint of topics, and what its pages share."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, request, url_for

from bihaelt import guard, i18n
from bihaelt.organisations.models import WorkingGroup
from bihaelt.plan.queries.belonging import Of, measures_of, sums_of
from bihaelt.topics import queries
from bihaelt.topics.models import Meeting

bp = Blueprint("topics", __name__)


def today() -> date:
    return i18n.local(guard.now()).date()


def chain() -> tuple[str, ...]:
    return i18n.current().chain


def belonging(of: Of, whose: int, **address: Any) -> dict[str, Any]:
    """The measures of something, for topics/_measures.html: a page of rows, its neighbours, and their sums.

    ``address`` are the values of this page's own address. Three statements, two without measures.
    """
    session = guard.database()
    page = measures_of(session, of, whose, chain(), cursor=request.args.get("after"))
    here = request.endpoint or ""
    return {
        "measures": page.rows,
        "sums": sums_of(session, of, whose),
        "newer_url": url_for(here, after=page.newer, _anchor="measures", **address) if page.newer else None,
        "older_url": url_for(here, after=page.older, _anchor="measures", **address) if page.older else None,
    }


def group_or_404(group_id: int) -> WorkingGroup:
    return queries.working_group(guard.database(), group_id) or abort(404)


def meeting_or_404(group_id: int, meeting_id: int) -> Meeting:
    return queries.meeting(guard.database(), group_id, meeting_id) or abort(404)

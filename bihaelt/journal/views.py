"""The public journal: all official acts, and those on one object."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import gettext
from bihaelt.journal import queries
from bihaelt.journal.domain import SUBJECTS, subject_label
from bihaelt.paging import Cursor
from bihaelt.publicity import NAMED, names
from bihaelt.rendering import render

bp = Blueprint("journal", __name__)

# Objects that have a public page of their own: its endpoint and the name of the number in its address.
PAGES = {
    "proposal": ("proposals.show", "proposal_id"),
    "decision": ("proposals.show", "proposal_id"),
    "measure": ("measures.show", "measure_id"),
    "goal": ("goals.show", "goal_id"),
    "indicator": ("goals.indicator", "indicator_id"),
    "conference": ("conferences.show", "conference_id"),
    "organisation": ("organisations.show", "organisation_id"),
    "ballot": ("votes.ballot", "ballot_id"),
    "council_paper": ("documents.paper", "paper_id"),
    "cluster": ("topics.cluster", "cluster_id"),
    "field": ("topics.field", "field_id"),
    "district": ("topics.district", "district_id"),
    "office": ("topics.office", "office_id"),
    "working_group": ("topics.group", "group_id"),
    "regular_service": ("topics.service", "service_id"),
}


@bp.get("/journal")
def index() -> str:
    guard.require(permissions.public)
    kind = request.args.get("kind")
    kind = kind if kind in SUBJECTS else None
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.page(guard.database(), kind=kind, cursor=cursor)
    subjects = ((entry.subject_kind, entry.subject_id) for entry in page.rows)
    named = names(guard.database(), subjects, i18n.current().chain)
    return render(
        "journal/index.html",
        page=page,
        named=named,
        urls={subject: page_of(subject[0], found.page_id) for subject, found in named.items()},
        newer_url=url_for("journal.index", kind=kind, after=page.newer) if page.newer else None,
        older_url=url_for("journal.index", kind=kind, after=page.older) if page.older else None,
        kinds=SUBJECTS,
        kind=kind,
    )


@bp.get("/journal/<string:kind>/<int:subject_id>")
def show(kind: str, subject_id: int) -> str:
    guard.require(permissions.public)
    if kind not in SUBJECTS or subject_id >= 2**62:
        abort(404)
    entries = queries.entries(guard.database(), kind, subject_id)
    if not entries:
        abort(404)
    named = names(guard.database(), [(kind, subject_id)], i18n.current().chain).get((kind, subject_id))
    return render(
        "journal/show.html",
        named=named,
        entries=entries,
        subject=gettext(subject_label(kind)),
        subject_id=subject_id,
        subject_url=page_of(kind, named.page_id if named else subject_id) if named or kind not in NAMED else None,
    )


def page_of(kind: str, subject_id: int) -> str | None:
    if kind not in PAGES:
        return None
    endpoint, name = PAGES[kind]
    values: dict[str, Any] = {name: subject_id}
    return url_for(endpoint, **values)

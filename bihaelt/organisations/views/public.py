"""What everybody reads: the list of organisations, and the page of each."""

from typing import Any

from flask import request, url_for

from bihaelt import guard, permissions
from bihaelt.comments import queries as comments
from bihaelt.i18n import current, gettext
from bihaelt.journal import queries as journal
from bihaelt.marks import label_of
from bihaelt.organisations import queries
from bihaelt.organisations.domain import Kind
from bihaelt.organisations.forms import ListForm
from bihaelt.organisations.views.blueprint import bp, found, today
from bihaelt.plan.queries.belonging import Of, measures_of, sums_of
from bihaelt.proposals import queries as proposals
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics.queries import groups_of

SAID = 10


@bp.get("/organisations/")
def index() -> str:
    guard.require(permissions.public)
    filters = ListForm()
    chosen = filters.chosen()
    page = queries.rows(
        guard.database(), kind=chosen.get("kind"), words=chosen.get("q", ""), cursor=request.args.get("after")
    )
    kept = {name: getattr(value, "value", value) for name, value in chosen.items()}
    return render(
        "organisations/index.html",
        page=page,
        newer_url=url_for(".index", after=page.newer, **kept) if page.newer else None,
        older_url=url_for(".index", after=page.older, **kept) if page.older else None,
        filters=filters,
        chips=chips(kept),
    )


def chips(kept: dict[str, Any]) -> list[tuple[str, str]]:
    """What is chosen, in words, each with the address of the list without it."""
    words = {name: gettext(label_of(Kind(value))) if name == "kind" else value for name, value in kept.items()}
    return [
        (words[name], url_for(".index", **{other: value for other, value in kept.items() if other != name}))
        for name in kept
    ]


@bp.get("/organisations/<int:organisation_id>")
def show(organisation_id: int) -> str:
    organisation = found(organisation_id)
    guard.require(permissions.see_organisation, organisation)
    database, chain = guard.database(), current().chain
    carried = measures_of(database, Of.ORGANISATION, organisation.id, chain, cursor=request.args.get("after"))
    said = proposals.rows(database, chain, proposals.Filters(organisation=organisation.id), size=SAID)
    return render(
        "organisations/show.html",
        organisation=organisation,
        about=shown(database, [organisation.text_id], chain).get(organisation.text_id or 0),
        members=queries.members(database, [organisation.id]).get(organisation.id, []),
        delegates=queries.delegates(database, organisation.id, today()),
        proposals=said,
        said_elsewhere=comments.said_for(database, organisation.id, chain, SAID),
        groups=groups_of(database, organisation_id=organisation.id),
        measures=carried.rows,
        sums=sums_of(database, Of.ORGANISATION, organisation.id),
        newer_url=page_url(organisation.id, carried.newer),
        older_url=page_url(organisation.id, carried.older),
        entries=journal.entries(database, "organisation", organisation.id),
    )


def page_url(organisation_id: int, after: str | None) -> str | None:
    """The address of the organisation's page with other measures on it."""
    return url_for(".show", organisation_id=organisation_id, after=after, _anchor="measures") if after else None

"""The catalogue of funding programmes, and the page of each, for everybody."""

from typing import Any

from flask import abort, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.funding import queries
from bihaelt.funding.forms import CatalogueFilter
from bihaelt.funding.models import Programme
from bihaelt.funding.views.blueprint import bp, cluster_names
from bihaelt.journal import queries as journal
from bihaelt.paging import Cursor
from bihaelt.rendering import render


def programme_or_404(programme_id: int) -> Programme:
    return queries.programme(guard.database(), programme_id) or abort(404)


@bp.get("/plan/programmes")
def programmes() -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    years = queries.years(session)
    filters = CatalogueFilter.of(cluster_names(), years)
    chosen = filters.chosen()
    page = queries.programmes(
        session, chain, level=chosen.get("level"), cluster_id=chosen.get("cluster"), year=chosen.get("year"),
        ended="ended" in chosen, cursor=Cursor.decode(request.args.get("after"), (str, int)),
    )  # fmt: skip
    kept: dict[str, Any] = {name: request.args[name] for name in chosen}
    return render(
        "funding/programmes.html",
        page=page,
        filters=filters,
        filtered=bool(chosen),
        known=bool(years),
        newer_url=url_for("funding.programmes", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("funding.programmes", after=page.older, **kept) if page.older else None,
    )


@bp.get("/plan/programmes/<int:programme_id>")
def programme(programme_id: int) -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    found = programme_or_404(programme_id)
    page = queries.paid(session, found.id, chain, cursor=Cursor.decode(request.args.get("after"), (int,)))
    here: dict[str, Any] = {"programme_id": found.id}
    return render(
        "funding/programme.html",
        programme=found,
        clusters=queries.purposes(session, [found.id], chain).get(found.id, ()),
        totals=queries.totals(session, found.id),
        page=page,
        entries=journal.entries(session, "programme", found.id),
        newer_url=url_for("funding.programme", after=page.newer, **here) if page.newer else None,
        older_url=url_for("funding.programme", after=page.older, **here) if page.older else None,
    )

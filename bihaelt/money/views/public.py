"""Where the euro went: the money of a cluster in a year, for everybody."""

from typing import Any

from flask import abort, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.money import queries
from bihaelt.money.views.blueprint import asked_year, bp
from bihaelt.paging import Cursor
from bihaelt.rendering import render


@bp.get("/plan/money/<int:cluster_id>")
def cluster(cluster_id: int) -> str:
    guard.require(permissions.public)
    session, chain, year = guard.database(), i18n.current().chain, asked_year()
    bar = next((bar for bar in queries.cluster_bars(session, chain, year) if bar.cluster_id == cluster_id), None)
    if bar is None:
        abort(404)
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.bookings(session, chain, cluster_id=cluster_id, year=year, cursor=cursor)
    kept: dict[str, Any] = {"cluster_id": cluster_id, "year": year}
    return render(
        "money/cluster.html",
        bar=bar,
        year=year,
        years=queries.years(session),
        budget=queries.budget_of(session, cluster_id, year),
        measures=queries.of_cluster(session, chain, cluster_id, year),
        page=page,
        newer_url=url_for("money.cluster", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("money.cluster", after=page.older, **kept) if page.older else None,
    )

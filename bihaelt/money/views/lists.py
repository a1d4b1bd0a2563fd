"""Lists for those who watch over the money: commitments, and what is left at the year's end."""

from flask import request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.money import queries
from bihaelt.money.forms import CommitmentFilter
from bihaelt.money.views.blueprint import asked_year, bp, cluster_names
from bihaelt.paging import Cursor
from bihaelt.rendering import render


@bp.get("/desk/money/commitments")
def commitments() -> str:
    guard.require(permissions.see_money)
    session = guard.database()
    filters = CommitmentFilter.of(queries.years(session), cluster_names(local(guard.now()).year))
    kept = filters.chosen()
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.commitments(
        session, i18n.current().chain, cluster_id=kept.get("cluster"), year=kept.get("year"), state=kept.get("state"),
        cursor=cursor,
    )  # fmt: skip
    return render(
        "money/commitments.html",
        filters=filters,
        page=page,
        newer_url=url_for("money.commitments", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("money.commitments", after=page.older, **kept) if page.older else None,
    )


@bp.get("/desk/money/year-end")
def year_end() -> str:
    guard.require(permissions.see_money)
    year = asked_year()
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.unused(guard.database(), i18n.current().chain, year, cursor=cursor)
    return render(
        "money/year_end.html",
        year=year,
        page=page,
        newer_url=url_for("money.year_end", year=year, after=page.newer) if page.newer else None,
        older_url=url_for("money.year_end", year=year, after=page.older) if page.older else None,
    )

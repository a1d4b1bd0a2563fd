"""What everybody reads: the rounds, the controlling report of a period, and the reports that are missing."""

from datetime import date
from typing import Any

from flask import abort, request, url_for
from markupsafe import Markup

from bihaelt import guard, i18n, permissions
from bihaelt.controlling import queries
from bihaelt.controlling.models import ReportingRound
from bihaelt.controlling.views.blueprint import bp
from bihaelt.i18n import local
from bihaelt.memo import until_next_act
from bihaelt.paging import Cursor
from bihaelt.rendering import piece, render
from bihaelt.topics import queries as topics


@bp.get("/plan/reports")
def index() -> str:
    guard.require(permissions.public)
    return render("controlling/index.html", rounds=queries.rounds(guard.database()), today=today())


@bp.get("/plan/reports/<string:period>")
def period(period: str) -> str:
    guard.require(permissions.public)
    key = ("controlling.period", i18n.current().url, period, today())
    report, drawn = until_next_act(guard.database(), key, lambda: report_of(period)) or abort(404)
    return render("controlling/period.html", report=report, drawn=drawn)


def report_of(period: str) -> tuple[queries.PeriodReport, Markup] | None:
    found = queries.report_of(guard.database(), i18n.current().chain, period, today())
    return (found, piece("controlling/_period.html", report=found)) if found else None


@bp.get("/plan/reports/<string:period>/clusters/<int:cluster_id>")
def cluster(period: str, cluster_id: int) -> str:
    guard.require(permissions.public)
    return part(period, "controlling.cluster", topics.clusters, cluster_id=cluster_id)


@bp.get("/plan/reports/<string:period>/fields/<int:field_id>")
def field(period: str, field_id: int) -> str:
    guard.require(permissions.public)
    return part(period, "controlling.field", topics.fields, field_id=field_id)


@bp.get("/plan/reports/<string:period>/missing")
def missing(period: str) -> str:
    guard.require(permissions.public)
    row = round_or_404(period)
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.missing(guard.database(), i18n.current().chain, period, today(), cursor=cursor)
    return render(
        "controlling/missing.html", round=row, page=page, **beside("controlling.missing", page, period=period)
    )


def part(period: str, endpoint: str, topics_of: Any, **chosen: int) -> str:
    """The measures of a cluster or of a field of action, with what was reported on them."""
    key = (endpoint, i18n.current().url, period, today(), *chosen.values(), request.args.get("after"))
    name, drawn = until_next_act(guard.database(), key, lambda: part_of(period, endpoint, topics_of, **chosen))
    return render("controlling/part.html", period=period, name=name, drawn=drawn)


def part_of(period: str, endpoint: str, topics_of: Any, **chosen: int) -> tuple[str, Markup]:
    """The name of the cluster or field, and its measures as drawn; 404 where there is none, or no such round."""
    session, chain = guard.database(), i18n.current().chain
    row, cursor = round_or_404(period), Cursor.decode(request.args.get("after"), (int,))
    names = {topic.id: topic.name.title for topic in topics_of(session, chain)}
    (topic_id,) = chosen.values()
    if topic_id not in names:
        abort(404)
    page = queries.lines(
        session, chain, period, today(), cursor=cursor, cluster_id=chosen.get("cluster_id"), field_id=chosen.get("field_id")
    )  # fmt: skip
    urls = beside(endpoint, page, period=period, **chosen)
    return names[topic_id], piece("controlling/_part.html", round=row, page=page, **urls)


def beside(endpoint: str, page: Any, **values: Any) -> dict[str, str | None]:
    """The addresses of the pages before and after."""
    return {
        "newer_url": url_for(endpoint, after=page.newer, **values) if page.newer else None,
        "older_url": url_for(endpoint, after=page.older, **values) if page.older else None,
    }


def today() -> date:
    return local(guard.now()).date()


def round_or_404(period: str) -> ReportingRound:
    return queries.round_of(guard.database(), period) or abort(404)

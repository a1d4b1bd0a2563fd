"""The plan in pictures: each is drawn on the server, and has its figures in a table beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request, url_for

from bihaelt import charts, guard, i18n, permissions
from bihaelt.conferences import queries as conferences
from bihaelt.i18n import local
from bihaelt.money.queries import cluster_bars
from bihaelt.paging import Cursor
from bihaelt.plan import queries
from bihaelt.plan.domain import ANSWERS, ENDS
from bihaelt.plan.forms import ClusterFilter, ConferenceFilter
from bihaelt.plan.queries.pictures import Stream, Stretch
from bihaelt.plan.views.blueprint import bp
from bihaelt.rendering import render
from bihaelt.topics import queries as topics

WIDTH, HEIGHT = 560, 460  # drawing units of the flow


@bp.get("/plan/pictures")
def pictures() -> str:
    """Money by cluster, the way of the proposals, the districts."""
    guard.require(permissions.public)
    session, chain, now = guard.database(), i18n.current().chain, guard.now()
    shown = [row for row in conferences.overview(session, chain, now) if row.conference.opened_at is not None]
    filters = ConferenceFilter.of([(row.conference.id, row.title.title) for row in shown])
    stream = queries.stream(session, chain, filters.conference.data)
    year = local(now).year
    return render(
        "plan/pictures.html", bars=cluster_bars(session, chain, year), year=year, filters=filters, stream=stream,
        flow=drawn(stream), answers=ANSWERS, ends=ENDS, districts=queries.districts(session),
    )  # fmt: skip


def drawn(stream: Stream) -> charts.Flow:
    columns = (list(stream.clusters), ANSWERS, ENDS)
    links: Any = (stream.answered, stream.became)
    return charts.flow(columns, links, width=WIDTH, height=HEIGHT, mirror=i18n.current().dir == "rtl")


@bp.get("/plan/timeline")
def timeline() -> str:
    """When each measure runs."""
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    filters = ClusterFilter.of([(row.id, row.name.title) for row in topics.clusters(session, chain)])
    cursor = Cursor.decode(request.args.get("after"), (int, int))
    if cursor is not None and not 1 <= int(cursor.keys[0]) <= date.max.toordinal():
        cursor = None
    page = queries.timeline(session, chain, cluster=filters.cluster.data, cursor=cursor)
    kept = {"cluster": filters.cluster.data} if filters.cluster.data else {}
    first, last = years(page.rows)
    return render(
        "plan/timeline.html", page=page, filters=filters, first=first, last=last,
        spans={row.measure_id: charts.span(row.starts_on, row.ends_on, first, last) for row in page.rows},
        newer_url=url_for("plan.timeline", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("plan.timeline", after=page.older, **kept) if page.older else None,
    )  # fmt: skip


def years(rows: Sequence[Stretch]) -> tuple[date, date]:
    """The whole years in which the measures of a page run, at most ten; a measure without an end runs one year on."""
    first = min((row.starts_on.year for row in rows), default=2000)
    last = max(
        ((row.ends_on or row.starts_on.replace(year=row.starts_on.year + 1, day=1)).year for row in rows), default=first
    )
    return date(max(first, last - 9), 1, 1), date(last, 12, 31)

"""Goals and indicators as everybody reads them."""

from collections.abc import Sequence
from itertools import accumulate

from flask import request

from bihaelt import charts, guard, i18n, permissions
from bihaelt.goals import queries
from bihaelt.goals.models import Indicator
from bihaelt.goals.views.blueprint import bp, goal_or_404, group_names, indicator_or_404, today
from bihaelt.journal import queries as journal
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, Field

WIDTH, HEIGHT = 560, 200  # drawing units of an indicator's line


@bp.get("/goals")
def index() -> str:
    guard.require(permissions.public)
    everything = request.args.get("all") == "yes"
    rows = queries.goals(guard.database(), i18n.current().chain, today(), all_=everything)
    return render("goals/index.html", rows=rows, everything=everything)


@bp.get("/goals/<int:goal_id>")
def show(goal_id: int) -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    goal = goal_or_404(goal_id)
    cluster = session.get(Cluster, goal.cluster_id) if goal.cluster_id else None
    field = session.get(Field, goal.field_id) if goal.field_id else None
    places = [place.text_id for place in (cluster, field) if place is not None]
    words = shown(session, [goal.text_id, *places], chain)
    return render(
        "goals/show.html",
        goal=goal,
        text=words[goal.text_id],
        cluster=words[cluster.text_id] if cluster else None,
        field=words[field.text_id] if field else None,
        indicators=queries.indicators_of_goal(session, goal.id, chain),
        measures=queries.measures_of_goal(session, goal.id, chain),
        entries=journal.entries(session, "goal", goal.id),
    )


@bp.get("/indicators/<int:indicator_id>")
def indicator(indicator_id: int) -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    found = indicator_or_404(indicator_id)
    series = queries.series(session, found.id)
    points = series.points if series else ()
    words = shown(session, [found.text_id, found.goal.text_id], chain)
    return render(
        "goals/indicator.html",
        indicator=found,
        row=next(row for row in queries.indicators_of_goal(session, found.goal_id, chain) if row.id == found.id),
        text=words[found.text_id],
        goal=words[found.goal.text_id],
        values=queries.published(session, found, chosen=request.args.get("period")),
        line=drawn(found, [point.value for point in points]),
        first=points[0].period if points else None,
        last=points[-1].period if points else None,
        group_name=group_names(),
        entries=journal.entries(session, "indicator", found.id),
    )


def drawn(found: Indicator, totals: Sequence[int]) -> charts.Line | None:
    """The published totals as a line, those of a cumulative indicator added up; one value alone makes none."""
    if len(totals) < 2:
        return None
    values = list(accumulate(totals)) if found.cumulative else totals
    mirror = i18n.current().dir == "rtl"
    return charts.line(values, target=found.target, width=WIDTH, height=HEIGHT, mirror=mirror)

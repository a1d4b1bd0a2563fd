"""Everything of theirs in one place: a cluster, a field of action, a district, an office."""

from collections.abc import Sequence
from typing import Any

from flask import abort

from bihaelt import guard, permissions
from bihaelt.goals.queries import goals, indicators
from bihaelt.goals.queries.indicators import IndicatorRow
from bihaelt.money.queries import cluster_bars
from bihaelt.plan.queries.agenda import due_of, reports_due
from bihaelt.plan.queries.belonging import Of, actors_in
from bihaelt.proposals import queries as proposals
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics import queries
from bihaelt.topics.models import Cluster, District, Field
from bihaelt.topics.queries.working_groups import groups_on
from bihaelt.topics.views.blueprint import belonging, bp, chain, today

NEWEST = 5
"""Proposals on a page that is about more than them."""


@bp.get("/topics/")
def index() -> str:
    guard.require(permissions.public)
    database = guard.database()
    return render(
        "topics/index.html",
        clusters=queries.clusters(database, chain()),
        fields=queries.fields(database, chain()),
        districts=queries.districts(database),
        groups=queries.groups(database),
        offices=queries.offices(database),
    )


def said_about(**filters: Any) -> dict[str, Any]:
    """The newest proposals of a topic, and the address of all of them."""
    page = proposals.rows(guard.database(), chain(), proposals.Filters(**filters), size=NEWEST)
    return {"proposals": page.rows, "more_proposals": page.older is not None, "narrowed": filters}


@bp.get("/topics/clusters/<int:cluster_id>")
def cluster(cluster_id: int) -> str:
    guard.require(permissions.public)
    database = guard.database()
    found = database.get(Cluster, cluster_id) or abort(404)
    return render(
        "topics/cluster.html",
        cluster=found,
        words=shown(database, [found.text_id], chain())[found.text_id],
        groups=groups_on(database, cluster_id=found.id),
        goals=goals(database, chain(), today(), cluster_id=found.id),
        bar=next((bar for bar in cluster_bars(database, chain(), today().year) if bar.cluster_id == found.id), None),
        year=today().year,
        **belonging(Of.CLUSTER, found.id, cluster_id=found.id),
        **said_about(cluster=found.id),
    )


@bp.get("/topics/fields/<int:field_id>")
def field(field_id: int) -> str:
    guard.require(permissions.public)
    database = guard.database()
    found = database.get(Field, field_id) or abort(404)
    return render(
        "topics/field.html",
        field=found,
        words=shown(database, [found.text_id], chain())[found.text_id],
        recommendations=queries.recommendations(database, found.id, chain()),
        groups=groups_on(database, field_id=found.id),
        goals=goals(database, chain(), today(), field_id=found.id),
        **belonging(Of.FIELD, found.id, field_id=found.id),
        **said_about(field=found.id),
    )


@bp.get("/topics/districts/<int:district_id>")
def district(district_id: int) -> str:
    guard.require(permissions.public)
    database = guard.database()
    found = database.get(District, district_id) or abort(404)
    return render(
        "topics/district.html",
        district=found,
        actors=actors_in(database, found.id),
        due=due_of(database, chain(), today(), district_id=found.id),
        today=today(),
        **belonging(Of.DISTRICT, found.id, district_id=found.id),
        **said_about(district=found.id),
    )


def of_office(office_id: int) -> Sequence[IndicatorRow]:
    """The indicators that an office keeps."""
    rows = indicators(guard.database(), chain(), office_ids=frozenset({office_id}))
    return [row for row in rows if row.indicator.office_id == office_id]


@bp.get("/topics/offices/<int:office_id>")
def office(office_id: int) -> str:
    guard.require(permissions.public)
    database = guard.database()
    found = queries.office(database, office_id) or abort(404)
    return render(
        "topics/office.html",
        office=found,
        parent=queries.office(database, found.parent_id) if found.parent_id else None,
        parts=queries.offices(database, found.id),
        groups=queries.groups_of(database, office_id=found.id),
        services=queries.services(database, found.id),
        reports=reports_due(database, chain(), found.id),
        indicators=of_office(found.id),
        today=today(),
        **belonging(Of.OFFICE, found.id, office_id=found.id),
    )

"""What everybody reads of clusters, fields of action, offices and working groups."""

from flask import abort

from bihaelt import guard, permissions
from bihaelt.i18n import current
from bihaelt.measures import queries as measures
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics import queries
from bihaelt.topics.models import Cluster, Field
from bihaelt.topics.views.blueprint import bp


@bp.get("/topics/")
def index() -> str:
    guard.require(permissions.public)
    database, chain = guard.database(), current().chain
    return render(
        "topics/index.html",
        clusters=queries.clusters(database, chain),
        fields=queries.fields(database, chain),
        groups=queries.groups(database),
        offices=queries.offices(database),
    )


@bp.get("/topics/clusters/<int:cluster_id>")
def cluster(cluster_id: int) -> str:
    guard.require(permissions.public)
    found = guard.database().get(Cluster, cluster_id) or abort(404)
    words = shown(guard.database(), [found.text_id], current().chain)[found.text_id]
    return render("topics/cluster.html", cluster=found, words=words)


@bp.get("/topics/fields/<int:field_id>")
def field(field_id: int) -> str:
    guard.require(permissions.public)
    database, chain = guard.database(), current().chain
    found = database.get(Field, field_id) or abort(404)
    words = shown(database, [found.text_id], chain)[found.text_id]
    recommendations = queries.recommendations(database, found.id, chain)
    return render("topics/field.html", field=found, words=words, recommendations=recommendations)


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
        groups=queries.groups(database, found.id),
        services=queries.services(database, found.id),
    )


@bp.get("/topics/working-groups/<int:group_id>")
def group(group_id: int) -> str:
    guard.require(permissions.public)
    found = queries.working_group(guard.database(), group_id) or abort(404)
    works_on = measures.of_group(guard.database(), found.id, current().chain)
    return render("topics/group.html", group=found, measures=works_on)

"""The catalogue of regular services, for everybody: the list with its search, and the page of each."""

from flask import abort, request, url_for

from bihaelt import guard, permissions
from bihaelt.measures.queries.services import checks_of
from bihaelt.plan.queries.belonging import Of
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.topics import queries
from bihaelt.topics.forms import ServiceFilter
from bihaelt.topics.views.blueprint import belonging, bp, chain


@bp.get("/topics/services/")
def services() -> str:
    guard.require(permissions.public)
    database = guard.database()
    offices = queries.office_choices(database)
    filters = ServiceFilter.among(offices)
    chosen = filters.chosen()
    words = chosen.get("q", "")
    page = queries.service_rows(
        database, chain(), words=words, office_id=chosen.get("office"),
        cursor=request.args.get("after"),
    )  # fmt: skip
    words_of = {"q": words, "office": dict(offices).get(chosen.get("office", 0), "")}
    chips = [
        (words_of[name], url_for(".services", **{key: kept for key, kept in chosen.items() if key != name}))
        for name in chosen
    ]
    return render(
        "topics/services.html",
        page=page,
        filters=filters,
        chips=chips,
        newer_url=url_for(".services", after=page.newer, **chosen) if page.newer else None,
        older_url=url_for(".services", after=page.older, **chosen) if page.older else None,
    )


@bp.get("/topics/services/<int:service_id>")
def service(service_id: int) -> str:
    guard.require(permissions.public)
    database = guard.database()
    found = queries.service(database, service_id) or abort(404)
    rely = belonging(Of.SERVICE, found.id, service_id=found.id)
    return render(
        "topics/service.html",
        service=found,
        about=shown(database, [found.text_id], chain()).get(found.text_id or 0),
        uses=checks_of(database, found.id, [row.measure_id for row in rely["measures"]]),
        **rely,
    )

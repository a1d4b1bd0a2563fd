"""The measure sheet as everybody reads it."""

from flask import request

from bihaelt import guard, i18n, permissions
from bihaelt.controlling import queries as controlling
from bihaelt.funding import queries as funding
from bihaelt.goals import queries as goals
from bihaelt.i18n import local
from bihaelt.journal import queries as journal
from bihaelt.measures import queries
from bihaelt.measures.domain import PARTS
from bihaelt.measures.queries.services import services_of
from bihaelt.measures.views.blueprint import bp, measure_or_404
from bihaelt.rendering import render
from bihaelt.topics.queries import talked_about


@bp.get("/measures/<int:measure_id>")
def show(measure_id: int) -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), i18n.current().chain
    measure = measure_or_404(measure_id)
    original = "original" in request.args
    text, cluster, district = queries.place(session, measure, chain, original=original)
    return render(
        "measures/show.html",
        measure=measure,
        text=text,
        original=original,
        cluster=cluster,
        district=district,
        parts=PARTS,
        fields=queries.field_names(session, measure.id, chain),
        origins=queries.origins(session, measure.id, chain),
        moves=queries.moves(session, measure.id),
        reports=controlling.reports(session, measure.id, chain, local(guard.now()).date()),
        fundings=funding.fundings(session, measure.id),
        funding_checks=funding.checks(session, measure.id),
        services=services_of(session, measure),
        mentions=talked_about(session, measure.number),
        today=i18n.local(guard.now()).date(),
        serves=goals.of_measure(session, measure.id, chain),
        entries=journal.entries(session, "measure", measure.id),
    )

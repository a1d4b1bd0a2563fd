"""The measure sheet as everybody reads it."""

from collections.abc import Sequence
from typing import Any

from flask import request

from bihaelt import guard, i18n, permissions
from bihaelt.controlling import queries as controlling
from bihaelt.funding import queries as funding
from bihaelt.goals import queries as goals
from bihaelt.i18n import local
from bihaelt.journal import queries as journal
from bihaelt.measures import queries
from bihaelt.measures.domain import PARTS, Access
from bihaelt.measures.models import Measure
from bihaelt.measures.queries.services import services_of
from bihaelt.measures.views.blueprint import bp, measure_or_404
from bihaelt.money import queries as money
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
        **_rows(measure, chain),
        reports=controlling.reports(session, measure.id, chain, local(guard.now()).date()),
        accounts=money.years_of(session, measure.id),
        money_bookings=money.bookings(session, chain, measure_id=measure.id, size=20),
        fundings=funding.fundings(session, measure.id),
        funding_checks=funding.checks(session, measure.id),
        services=services_of(session, measure),
        mentions=talked_about(session, measure.number),
        today=i18n.local(guard.now()).date(),
        serves=goals.of_measure(session, measure.id, chain),
        entries=journal.entries(session, "measure", measure.id),
    )


def _rows(measure: Measure, chain: Sequence[str]) -> dict[str, Any]:
    """The lists of the sheet, and its way to a decision."""
    session = guard.database()
    released = queries.overrides(session, measure.id)
    return {
        "parts": PARTS,
        "clusters": queries.cluster_names(session, measure.id, chain),
        "fields": queries.field_names(session, measure.id, chain),
        "origins": queries.origins(session, measure.id, chain),
        "moves": queries.moves(session, measure.id),
        "access": Access.read(measure.access),
        "milestones": queries.milestones(session, measure.id, chain),
        "costs": queries.costs(session, measure.id),
        "points": queries.open_points(session, measure.id, chain),
        "partners": queries.partners(session, measure.id),
        "line": queries.line(session, measure.id, chain),
        "revision": queries.open_revision(session, measure.id),
        "cosignatures": queries.cosignatures(session, measure.id),
        "meetings": queries.consultations(session, measure.id),
        "released": released,
        "others": queries.titles(session, [row.other_id for row in released if row.other_id], chain),
        "last": queries.last_version(session, measure.id),
    }

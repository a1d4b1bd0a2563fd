"""What everybody may read and take along: measure sheets, the booklet, reports, and what is ready as a file."""

from flask import Response, abort, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.controlling.domain import half_year
from bihaelt.controlling.queries import rounds
from bihaelt.documents import queries
from bihaelt.documents.domain.blocks import Document
from bihaelt.documents.domain.builds import BuildKind
from bihaelt.documents.operations import path
from bihaelt.documents.views.blueprint import Links, as_pdf, bp, city, folder, page, pdf
from bihaelt.i18n import current, gettext, local
from bihaelt.marks import N_
from bihaelt.money.queries import years
from bihaelt.rendering import render
from bihaelt.topics.models import Cluster
from bihaelt.topics.queries import topics
from bihaelt.verdicts import DomainError


@bp.get("/documents")
def index() -> str:
    guard.require(permissions.public)
    session, chain = guard.database(), current().chain
    return render(
        "documents/index.html",
        ready=queries.ready(session),
        clusters=topics(session, Cluster, chain),
        rounds=rounds(session),
        years=years(session),
    )


@bp.get("/measures/<int:measure_id>/sheet")
def sheet(measure_id: int) -> str:
    guard.require(permissions.public)
    found = sheet_or_404(measure_id)
    trail = [
        (gettext(N_("Action plan")), url_for("plan.board")),
        (found.name, url_for("measures.show", measure_id=measure_id)),
    ]
    return page(found, trail=trail, pdf_url=url_for("documents.sheet_pdf", measure_id=measure_id))


@bp.get("/measures/<int:measure_id>/sheet.pdf")
def sheet_pdf(measure_id: int) -> Response:
    guard.require(permissions.public)
    found = sheet_or_404(measure_id)
    return as_pdf(found, f"{found.name.partition(':')[0]}-{current().url}")


def sheet_or_404(measure_id: int) -> Document:
    return queries.sheet_document(guard.database(), measure_id, city()) or abort(404)


@bp.get("/documents/booklet/<int:cluster_id>")
def booklet(cluster_id: int) -> str:
    """A chapter of the booklet: the measures of one cluster."""
    guard.require(permissions.public)
    if guard.database().get(Cluster, cluster_id) is None:
        abort(404)
    found = queries.booklet(guard.database(), city(), cluster_id=cluster_id)
    return page(found, trail=trail_of_documents(), pdf_url=ready_url(BuildKind.BOOKLET, ""), tables=plan_tables())


@bp.get("/conferences/<int:conference_id>/report/document")
def conference(conference_id: int) -> str:
    guard.require(permissions.public)
    found = queries.conference_document(guard.database(), conference_id, city()) or abort(404)
    trail = [(gettext(N_("Conferences")), url_for("conferences.index"))]
    return page(found, trail=trail, pdf_url=ready_url(BuildKind.CONFERENCE, str(conference_id)))


@bp.get("/plan/reports/<string:period>/document")
def controlling(period: str) -> str:
    guard.require(permissions.public)
    try:
        half_year(period)
    except DomainError:
        abort(404)
    today = local(guard.now()).date()
    found = queries.controlling_document(guard.database(), period, today, city()) or abort(404)
    tables = [
        (
            gettext(N_("Table (%(kind)s)"), kind=kind.upper()),
            url_for("documents.controlling_table", period=period, kind=kind),
        )
        for kind in ("xlsx", "ods", "csv")
    ]
    return page(found, trail=trail_of_documents(), pdf_url=ready_url(BuildKind.CONTROLLING, period), tables=tables)


@bp.get("/documents/files/<int:build_id>")
def fetch(build_id: int) -> Response:
    """A long document that is ready."""
    build = queries.build(guard.database(), build_id) or abort(404)
    guard.require(permissions.fetch_build, build)
    file = path(folder(), build.sha256)
    if not file.exists():
        abort(404)
    name = "-".join(part for part in (build.kind.value, build.subject, i18n.BY_BABEL[build.language].url) if part)
    return pdf(file.read_bytes(), name, build.sha256, public=build.public)


def ready_url(kind: BuildKind, subject: str) -> str | None:
    build = queries.latest(guard.database(), kind, subject, current().babel)
    return url_for("documents.fetch", build_id=build.id) if build else None


def trail_of_documents() -> Links:
    return [(gettext(N_("Action plan")), url_for("plan.board")), (gettext(N_("Documents")), url_for("documents.index"))]


def plan_tables() -> Links:
    return [
        (gettext(N_("Table (%(kind)s)"), kind=kind.upper()), url_for("documents.plan_table", kind=kind))
        for kind in ("xlsx", "ods", "csv")
    ]

"""Council papers: as everybody reads them, and the desk on which they are written and taken to the council."""

from typing import Any

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.documents import operations, queries
from bihaelt.documents.domain.papers import PUBLIC
from bihaelt.documents.forms import PaperFilter, PaperForm, paper_form
from bihaelt.documents.models import CouncilPaper
from bihaelt.documents.views.blueprint import as_pdf, bp, city, page
from bihaelt.documents.views.public import trail_of_documents
from bihaelt.i18n import current, gettext, local
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError


def paper_or_404(paper_id: int) -> CouncilPaper:
    return queries.paper(guard.database(), paper_id) or abort(404)


def voice() -> Voice:
    return guard.signed_in().as_role(*permissions.documents.READERS)


def to_paper(paper: CouncilPaper) -> BaseResponse:
    return redirect(url_for("documents.paper_desk", paper_id=paper.id), 303)


@bp.get("/papers")
def papers() -> str:
    guard.require(permissions.public)
    cursor = Cursor.decode(request.args.get("after"), (int,))
    found = queries.papers(guard.database(), current().chain, public=True, cursor=cursor)
    return render("documents/papers.html", page=found, **neighbours("documents.papers", found))


@bp.get("/papers/<int:paper_id>")
def paper(paper_id: int) -> str:
    found = paper_or_404(paper_id)
    guard.require(permissions.see_paper, found)
    document = queries.paper_document(guard.database(), found, city())
    trail = [*trail_of_documents(), (gettext(N_("Council papers")), url_for("documents.papers"))]
    return page(document, trail=trail, pdf_url=url_for("documents.paper_pdf", paper_id=paper_id))


@bp.get("/papers/<int:paper_id>.pdf")
def paper_pdf(paper_id: int) -> Response:
    found = paper_or_404(paper_id)
    guard.require(permissions.see_paper, found)
    public, name = found.state in PUBLIC, (found.number or f"paper {paper_id}").replace("/", "-").replace(" ", "-")
    document = queries.paper_document(guard.database(), found, city())
    return as_pdf(document, f"{name}-{current().url}", public=public)


@bp.get("/desk/papers")
def papers_desk() -> str:
    guard.require(permissions.see_papers)
    filters = PaperFilter()
    state = filters.chosen().get("state")
    cursor = Cursor.decode(request.args.get("after"), (int,))
    found = queries.papers(guard.database(), current().chain, public=False, state=state, cursor=cursor)
    kept: dict[str, Any] = {"state": state.value} if state else {}
    return render(
        "documents/papers_desk.html", page=found, filters=filters, **neighbours("documents.papers_desk", found, **kept)
    )


def neighbours(endpoint: str, found: Any, **kept: Any) -> dict[str, str | None]:
    return {
        "newer_url": url_for(endpoint, after=found.newer, **kept) if found.newer else None,
        "older_url": url_for(endpoint, after=found.older, **kept) if found.older else None,
    }


@bp.get("/desk/papers/<int:paper_id>")
def paper_desk(paper_id: int) -> str:
    guard.require(permissions.see_papers)
    session, found, chain = guard.database(), paper_or_404(paper_id), current().chain
    return render(
        "documents/paper_desk.html",
        paper=found,
        title=shown(session, [found.text_id], chain)[found.text_id],
        measures=queries.measures_in(session, paper_id, chain),
        cosignatures=queries.cosignatures(session, paper_id),
        entries=journal.entries(session, "council_paper", paper_id, private=True),
    )


@bp.route("/desk/papers/new", methods=["GET", "POST"])
def new_paper() -> Any:
    guard.require(permissions.draft_paper)
    session = guard.database()
    form = paper_form(queries.offices(session), today=local(guard.now()).date())
    if form.validate_on_submit():
        try:
            content = form.content(queries.measures_numbered(session, form.numbers()))
            found = operations.draft_paper(session, content=content, by=voice(), now=guard.now())
            guard.say("success", N_("The paper is drafted."))
            return to_paper(found)
        except DomainError as error:
            form.refuse(error)
    return edit_page(form, None)


@bp.route("/desk/papers/<int:paper_id>/edit", methods=["GET", "POST"])
def edit_paper(paper_id: int) -> Any:
    found = paper_or_404(paper_id)
    guard.require(permissions.edit_paper, found)
    session, content = guard.database(), queries.content_of(guard.database(), found)
    form = paper_form(
        queries.offices(session), content=content, seen=found.changed_at.isoformat(),
        numbers=queries.measure_numbers(session, content.measure_ids),
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            typed = form.content(queries.measures_numbered(session, form.numbers()))
            operations.edit_paper(
                session, paper=found, content=typed, seen=form.moment(), by=voice(), now=guard.now()
            )  # fmt: skip
            guard.say("success", N_("The paper is saved."))
            return to_paper(found)
        except DomainError as error:
            form.refuse(error)
    return edit_page(form, found)


def edit_page(form: PaperForm, found: CouncilPaper | None) -> tuple[str, int]:
    return render("documents/paper_edit.html", form=form, paper=found), 422 if form.is_submitted() else 200

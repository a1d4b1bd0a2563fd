"""The blueprint of documents, and what its pages share."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, current_app, request

from bihaelt import guard, limits
from bihaelt.accounts.domain.senders import network_of
from bihaelt.documents import operations
from bihaelt.documents.domain.blocks import Document, spans
from bihaelt.rendering import render

bp = Blueprint("documents", __name__)
Links = Sequence[tuple[str, str]]


def folder() -> Path:
    path: Path = current_app.config["SETTINGS"].documents
    return path


def city() -> str:
    name: str = current_app.config["CITY"].name
    return name


def page(document: Document, *, trail: Links, pdf_url: str | None = None, tables: Links = ()) -> str:
    """The document as a page to read and to print."""
    return render(
        "documents/document.html", document=document, trail=trail, pdf_url=pdf_url, tables=tables, spans=spans
    )


def as_pdf(document: Document, name: str, *, public: bool = True) -> Response:
    """A short document as PDF at once. What is not in the folder yet costs half a second of a machine, so it counts."""
    if not operations.path(folder(), operations.key_of(document)).exists():
        limits.hit_or_refuse("document", network_of(request.remote_addr))
    guard.database().rollback()  # nothing is held while the press works
    return pdf(operations.pdf(folder(), document), name, operations.key_of(document), public=public)


def pdf(body: bytes, name: str, key: str, *, public: bool) -> Response:
    answer = Response(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = (
        "public, max-age=0, s-maxage=60, must-revalidate" if public else "private, no-store"
    )
    answer.set_etag(key)
    answer.make_conditional(request)
    return answer

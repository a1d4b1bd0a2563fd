"""Reading what documents are made of, council papers, and orders of long documents."""

from bihaelt.documents.queries.builds import build, compose, counts, latest, ordered_by, queued, ready, twin
from bihaelt.documents.queries.conferences import conference_document
from bihaelt.documents.queries.controlling import controlling_document
from bihaelt.documents.queries.editions import edition_document
from bihaelt.documents.queries.measures import booklet, changed_at, sheet_document
from bihaelt.documents.queries.papers import (
    content_of,
    cosignature,
    cosignatures,
    desk_count,
    measure_numbers,
    measures_in,
    measures_numbered,
    measures_of,
    offices,
    paper,
    paper_document,
    papers,
    papers_of,
)
from bihaelt.documents.queries.tables import booking_table, controlling_table, indicator_table, plan_table

__all__ = [
    "booking_table",
    "booklet",
    "build",
    "changed_at",
    "compose",
    "conference_document",
    "content_of",
    "controlling_document",
    "controlling_table",
    "cosignature",
    "cosignatures",
    "counts",
    "desk_count",
    "edition_document",
    "indicator_table",
    "latest",
    "measure_numbers",
    "measures_in",
    "measures_numbered",
    "measures_of",
    "offices",
    "ordered_by",
    "paper",
    "paper_document",
    "papers",
    "papers_of",
    "plan_table",
    "queued",
    "ready",
    "sheet_document",
    "twin",
]

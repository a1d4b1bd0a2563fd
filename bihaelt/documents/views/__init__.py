"""Pages and files of documents, the desk of council papers, and orders of long documents."""

from bihaelt.documents.views import builds, papers, public, steps, tables
from bihaelt.documents.views.blueprint import bp

__all__ = ["bp", "builds", "papers", "public", "steps", "tables"]

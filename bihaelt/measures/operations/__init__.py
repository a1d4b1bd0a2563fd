"""Drafting measures from proposals, changing and moving them, reporting on them."""

from bihaelt.measures.operations.changing import Incomplete, book, edit, move, set_state
from bihaelt.measures.operations.drafting import draft, link, unlink
from bihaelt.measures.operations.reporting import report

__all__ = ["Incomplete", "book", "draft", "edit", "link", "move", "report", "set_state", "unlink"]

"""Drafting measures from proposals, changing and moving them."""

from bihaelt.measures.operations.changing import Incomplete, book, edit, move, set_state
from bihaelt.measures.operations.drafting import draft, link, unlink

__all__ = ["Incomplete", "book", "draft", "edit", "link", "move", "set_state", "unlink"]

"""The city's catalogues as data, and what a working group does."""

from bihaelt.topics.domain.catalogues import IN_USE, SHAPES, TAKEN, VERBS, Catalogue, Part, Shape, slug
from bihaelt.topics.domain.groups import MinutesContent, Point, checked, measures_move_first

__all__ = [
    "IN_USE",
    "SHAPES",
    "TAKEN",
    "VERBS",
    "Catalogue",
    "MinutesContent",
    "Part",
    "Point",
    "Shape",
    "checked",
    "measures_move_first",
    "slug",
]

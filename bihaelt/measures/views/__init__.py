"""Pages of measures: the sheet that everybody reads, and the desk where it is written."""

from bihaelt.measures.views import desk, origin, public, rows, services, sheet, steering, way
from bihaelt.measures.views.blueprint import bp

__all__ = ["bp", "desk", "origin", "public", "rows", "services", "sheet", "steering", "way"]

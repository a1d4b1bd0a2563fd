"""Pages of the action plan: the public board and the open data."""

from bihaelt.plan.views import board, export
from bihaelt.plan.views.blueprint import bp

__all__ = ["board", "bp", "export"]

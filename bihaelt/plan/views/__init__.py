"""Pages of the action plan: the public board, the open data, and the desk of money."""

from bihaelt.plan.views import board, desk, export
from bihaelt.plan.views.blueprint import bp

__all__ = ["board", "bp", "desk", "export"]

"""Pages of the action plan: the public board, the pictures and the open data."""

from bihaelt.plan.views import board, export, pictures
from bihaelt.plan.views.blueprint import bp

__all__ = ["board", "bp", "export", "pictures"]

"""Pages of the action plan: the public board, the pictures, the open data and the editions."""

from bihaelt.plan.views import board, editions, export, pictures
from bihaelt.plan.views.blueprint import bp

__all__ = ["board", "bp", "editions", "export", "pictures"]

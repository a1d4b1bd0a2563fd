"""Pages about interpreting: what the city needs and gets, and the quick form that counts it."""

from bihaelt.interpreting.views import desk, public
from bihaelt.interpreting.views.blueprint import bp

__all__ = ["bp", "desk", "public"]

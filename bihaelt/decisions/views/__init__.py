"""Pages of decisions: the public list, and the desk where they are prepared, checked and published."""

from bihaelt.decisions.views import desk, public
from bihaelt.decisions.views.blueprint import bp

__all__ = ["bp", "desk", "public"]

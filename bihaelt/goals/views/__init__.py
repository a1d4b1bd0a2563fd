"""Pages of goals, indicators and coverage, and the desks where they are kept."""

from bihaelt.goals.views import coverage, desk, export, public, values
from bihaelt.goals.views.blueprint import bp

__all__ = ["bp", "coverage", "desk", "export", "public", "values"]

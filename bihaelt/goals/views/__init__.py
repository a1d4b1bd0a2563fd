"""Pages of goals, indicators and coverage."""

from bihaelt.goals.views.blueprint import bp

__all__ = ["bp"]

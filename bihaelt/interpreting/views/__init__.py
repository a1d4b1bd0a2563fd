"""Pages about interpreting."""

from bihaelt.interpreting.views.blueprint import bp

__all__ = ["bp"]

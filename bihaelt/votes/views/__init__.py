"""Pages of supports and ballots."""

from bihaelt.votes.views import supports
from bihaelt.votes.views.blueprint import bp

__all__ = ["bp", "supports"]

"""Pages of proposals: read, written, and checked at the moderators' desk."""

from bihaelt.proposals.views import desk, public, writing
from bihaelt.proposals.views.blueprint import bp

__all__ = ["bp", "desk", "public", "writing"]

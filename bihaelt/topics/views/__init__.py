"""What the city talks about, for everybody; and the desk where the city keeps it in order."""

from bihaelt.topics.views import desk, public
from bihaelt.topics.views.blueprint import bp

__all__ = ["bp", "desk", "public"]

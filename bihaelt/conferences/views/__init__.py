"""The conferences, for everybody, and the desk where they are made."""

from bihaelt.conferences.views import agenda, desk, public, words
from bihaelt.conferences.views.blueprint import bp

__all__ = ["agenda", "bp", "desk", "public", "words"]

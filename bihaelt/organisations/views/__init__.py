"""Organisations: public pages, the pages of their own people, and the office's desk."""

from bihaelt.organisations.views import desk, own, public
from bihaelt.organisations.views.blueprint import bp

__all__ = ["bp", "desk", "own", "public"]

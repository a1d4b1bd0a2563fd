"""The start page, the city's own pages, feedback, and the addresses that machines ask for."""

from bihaelt.pages.views import desk, machines, public
from bihaelt.pages.views.blueprints import bp, root

__all__ = ["bp", "desk", "machines", "public", "root"]

"""Pages of controlling: reporting rounds, status reports, and the controlling report of a period."""

from bihaelt.controlling.views import public, reports, rounds
from bihaelt.controlling.views.blueprint import bp

__all__ = ["bp", "public", "reports", "rounds"]

"""Pages of controlling: status reports."""

from bihaelt.controlling.views import reports
from bihaelt.controlling.views.blueprint import bp

__all__ = ["bp", "reports"]

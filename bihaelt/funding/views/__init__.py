"""Pages of funding: the catalogue, what it pays for a measure, and what is due."""

from bihaelt.funding.views import applications, catalogue, deadlines, measures, programmes
from bihaelt.funding.views.blueprint import bp

__all__ = ["applications", "bp", "catalogue", "deadlines", "measures", "programmes"]

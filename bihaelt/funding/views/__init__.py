"""Pages of funding: the programmes, and what they pay for a measure."""

from bihaelt.funding.views import measures, programmes
from bihaelt.funding.views.blueprint import bp

__all__ = ["bp", "measures", "programmes"]

"""Reading what conferences came to, across all chapters."""

from bihaelt.reports.queries.figures import cluster_counts, figures
from bihaelt.reports.queries.outcomes import not_taken, stories, taken
from bihaelt.reports.queries.succession import followed_by, moved, open_counts, open_rows, proof

__all__ = [
    "cluster_counts",
    "figures",
    "followed_by",
    "moved",
    "not_taken",
    "open_counts",
    "open_rows",
    "proof",
    "stories",
    "taken",
]

"""Reading what conferences came to, across all chapters."""

from bihaelt.reports.queries.figures import cluster_counts, figures
from bihaelt.reports.queries.outcomes import not_taken, stories, taken
from bihaelt.reports.queries.succession import moved, open_counts, open_rows, proof

__all__ = [
    "cluster_counts",
    "figures",
    "moved",
    "not_taken",
    "open_counts",
    "open_rows",
    "proof",
    "stories",
    "taken",
]

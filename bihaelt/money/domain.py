"""The money of the plan in plain Python: budgets of the clusters by year."""

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_

name_acts({"budget.set": N_("Budget of a cluster set")})
name_details(
    {
        "cluster": Detail(N_("Cluster")),
        "year": Detail(N_("Year")),
        "old_cents": Detail(N_("Before"), As.MONEY),
        "new_cents": Detail(N_("Now"), As.MONEY),
    }
)
FIRST_YEAR, LAST_YEAR = 2000, 2100

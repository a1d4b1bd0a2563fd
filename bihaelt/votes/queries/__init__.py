"""Reading supports and ballots."""

from bihaelt.votes.queries.supports import counted, miscounted, proposal, standing, tallies

__all__ = ["counted", "miscounted", "proposal", "standing", "tallies"]

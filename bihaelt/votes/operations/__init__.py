"""Writing votes: supports, which are a signal, and ballots, which count."""

from bihaelt.votes.operations.supports import recount, support, withdraw_support

__all__ = ["recount", "support", "withdraw_support"]

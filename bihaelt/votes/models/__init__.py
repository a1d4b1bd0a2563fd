"""The tables of supports and ballots."""

from bihaelt.votes.models.supports import Support

__all__ = ["Support"]

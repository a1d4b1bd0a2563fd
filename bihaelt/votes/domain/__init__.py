"""Supports and ballots, in plain Python. Counting, the public log and Pabulib's format have modules of their own."""

from bihaelt.votes.domain.supports import Electorate, Standing, Tally, electorate_of, supportable

__all__ = ["Electorate", "Standing", "Tally", "electorate_of", "supportable"]

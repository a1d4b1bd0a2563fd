"""Counting papers, in plain Python and with whole numbers only: no float decides anything (docs/counting.md)."""

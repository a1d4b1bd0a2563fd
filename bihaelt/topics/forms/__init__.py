"""Forms of the city's catalogues and of its working groups."""

from bihaelt.topics.forms.catalogues import OFFICES, EntryForm, filled, offer_offices

__all__ = ["OFFICES", "EntryForm", "filled", "offer_offices"]

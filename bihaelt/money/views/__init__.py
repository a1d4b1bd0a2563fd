"""Pages of the money: budgets, bookings, requests, what-if, and what everybody may read."""

from bihaelt.money.views import booking, budgets, finance, lists, public, requests, settings, what_if
from bihaelt.money.views.blueprint import bp

__all__ = ["booking", "bp", "budgets", "finance", "lists", "public", "requests", "settings", "what_if"]

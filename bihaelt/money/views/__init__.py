"""Pages of the money: the budgets of the clusters."""

from bihaelt.money.views import budgets
from bihaelt.money.views.blueprint import bp

__all__ = ["bp", "budgets"]

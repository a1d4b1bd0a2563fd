"""Pages of accounts."""

from bihaelt.accounts.views import (
    addresses,
    desk,
    home,
    passwords,
    registration,
    second_factor,
    sessions,
    signing_in,
)
from bihaelt.accounts.views.blueprint import bp

__all__ = ["addresses", "bp", "desk", "home", "passwords", "registration", "second_factor", "sessions", "signing_in"]

"""The blueprint that all pages of funding hang on, and what they share."""

from datetime import date

from flask import Blueprint

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.topics import queries as topics

bp = Blueprint("funding", __name__)


def cluster_names() -> list[tuple[int, str]]:
    """The clusters as forms offer them."""
    return [(row.id, row.name.title) for row in topics.clusters(guard.database(), i18n.current().chain)]


def today() -> date:
    return local(guard.now()).date()


def voice() -> Voice:
    return guard.signed_in().as_role(*permissions.funding.FUNDERS)

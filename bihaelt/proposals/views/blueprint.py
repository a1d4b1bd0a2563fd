"""The blueprint, and how a proposal is found."""

from typing import Any

from flask import Blueprint, abort, url_for

from bihaelt import guard, permissions
from bihaelt.paging import Page
from bihaelt.proposals import queries
from bihaelt.proposals.models import Proposal

bp = Blueprint("proposals", __name__)


def seen(proposal_id: int) -> Proposal:
    """A proposal that this person may see. For everybody else it does not exist: 404, not 403."""
    proposal = queries.proposal(guard.database(), proposal_id)
    if proposal is None or not permissions.see_proposal(guard.actor(), proposal, guard.now()):
        abort(404)
    return proposal


def neighbours(page: Page[Any], endpoint: str, **values: Any) -> dict[str, str | None]:
    """The addresses of a list's next pages, for the paging macro."""
    pairs = (("newer_url", page.newer), ("older_url", page.older))
    return {name: url_for(endpoint, **values, cursor=cursor) if cursor else None for name, cursor in pairs}

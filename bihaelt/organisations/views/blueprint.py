"""The blueprint, and what all pages of organisations share."""

from datetime import date

from flask import Blueprint, abort

from bihaelt import guard, permissions
from bihaelt.forms import BaseForm
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.organisations import queries
from bihaelt.organisations.models import Organisation

bp = Blueprint("organisations", __name__)


def today() -> date:
    return local(guard.now()).date()


def found(organisation_id: int) -> Organisation:
    """The organisation if this reader may know of it, else a 404 page."""
    organisation = queries.organisation(guard.database(), organisation_id)
    if organisation is None or not permissions.see_organisation(guard.actor(), organisation, guard.now()):
        abort(404)
    return organisation


def pressed() -> None:
    """Go on if a lone button was pressed on a page of ours; a page that was open for too long ends in 422."""
    if not BaseForm().validate_on_submit():
        abort(422, description=N_("Please go back, reload the page and try again."))

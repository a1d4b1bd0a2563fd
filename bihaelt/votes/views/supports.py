"""Supporting a proposal, and taking it back."""

from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.marks import N_
from bihaelt.proposals.models import Proposal
from bihaelt.votes import operations, queries
from bihaelt.votes.forms.supports import SupportForm
from bihaelt.votes.views.blueprint import bp


@bp.post("/proposals/<int:proposal_id>/support")
def support(proposal_id: int) -> Response:
    proposal, form = _asked(proposal_id)
    operations.support(
        guard.database(),
        proposal=proposal,
        language=i18n.current().babel,
        by=guard.voice_for(form.acting_for.data),
        now=guard.now(),
    )
    guard.say("success", N_("Thank you. The support is counted."))
    return _back_to(proposal)


@bp.post("/proposals/<int:proposal_id>/unsupport")
def unsupport(proposal_id: int) -> Response:
    proposal, form = _asked(proposal_id)
    operations.withdraw_support(
        guard.database(), proposal=proposal, by=guard.voice_for(form.acting_for.data), now=guard.now()
    )
    guard.say("success", N_("The support is withdrawn."))
    return _back_to(proposal)


def _asked(proposal_id: int) -> tuple[Proposal, Any]:
    """The proposal and the form, once the permission for the chosen voice was given."""
    proposal = queries.proposal(guard.database(), proposal_id) or abort(404)
    form = SupportForm()
    fits = form.validate_on_submit()
    if fits and form.acting_for.data is not None:
        guard.require(permissions.support_for, (proposal, form.acting_for.data))
    else:
        guard.require(permissions.support, proposal)
    if not fits:
        abort(422, description=N_("Please go back, reload the page and try again."))
    return proposal, form


def _back_to(proposal: Proposal) -> Response:
    return redirect(url_for("proposals.show", proposal_id=proposal.id, _anchor="support"), 303)

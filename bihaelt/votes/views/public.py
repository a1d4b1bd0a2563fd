"""Votes for everybody: what is put to the vote, how it is counted, and what is promised."""

from typing import Any

from bihaelt import guard, permissions
from bihaelt.conferences.queries import titles
from bihaelt.i18n import current
from bihaelt.memo import kept
from bihaelt.rendering import render
from bihaelt.votes.domain.ballots import PUBLIC_STATES, BallotState, takes_papers
from bihaelt.votes.domain.figures import needed_people
from bihaelt.votes.forms.calculator import CalculatorForm
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import booth, residence
from bihaelt.votes.queries.log import witness_names
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import known


@bp.get("/ballots")
def ballots() -> str:
    guard.require(permissions.public)
    session = guard.database()
    found = queries.ballots(session, *PUBLIC_STATES)
    names = titles(session, [ballot.conference_id for ballot in found], current().chain)
    return render("ballots/index.html", ballots=found, titles=names)


@bp.get("/ballots/<int:ballot_id>")
def ballot(ballot_id: int) -> str:
    guard.require(permissions.public)
    session, chain, now = guard.database(), current().chain, guard.now()
    found = known(ballot_id)
    return render(
        "ballots/show.html",
        ballot=found,
        title=titles(session, [found.conference_id], chain)[found.conference_id],
        asked=booth.asked(session, found, chain),
        taking=takes_papers(found.state, found.opens_at, found.closes_at, now),
        census=census(found),
        verified=verified(found),
        witnesses=witness_names(found),
    )


def census(found: Ballot) -> queries.Census:
    """How many may vote: as it grows while the vote is open, then as it was at the opening."""
    if found.state is not BallotState.OPEN:
        return queries.Census(found.verified_people, found.verified_organisations)
    session = guard.database()
    return kept(("census", found.configuration_sha256), lambda: queries.census(session, found))


def verified(found: Ballot) -> residence.Verified | None:
    """How the people of the census were checked, while it grows."""
    if found.state is not BallotState.OPEN:
        return None
    session = guard.database()
    return kept(("verified", found.configuration_sha256), lambda: residence.verified(session, found))


@bp.get("/ballots/explained")
def explained() -> str:
    guard.require(permissions.public)
    form = CalculatorForm()
    values = form.values()
    return render("ballots/explained.html", form=form, values=values, people=_people(values))


def _people(values: dict[str, Any]) -> int | None:
    """How many people it takes; None for a cost beyond the budget."""
    if values["cost"] > values["budget"]:
        return None
    return needed_people(values["cost"], values["budget"], values["people"])


@bp.get("/ballots/promises")
def promises() -> str:
    guard.require(permissions.public)
    return render("ballots/promises.html")

"""Who may fill in a ballot paper, in which voice, and when. What is put to the vote is public."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor
from bihaelt.permissions.ballots import DESTROYED
from bihaelt.permissions.base import SIGN_IN
from bihaelt.permissions.votes import votes_for
from bihaelt.verdicts import ALLOWED, Verdict
from bihaelt.votes.domain.ballots import takes_papers
from bihaelt.votes.domain.electorates import Entitlement, may_vote

if TYPE_CHECKING:
    from bihaelt.votes.models import Ballot


def vote(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Go to the ballot paper with an account, while the vote is open."""
    verdict = vote_with_code(actor, ballot, now)
    return verdict if not verdict or actor is not None else Verdict(SIGN_IN)


def vote_as_person(actor: Actor | None, subject: "tuple[Ballot, Entitlement | None]", now: datetime) -> Verdict:
    """Vote for oneself: verified people who are old enough, whatever their passport (``subject``: with the verification)."""
    ballot, entitlement = subject
    verdict = vote(actor, ballot, now)
    return may_vote(entitlement, ballot.id, ballot.min_age) if verdict else verdict


def vote_for(actor: Actor | None, subject: "tuple[Ballot, int]", now: datetime) -> Verdict:
    """Vote for an organisation, as its delegate with voting right (``subject``: the ballot and the organisation's id)."""
    ballot, organisation_id = subject
    verdict = vote(actor, ballot, now)
    return votes_for(actor, organisation_id) if verdict and actor is not None else verdict


def see_receipt(actor: Actor | None, ballot: "Ballot", _now: datetime) -> Verdict:
    """See again what one has cast, as long as anybody can find it."""
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if ballot.destroyed_at is None else Verdict(DESTROYED)


def vote_with_code(_actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Fill in a paper with the code of a letter or sheet, which needs no account, while the vote is open."""
    return takes_papers(ballot.state, ballot.opens_at, ballot.closes_at, now)

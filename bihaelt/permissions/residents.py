"""Who may check that people live here, make voting codes, and type paper ballots in."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.permissions.ballots import STILL_DRAFT
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict
from bihaelt.votes.domain.ballots import CANCELLED, NOT_OPEN, BallotState

if TYPE_CHECKING:
    from bihaelt.votes.models import Ballot

DESK = (Role.MODERATOR, Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)
CODERS = (Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)
ENDED = {BallotState.CANCELLED: CANCELLED}


def verify_residents(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The citizens' desk: see people in person, and hand out sheets and codes."""
    return holds(actor, *DESK)


def see_codes(actor: Actor | None, _ballot: "Ballot", _now: datetime) -> Verdict:
    """Which codes were made, and how many of them are used."""
    return holds(actor, *CODERS)


def make_codes(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Make voting codes and print letters, until the vote ends."""
    verdict = see_codes(actor, ballot, now)
    if not verdict:
        return verdict
    running = ballot.state in (BallotState.DRAFT, BallotState.OPEN)
    return ALLOWED if running else Verdict(ENDED.get(ballot.state, NOT_OPEN))


def see_sheets(actor: Actor | None, _ballot: "Ballot", _now: datetime) -> Verdict:
    """How far the paper ballots are."""
    return holds(actor, *DESK)


def print_sheets(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Print paper ballots, once it is fixed what stands on them."""
    verdict = see_codes(actor, ballot, now)
    return _open(ballot) if verdict else verdict


def type_sheets(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Type paper ballots in, until the vote is closed."""
    verdict = see_sheets(actor, ballot, now)
    return _open(ballot) if verdict else verdict


def _open(ballot: "Ballot") -> Verdict:
    if ballot.state is BallotState.DRAFT:
        return Verdict(STILL_DRAFT)
    return ALLOWED if ballot.state is BallotState.OPEN else Verdict(ENDED.get(ballot.state, NOT_OPEN))

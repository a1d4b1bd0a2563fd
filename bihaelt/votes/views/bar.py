"""An open vote is shown on every page: a calm line for everybody, a warning for who has ticks that are not cast."""

from dataclasses import dataclass
from datetime import datetime

from bihaelt import guard
from bihaelt.memo import kept
from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.keys import MissingKeys
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries import roll
from bihaelt.votes.queries.booth import own
from bihaelt.votes.queries.running import OpenNow, open_for_all
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import ring


@dataclass(frozen=True, slots=True)
class Bar:
    """What the line says of one open vote; ``is_unfinished``: own ticks, or those of one's organisation, are not cast.

    ``acting_for`` is that organisation, when one's own paper is in order. ``is_change``: another paper of theirs is cast.
    """

    ballot_id: int
    closes_at: datetime
    is_unfinished: bool = False
    acting_for: int | None = None
    is_change: bool = False


@bp.app_template_global("ballot_bars")
def ballot_bars() -> tuple[Bar, ...]:
    """The open votes. For visitors they are kept for a minute and process; only during a vote are people asked for."""
    session, now, actor = guard.database(), guard.now(), guard.actor()
    everyone: tuple[OpenNow, ...] = kept(("ballots", "open"), lambda: open_for_all(session))
    running = [ballot for ballot in everyone if ballot.opens_at <= now < ballot.closes_at]
    if actor is None or not running:
        return tuple(Bar(ballot.ballot_id, ballot.closes_at) for ballot in running)
    seats = [seat.organisation_id for seat in actor.seats if seat.may_vote]
    return tuple(_mine(ballot) for ballot in roll.open_ballots(session, actor.id, seats, now))


def _mine(ballot: roll.OpenBallot) -> Bar:
    if ballot.is_unfinished and ballot.verification_id is not None:
        voter, waiting = Voter(Kind.VERIFICATION, ballot.verification_id), None
    elif ballot.organisations:
        waiting = min(ballot.organisations)
        voter = Voter(Kind.ORGANISATION, waiting)
    else:
        return Bar(ballot.ballot_id, ballot.closes_at)
    return Bar(ballot.ballot_id, ballot.closes_at, True, waiting, _has_cast(ballot.ballot_id, voter))


def _has_cast(ballot_id: int, voter: Voter) -> bool:
    """Whether something of theirs counts already. Nothing in the database says so of a person: their papers are looked for."""
    session = guard.database()
    try:
        return own(session, ring(), session.get_one(Ballot, ballot_id), voter).is_cast
    except MissingKeys:
        return False

"""An open vote is shown on every page: a calm line for everybody, a warning for who has ticks that are not cast."""

from dataclasses import dataclass
from datetime import datetime

from bihaelt import guard
from bihaelt.memo import kept
from bihaelt.votes.queries import roll
from bihaelt.votes.queries.running import OpenNow, open_for_all
from bihaelt.votes.views.blueprint import bp


@dataclass(frozen=True, slots=True)
class Bar:
    """What the line says of one open vote; ``is_unfinished``: own ticks, or those of one's organisation, are not cast.

    ``acting_for`` is that organisation, when one's own paper is in order.
    """

    ballot_id: int
    closes_at: datetime
    is_unfinished: bool = False
    acting_for: int | None = None


@bp.app_template_global("ballot_bars")
def ballot_bars() -> list[Bar]:
    """The open votes. For visitors they are kept for a minute and process; only during a vote are people asked for."""
    session, now, actor = guard.database(), guard.now(), guard.actor()
    everyone: tuple[OpenNow, ...] = kept(("ballots", "open"), lambda: open_for_all(session))
    running = [ballot for ballot in everyone if ballot.opens_at <= now < ballot.closes_at]
    if actor is None or not running:
        return [Bar(ballot.ballot_id, ballot.closes_at) for ballot in running]
    seats = [seat.organisation_id for seat in actor.seats if seat.may_vote]
    return [_mine(ballot) for ballot in roll.open_ballots(session, actor.id, seats, now)]


def _mine(ballot: roll.OpenBallot) -> Bar:
    waiting = None if ballot.is_unfinished else min(ballot.organisations, default=None)
    return Bar(ballot.ballot_id, ballot.closes_at, ballot.is_unfinished or waiting is not None, waiting)

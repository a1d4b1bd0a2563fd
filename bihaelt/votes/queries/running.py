"""Which votes are open: the one question that every page asks, so its statement is built once."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.reading import columns
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.models import Ballot


@dataclass(frozen=True, slots=True)
class OpenNow:
    """A vote that was opened and not closed; whoever shows it compares the times."""

    ballot_id: int
    opens_at: datetime
    closes_at: datetime


OPEN = (
    sa.select(Ballot.id, Ballot.opens_at, Ballot.closes_at)
    .where(Ballot.state == BallotState.OPEN)
    .order_by(Ballot.closes_at, Ballot.id)
    .execution_options(kept=True)  # asked once a minute and process, for all pages: tests count it apart
)


def open_for_all(session: Session) -> tuple[OpenNow, ...]:
    """The open votes, the one that ends first at the front. One statement."""
    return tuple(OpenNow(row.id, row.opens_at, row.closes_at) for row in columns(session, OPEN, {}))

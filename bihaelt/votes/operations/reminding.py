"""One letter to everybody who has ticks that are not cast, so that nobody believes to have voted when they have not."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.accounts.queries import running_on
from bihaelt.organisations.models import Delegation
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.models import Ballot, Unfinished, Verification
from bihaelt.workdays import day_of, last_day_of

REST = timedelta(hours=24)
LAST_CALL = timedelta(hours=48)


def remind(session: Session, *, now: datetime) -> int:
    """The job: write once to those whose ticks have lain for a day, and in the last two days to all. Returns how many letters.

    People with a code alone have no address; for an organisation, its voting delegates are reminded.
    """
    rows = session.execute(
        sa.select(Unfinished, Ballot.closes_at, Ballot.conference_id)
        .join(Ballot, Ballot.id == Unfinished.ballot_id)
        .where(
            Unfinished.reminded_at.is_(None), Unfinished.code_id.is_(None), Ballot.state == BallotState.OPEN,
            Ballot.closes_at > now, sa.or_(Unfinished.since <= now - REST, Ballot.closes_at <= now + LAST_CALL),
        )
        .order_by(Unfinished.id)
        .with_for_update(of=Unfinished, skip_locked=True)
    ).all()  # fmt: skip
    letters = 0
    for row in rows:
        found: Unfinished = row.Unfinished
        found.reminded_at = now
        for account in _readers(session, found, now):
            letters += 1
            enqueue(
                session, kind="ballot_unfinished", email=account.email, language=account.language, account_id=account.id,
                now=now, once_key=f"ballot-{found.ballot_id}-unfinished-{found.id}-{account.id}",
                name=account.display_name, ballot_id=found.ballot_id, last_day=last_day_of(row.closes_at, CITY_ZONE).isoformat(),
                for_organisation=found.organisation_id is not None,
            )  # fmt: skip
    session.flush()
    return letters


def _readers(session: Session, found: Unfinished, now: datetime) -> list[Account]:
    query = sa.select(Account).where(Account.state == AccountState.ACTIVE).order_by(Account.id)
    if found.verification_id is not None:
        query = query.join(Verification, Verification.account_id == Account.id)
        query = query.where(Verification.id == found.verification_id)
    else:
        today = day_of(now, CITY_ZONE)
        query = query.join(Delegation, Delegation.account_id == Account.id).where(
            Delegation.organisation_id == found.organisation_id, Delegation.may_vote, running_on(Delegation, today)
        )
    return list(session.scalars(query))

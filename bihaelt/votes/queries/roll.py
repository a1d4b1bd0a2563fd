"""Reading the roll: who may vote in a ballot, and whom an open ballot concerns. No choice is ever read here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.reading import columns
from bihaelt.votes.domain.ballots import BallotState, Channel
from bihaelt.votes.domain.electorates import Entitlement, Kind, Level, Voter
from bihaelt.votes.models import (
    Ballot,
    CodeBatch,
    Invalidation,
    Strike,
    Unfinished,
    Verification,
    VotingCode,
)


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """An open ballot as one signed-in person meets it on every page.

    ``verification_id`` and ``level`` are None for somebody who is not verified for it. ``is_unfinished``: own ticks that are not cast;
    ``organisations``: those of one's organisations that have such ticks.
    """

    ballot_id: int
    conference_id: int
    opens_at: datetime
    closes_at: datetime
    verification_id: int | None
    level: Level | None
    struck: bool
    is_unfinished: bool
    organisations: frozenset[int]


OWN, THEIRS = sa.orm.aliased(Unfinished), sa.orm.aliased(Unfinished)
# Built once: every page of everybody who is signed in asks it while a vote is open.
OPEN_BALLOTS = (
    sa.select(
        Ballot.id,
        Ballot.conference_id,
        Ballot.opens_at,
        Ballot.closes_at,
        Verification.id.label("verification_id"),
        Verification.level,
        Strike.channel,
        OWN.id.label("own"),
        THEIRS.organisation_id.label("theirs"),
    )
    .outerjoin(
        Verification,
        sa.and_(
            Verification.account_id == sa.bindparam("account"),
            Verification.revoked_at.is_(None),
            Verification.age_met >= Ballot.min_age,
            sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == Ballot.id),
        ),
    )
    .outerjoin(Strike, sa.and_(Strike.verification_id == Verification.id, Strike.ballot_id == Ballot.id))
    .outerjoin(OWN, sa.and_(OWN.ballot_id == Ballot.id, OWN.verification_id == Verification.id))
    .outerjoin(
        THEIRS,
        sa.and_(
            THEIRS.ballot_id == Ballot.id, THEIRS.organisation_id.in_(sa.bindparam("organisations", expanding=True))
        ),
    )
    .where(
        Ballot.state == BallotState.OPEN, Ballot.opens_at <= sa.bindparam("now"), Ballot.closes_at > sa.bindparam("now")
    )
    .order_by(Ballot.closes_at, Ballot.id)
)


def open_ballots(
    session: Session, account_id: int, organisation_ids: Collection[int], now: datetime
) -> Sequence[OpenBallot]:
    """The ballots that are open at ``now``, the one that ends first at the front. One statement, for every signed-in page."""
    rows = columns(session, OPEN_BALLOTS, {"account": account_id, "organisations": list(organisation_ids), "now": now})
    found: dict[int, OpenBallot] = {}
    for row in rows:
        before = found.get(row.id)
        more = frozenset() if row.theirs is None else frozenset({row.theirs})
        found[row.id] = OpenBallot(
            row.id,
            row.conference_id,
            row.opens_at,
            row.closes_at,
            row.verification_id,
            row.level,
            row.channel is not None,
            row.own is not None,
            more | (before.organisations if before else frozenset()),
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Entitled:
    """The verification of an account, as it stands for one ballot."""

    verification_id: int
    level: Level
    verified_at: datetime
    entitlement: Entitlement

    @property
    def voter(self) -> Voter:
        return Voter(Kind.VERIFICATION, self.verification_id)


def entitled(session: Session, ballot_id: int, account_id: int) -> Entitled | None:
    """The account's verification, to be asked with ``domain.electorates.may_vote``; None without one. One statement."""
    row = session.execute(
        sa.select(Verification, Strike.channel)
        .outerjoin(Strike, sa.and_(Strike.verification_id == Verification.id, Strike.ballot_id == ballot_id))
        .where(Verification.account_id == account_id)
    ).first()
    if row is None:
        return None
    found: Verification = row.Verification
    return Entitled(
        found.id,
        found.level,
        found.verified_at,
        Entitlement(found.ballot_id, found.age_met, found.revoked_at is not None, row.channel),
    )


def verification(session: Session, account_id: int) -> Verification | None:
    """How an account is verified, for its own pages. One statement."""
    return session.scalar(sa.select(Verification).where(Verification.account_id == account_id))


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of codes and what became of them."""

    id: int
    name: str
    channel: Channel
    on_sheets: bool
    made_at: datetime
    codes: int
    used: int
    voided: int


def batches(session: Session, ballot_id: int) -> Sequence[BatchRow]:
    """The batches of codes of a ballot, the newest first. One statement."""
    rows = session.execute(
        sa.select(
            CodeBatch.id,
            CodeBatch.name,
            CodeBatch.channel,
            CodeBatch.on_sheets,
            CodeBatch.made_at,
            CodeBatch.codes,
            sa.func.count(VotingCode.used_as).label("used"),
            sa.func.count(VotingCode.voided_at).label("voided"),
        )
        .join(VotingCode, VotingCode.batch_id == CodeBatch.id)
        .where(CodeBatch.ballot_id == ballot_id)
        .group_by(CodeBatch.id)
        .order_by(CodeBatch.id.desc())
    )
    return [BatchRow(**row._mapping) for row in rows]


def invalidation(session: Session, number: int) -> Invalidation | None:
    return session.get(Invalidation, number)


def batch(session: Session, number: int) -> CodeBatch | None:
    return session.get(CodeBatch, number)

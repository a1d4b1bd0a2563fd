"""Reading the roll for the desks: one person, what they took, and how far the paper ballots are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import Conference
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.domain.ballots import BallotState, Channel
from bihaelt.votes.domain.electorates import CodeUse, Level
from bihaelt.votes.models import Ballot, CodeBatch, PaperEntry, Strike, Verification, VotingCode


def verification(session: Session, number: int) -> Verification | None:
    return session.get(Verification, number)


def open_ballots(session: Session, now: datetime) -> Sequence[Ballot]:
    """The ballots that take papers at ``now``, for handing out. One statement."""
    return session.scalars(
        sa.select(Ballot)
        .where(Ballot.state == BallotState.OPEN, Ballot.opens_at <= now, Ballot.closes_at > now)
        .order_by(Ballot.closes_at, Ballot.id)
    ).all()


@dataclass(frozen=True, slots=True)
class StrikeRow:
    """What somebody took in person, and for which vote."""

    ballot_id: int
    title: Shown
    channel: Channel
    struck_at: datetime


def strikes_of(session: Session, verification_id: int, chain: Sequence[str]) -> Sequence[StrikeRow]:
    """The sheets and codes that a person took, the newest first. At most two statements."""
    rows = session.execute(
        sa.select(Strike.ballot_id, Strike.channel, Strike.struck_at, Conference.text_id)
        .join(Ballot, Ballot.id == Strike.ballot_id)
        .join(Conference, Conference.id == Ballot.conference_id)
        .where(Strike.verification_id == verification_id)
        .order_by(Strike.struck_at.desc(), Strike.ballot_id.desc())
    ).all()
    titles = shown(session, [row.text_id for row in rows], chain) if rows else {}
    return [StrikeRow(row.ballot_id, titles[row.text_id], row.channel, row.struck_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the paper ballots of a vote are. ``printed`` without those made void; ``out``: handed out to people."""

    printed: int
    out: int
    once: int
    differing: int
    done: int


def progress(session: Session, ballot_id: int) -> Progress:
    """One statement."""
    sheet = (
        sa.select(
            sa.func.count().label("entries"),
            sa.func.sum(sa.case((PaperEntry.is_done, 1), else_=0)).label("done"),
        )
        .where(PaperEntry.ballot_id == ballot_id)
        .group_by(PaperEntry.sheet)
        .subquery()
    )
    printed = (
        sa.select(sa.func.count(VotingCode.id))
        .join(CodeBatch, CodeBatch.id == VotingCode.batch_id)
        .where(
            VotingCode.ballot_id == ballot_id, CodeBatch.on_sheets, VotingCode.voided_at.is_(None)
        )
    )  # fmt: skip
    out = sa.select(sa.func.count()).where(Strike.ballot_id == ballot_id, Strike.channel == Channel.PAPER)
    row = session.execute(
        sa.select(
            printed.scalar_subquery().label("printed"),
            out.scalar_subquery().label("out"),
            sa.func.coalesce(sa.func.sum(sa.case((sa.and_(sheet.c.done == 0, sheet.c.entries == 1), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((sa.and_(sheet.c.done == 0, sheet.c.entries > 1), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((sheet.c.done > 0, 1), else_=0)), 0),
        ).select_from(sheet)
    ).one()
    return Progress(*(int(each) for each in row))


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """A paper ballot that waits for its second person, or (``differs``) for a third one. ``mine``: I have typed it in."""

    number: str
    differs: bool
    mine: bool


MOST_WAITING = 100


def waiting_sheets(session: Session, ballot_id: int, account_id: int) -> Sequence[WaitingSheet]:
    """The paper ballots that are not done, those that differ first; what was typed in is not read. One statement."""
    mine = sa.func.sum(sa.case((PaperEntry.typed_by_id == account_id, 1), else_=0))
    rows = session.execute(
        sa.select(PaperEntry.number, sa.func.count().label("entries"), mine.label("mine"))
        .where(PaperEntry.ballot_id == ballot_id, PaperEntry.is_done.is_(False))
        .group_by(PaperEntry.sheet, PaperEntry.number)
        .order_by(sa.func.count().desc(), sa.func.min(PaperEntry.id))
        .limit(MOST_WAITING)
    )
    return [WaitingSheet(row.number, row.entries > 1, bool(row.mine)) for row in rows]


@dataclass(frozen=True, slots=True)
class Verified:
    """The people on the roll of a vote, by how they were checked. ``letters``: codes sent out that nobody tied to an account."""

    levels: Mapping[Level, int]
    letters: int


def verified(session: Session, found: Ballot) -> Verified:
    """The people of the census, by level. One statement."""
    rows = session.execute(
        sa.select(sa.cast(Verification.level, sa.String).label("level"), sa.func.count().label("number"))
        .where(
            sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == found.id),
            Verification.revoked_at.is_(None),
            Verification.age_met >= found.min_age,
        )
        .group_by(Verification.level)
        .union_all(
            sa.select(sa.literal(""), sa.func.count())
            .select_from(VotingCode)
            .join(CodeBatch, CodeBatch.id == VotingCode.batch_id)
            .where(
                VotingCode.ballot_id == found.id,
                CodeBatch.channel == Channel.CODE,
                VotingCode.voided_at.is_(None),
                sa.or_(VotingCode.used_as.is_(None), VotingCode.used_as != CodeUse.ACCOUNT),
            )
        )
    )
    counted = {row.level: row.number for row in rows}
    return Verified({level: counted.get(level.value, 0) for level in Level}, counted.get("", 0))

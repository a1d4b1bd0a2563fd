"""Vouching for a result, and destroying what links voters and papers when nobody needs to know it any more."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import TRANSITIONS, BallotState, destroyable_from
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.models import (
    Ballot,
    Certification,
    Count,
    Countersignature,
    Paper,
    PaperEntry,
    Question,
    TurnoutHour,
)
from bihaelt.votes.operations.locks import lock_ballot, postgres
from bihaelt.votes.operations.log import append, latest
from bihaelt.votes.queries.results import is_explained

WHAT = "The key from which pseudonyms were made, and the pseudonym on every paper of this ballot."
SIGNATURES = 2


def certify(session: Session, *, ballot: Ballot, by: Voice, now: datetime) -> Certification:
    """Vouch for the last count in one's role. The second person, in another role, makes the result final.

    Raises DomainError for the same person or role again and while witnesses are missing, Conflict unless it is counted.
    """
    lock_ballot(session, ballot)
    if ballot.state is not BallotState.COUNTED:
        raise Conflict(N_("The papers have not been counted yet."))
    role = Role(by.role)
    earlier = session.scalars(
        sa.select(Certification).where(Certification.ballot_id == ballot.id, Certification.run == ballot.run)
    ).all()
    if any(each.account_id == by.actor_id or each.role is role for each in earlier):
        raise DomainError(N_("The second signature has to come from another person in another role."))
    if not is_explained(session, ballot):
        raise DomainError(
            N_("The reasons of this result are still being worked out. Please come back in some minutes.")
        )
    _refuse_without_witnesses(session, ballot)
    signed = Certification(
        ballot_id=ballot.id, run=ballot.run, account_id=by.actor_id, role=role, result_sha256=result_hash(session, ballot),
        signed_at=now,
    )  # fmt: skip
    session.add(signed)
    if len(earlier) + 1 >= SIGNATURES:
        ballot.state, ballot.certified_at = step(TRANSITIONS, ballot.state, BallotState.CERTIFIED), now
    record(session, act="ballot.certified", subject=ballot, by=by, now=now, count=ballot.run)
    session.flush()
    return signed


def result_hash(session: Session, ballot: Ballot) -> str:
    """SHA-256 in hex over the stored results of the last count, by the questions' keys."""
    rows = session.scalars(
        sa.select(Count.result)
        .join(Question, Question.id == Count.question_id)
        .where(Question.ballot_id == ballot.id, Count.run == ballot.run)
        .order_by(Question.key)
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def destroy_link(session: Session, *, ring: KeyRing, ballot: Ballot, by: Voice, now: datetime) -> None:
    """After the objection period: pseudonyms and the pepper are destroyed, and the log says so.

    Raises DomainError before the end of the period, Conflict before the end of the ballot and when it was done.
    """
    lock_ballot(session, ballot)
    if ballot.destroyed_at is not None or TRANSITIONS[ballot.state]:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    ended = ballot.closed_at or ballot.cancelled_at or now
    until = destroyable_from(ended, ballot.objection_days)
    if now < until:
        raise DomainError(
            N_("The link between voters and papers is kept until %(moment)s, for objections."), moment=until
        )
    mine = sa.select(Question.id).where(Question.ballot_id == ballot.id)
    quietly = {"synchronize_session": False}
    session.execute(
        sa.update(Paper).where(Paper.question_id.in_(mine)).values(pseudonym=_drawn(session), draft=None),
        execution_options=quietly,
    )
    session.execute(
        sa.update(PaperEntry)
        .where(PaperEntry.ballot_id == ballot.id)
        .values(choices="", sheet=PaperEntry.part.concat(PaperEntry.id.cast(sa.String))),
        execution_options=quietly,
    )
    _forget_networks(session, ballot.id)
    signer = ring.signer(ballot.key, ballot.origin)
    append(session, ballot=ballot, entries=[leaves.Destroyed(WHAT)], signer=signer, now=now)
    ballot.destroyed_at = now
    record(session, act="ballot.destroyed", subject=ballot, by=by, now=now)
    session.flush()
    ring.destroy_pepper(ballot.key)


def _drawn(session: Session) -> sa.ColumnElement[str]:
    """In the place of each pseudonym 64 digits that the database draws, another time for each paper."""
    if postgres(session):
        return sa.func.replace(sa.func.concat(sa.func.gen_random_uuid(), sa.func.gen_random_uuid()), "-", "")
    return sa.func.lower(sa.func.hex(sa.func.randomblob(32)))


def _forget_networks(session: Session, ballot_id: int) -> None:
    """The turnout keeps its sums; from which networks it came goes with the key of their hashes."""
    columns = (
        TurnoutHour.ballot_id, TurnoutHour.electorate, TurnoutHour.channel, TurnoutHour.hour, TurnoutHour.account_age,
        TurnoutHour.shard,
    )  # fmt: skip
    mine = TurnoutHour.ballot_id == ballot_id
    sums = sa.func.sum(TurnoutHour.voters).label("voters"), sa.func.sum(TurnoutHour.casts).label("casts")
    rows = [dict(row) for row in session.execute(sa.select(*columns, *sums).where(mine).group_by(*columns)).mappings()]
    session.execute(sa.delete(TurnoutHour).where(mine), execution_options={"synchronize_session": False})
    if rows:
        numbers = [{**row, "voters": int(row["voters"]), "casts": int(row["casts"]), "network": ""} for row in rows]
        session.execute(sa.insert(TurnoutHour), numbers)


def _refuse_without_witnesses(session: Session, ballot: Ballot) -> None:
    last = latest(session, ballot.id)
    assert last is not None, "an opened ballot has a log"
    watching = session.scalar(sa.select(sa.func.count()).where(Countersignature.checkpoint_id == last.id))
    if (watching or 0) < ballot.quorum:
        raise DomainError(
            N_("%(number)s witnesses have to countersign the end of the log first."), number=ballot.quorum
        )

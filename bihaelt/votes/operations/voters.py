"""Whether somebody may vote at this moment, and what they have cast so far: one statement, and on PostgreSQL the locks before it.

The voter's own row is locked, so that one voter's acts follow each other, and read when the lock is had: whoever strikes
somebody off or makes a code void changes that row. The ballot's lock is shared with all who cast and waits for a closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.marks import N_
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Organisation
from bihaelt.verdicts import ALLOWED, DomainError, Verdict
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.electorates import CodeUse, Entitlement, Kind, Voter, may_vote
from bihaelt.votes.models import Ballot, Paper, Verification, VotingCode
from bihaelt.votes.operations import straight
from bihaelt.votes.operations.locks import BALLOTS, postgres
from bihaelt.votes.queries.ballots import QuestionFacts
from bihaelt.votes.queries.papers import COLUMNS, OwnPaper, is_own, own_paper, whose

DEAD_CODE = N_("This code is not valid, or it was used before.")
NOT_ITS_TURN = N_("This organisation is not verified.")
BALLOT, VOTER = sa.bindparam("ballot_id", type_=sa.Integer), sa.bindparam("voter_id", type_=sa.Integer)
ROWS: Mapping[Kind, Any] = {
    Kind.VERIFICATION: Verification,
    Kind.CODE: VotingCode,
    Kind.ORGANISATION: Organisation,
}
FACTS: Mapping[Kind, tuple[Any, ...]] = {
    Kind.VERIFICATION: (
        Ballot.min_age, Verification.ballot_id, Verification.age_met, Verification.revoked_at, Verification.struck_in,
        Verification.struck_as, Account.created_at,
    ),
    Kind.CODE: (VotingCode.used_as, VotingCode.voided_at),
    Kind.ORGANISATION: (Organisation.state.label("organisation"),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entered:
    """A voter who may vote, and the ballot's state as it is now; ``papers`` by question."""

    state: BallotState
    account_made: datetime | None
    papers: Mapping[int, OwnPaper]


def entered(
    session: Session, ballot_id: int, voter: Voter, names: Mapping[int, str], questions: Sequence[QuestionFacts]
) -> Entered:
    """Reads and, where the database has finer locks than one for all, locks. ``names``: the voter's pseudonyms.

    Raises DomainError with the reason when the voter may not vote.
    """
    connection = session.connection()
    here = {"ballot_id": ballot_id, "voter_id": voter.id}
    if postgres(session):  # a statement of its own: what is read must be newer than the wait
        straight.run(connection, _locking(voter.kind), here)
    values = whose(names, voter, questions) | here
    rows = straight.run(connection, _reading(voter.kind, len(questions)), values).all()
    verdict = JUDGES[voter.kind](rows[0], ballot_id) if rows else Verdict(DEAD_CODE)
    if not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)
    return Entered(
        BallotState(rows[0].of_ballot),
        straight.read(connection, rows[0].created_at) if voter.kind is Kind.VERIFICATION else None,
        {row.question_id: own_paper(row) for row in rows if row.question_id is not None},
    )


@cache
def _locking(kind: Kind) -> Any:
    waiting = sa.select(sa.func.pg_advisory_xact_lock_shared(BALLOTS, Ballot.id)).select_from(Ballot)
    return _with_voter(waiting, kind).with_for_update(of=ROWS[kind], key_share=True)


@cache
def _reading(kind: Kind, questions: int) -> Any:
    here = _with_voter(sa.select(Ballot.state.label("of_ballot"), *FACTS[kind], *COLUMNS).select_from(Ballot), kind)
    if kind is Kind.VERIFICATION:
        here = here.outerjoin(Account, Account.id == Verification.account_id)
    return here.outerjoin(Paper, is_own(kind, questions))


def _with_voter(statement: Any, kind: Kind) -> Any:
    row = ROWS[kind]
    of_ballot = VotingCode.ballot_id == Ballot.id if kind is Kind.CODE else sa.true()
    return statement.join(row, sa.and_(row.id == VOTER, of_ballot)).where(Ballot.id == BALLOT)


def _person(row: Any, ballot_id: int) -> Verdict:
    struck = row.struck_as if row.struck_in == ballot_id else None
    return may_vote(Entitlement(row.ballot_id, row.age_met, row.revoked_at is not None, struck), ballot_id, row.min_age)


def _code(row: Any, _ballot_id: int) -> Verdict:
    fits = row.voided_at is None and row.used_as in (CodeUse.ALONE, CodeUse.SHEET)
    return ALLOWED if fits else Verdict(DEAD_CODE)


def _organisation(row: Any, _ballot_id: int) -> Verdict:
    return ALLOWED if row.organisation == OrganisationState.VERIFIED else Verdict(NOT_ITS_TURN)


JUDGES: Mapping[Kind, Any] = {Kind.VERIFICATION: _person, Kind.CODE: _code, Kind.ORGANISATION: _organisation}

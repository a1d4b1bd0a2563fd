"""Whether somebody may vote at this moment, read under the voter's lock. One statement for each kind of voter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
from bihaelt.votes.models import Ballot, Strike, Verification, VotingCode

DEAD_CODE = N_("This code is not valid, or it was used before.")
NOT_ITS_TURN = N_("This organisation is not verified.")


@dataclass(frozen=True, slots=True)
class Known:
    """The ballot's state as it is now, and how old the voter's account is (None without one)."""

    state: BallotState
    account_created_at: datetime | None


BALLOT, VOTER = sa.bindparam("ballot_id", type_=sa.Integer), sa.bindparam("voter_id", type_=sa.Integer)
HERE = sa.select(Ballot.state, Ballot.min_age).select_from(Ballot).where(Ballot.id == BALLOT)
STATEMENTS: Mapping[Kind, Any] = {
    Kind.VERIFICATION: HERE.add_columns(
        Verification.ballot_id, Verification.age_met, Verification.revoked_at, Strike.channel, Account.created_at
    )
    .join(Verification, Verification.id == VOTER)
    .outerjoin(Strike, sa.and_(Strike.ballot_id == Ballot.id, Strike.verification_id == Verification.id))
    .outerjoin(Account, Account.id == Verification.account_id),
    Kind.CODE: HERE.add_columns(VotingCode.used_as, VotingCode.voided_at).join(
        VotingCode, sa.and_(VotingCode.id == VOTER, VotingCode.ballot_id == Ballot.id)
    ),
    Kind.ORGANISATION: HERE.add_columns(Organisation.state.label("organisation")).join(
        Organisation, Organisation.id == VOTER
    ),
}


def refuse_unless_entitled(session: Session, ballot_id: int, voter: Voter) -> Known:
    """Raises DomainError with the reason when this voter may not vote in this ballot."""
    row = session.execute(STATEMENTS[voter.kind], {"ballot_id": ballot_id, "voter_id": voter.id}).first()
    verdict = Verdict(DEAD_CODE) if row is None else JUDGES[voter.kind](row, ballot_id)
    if row is None or not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)
    return Known(row.state, row.created_at if voter.kind is Kind.VERIFICATION else None)


def _person(row: Any, ballot_id: int) -> Verdict:
    entitlement = Entitlement(row.ballot_id, row.age_met, row.revoked_at is not None, row.channel)
    return may_vote(entitlement, ballot_id, row.min_age)


def _code(row: Any, _ballot_id: int) -> Verdict:
    fits = row.voided_at is None and row.used_as in (CodeUse.ALONE, CodeUse.SHEET)
    return ALLOWED if fits else Verdict(DEAD_CODE)


def _organisation(row: Any, _ballot_id: int) -> Verdict:
    return ALLOWED if row.organisation is OrganisationState.VERIFIED else Verdict(NOT_ITS_TURN)


JUDGES = {Kind.VERIFICATION: _person, Kind.CODE: _code, Kind.ORGANISATION: _organisation}

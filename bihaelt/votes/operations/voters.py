"""Whether somebody may vote at this moment. One statement for each kind of voter, and on PostgreSQL the locks with it.

The voter's own row is locked, so that one voter's acts follow each other, and read as it is when the lock is had: whoever
strikes somebody off or makes a code void changes that row. The ballot's lock is shared with all who cast and waits for a
closing; its state is read afterwards, with the papers.
"""

from collections.abc import Mapping
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
from bihaelt.votes.domain.electorates import CodeUse, Entitlement, Kind, Voter, may_vote
from bihaelt.votes.models import Ballot, Verification, VotingCode
from bihaelt.votes.operations.locks import BALLOTS, postgres

DEAD_CODE = N_("This code is not valid, or it was used before.")
NOT_ITS_TURN = N_("This organisation is not verified.")
BALLOT, VOTER = sa.bindparam("ballot_id", type_=sa.Integer), sa.bindparam("voter_id", type_=sa.Integer)


@cache
def _statement(kind: Kind, locking: bool) -> Any:
    here = sa.select(Ballot.min_age).select_from(Ballot).where(Ballot.id == BALLOT)
    if locking:
        here = here.add_columns(sa.func.pg_advisory_xact_lock_shared(BALLOTS, Ballot.id))
    if kind is Kind.VERIFICATION:
        row: Any = Verification
        columns = (Verification.ballot_id, Verification.age_met, Verification.revoked_at, Verification.struck_in)
        here = here.add_columns(*columns, Verification.struck_as, Account.created_at)
        here = here.join(Verification, Verification.id == VOTER)
        here = here.outerjoin(Account, Account.id == Verification.account_id)
    elif kind is Kind.CODE:
        row = VotingCode
        here = here.add_columns(VotingCode.used_as, VotingCode.voided_at)
        here = here.join(VotingCode, sa.and_(VotingCode.id == VOTER, VotingCode.ballot_id == Ballot.id))
    else:
        row = Organisation
        here = here.add_columns(Organisation.state.label("organisation")).join(Organisation, Organisation.id == VOTER)
    return here.with_for_update(of=row, key_share=True) if locking else here


def entitled_now(session: Session, ballot_id: int, voter: Voter) -> datetime | None:
    """When the voter's account was made (None without one). Raises DomainError with the reason when they may not vote."""
    statement = _statement(voter.kind, postgres(session))
    row = session.connection().execute(statement, {"ballot_id": ballot_id, "voter_id": voter.id}).first()
    verdict = Verdict(DEAD_CODE) if row is None else JUDGES[voter.kind](row, ballot_id)
    if row is None or not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)
    created: datetime | None = row.created_at if voter.kind is Kind.VERIFICATION else None
    return created


def _person(row: Any, ballot_id: int) -> Verdict:
    struck = row.struck_as if row.struck_in == ballot_id else None
    return may_vote(Entitlement(row.ballot_id, row.age_met, row.revoked_at is not None, struck), ballot_id, row.min_age)


def _code(row: Any, _ballot_id: int) -> Verdict:
    fits = row.voided_at is None and row.used_as in (CodeUse.ALONE, CodeUse.SHEET)
    return ALLOWED if fits else Verdict(DEAD_CODE)


def _organisation(row: Any, _ballot_id: int) -> Verdict:
    return ALLOWED if row.organisation is OrganisationState.VERIFIED else Verdict(NOT_ITS_TURN)


JUDGES: Mapping[Kind, Any] = {Kind.VERIFICATION: _person, Kind.CODE: _code, Kind.ORGANISATION: _organisation}

"""Reading what follows the close: who has vouched for the result, and whose votes somebody wants taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.organisations.models import Organisation
from bihaelt.votes.domain.electorates import Kind
from bihaelt.votes.models import (
    Ballot,
    Certification,
    CodeBatch,
    Invalidation,
    Paper,
    Question,
    Verification,
    VotingCode,
)


def certifications(session: Session, ballot: Ballot) -> Sequence[Certification]:
    """Who has vouched for the last count. One statement."""
    return session.scalars(
        sa.select(Certification)
        .where(Certification.ballot_id == ballot.id, Certification.run == ballot.run)
        .order_by(Certification.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to take votes out. ``kind`` and ``name`` say whose they are until it is answered; then nobody knows."""

    id: int
    reason: str
    asked_at: datetime
    asked_by_id: int | None
    answered_at: datetime | None
    is_confirmed: bool | None
    papers: int
    kind: Kind | None
    name: str


def asked(session: Session, ballot_id: int) -> Sequence[Asked]:
    """All requests of a ballot, the newest first. One statement."""
    rows = session.execute(
        sa.select(
            Invalidation,
            CodeBatch.name.label("batch"),
            VotingCode.number,
            Organisation.name.label("organisation"),
            Account.display_name,
        )
        .outerjoin(VotingCode, VotingCode.id == Invalidation.code_id)
        .outerjoin(CodeBatch, CodeBatch.id == sa.func.coalesce(Invalidation.batch_id, VotingCode.batch_id))
        .outerjoin(Organisation, Organisation.id == Invalidation.organisation_id)
        .outerjoin(Verification, Verification.id == Invalidation.verification_id)
        .outerjoin(Account, Account.id == Verification.account_id)
        .where(Invalidation.ballot_id == ballot_id)
        .order_by(Invalidation.id.desc())
    )
    return [_asked(row) for row in rows]


def _asked(row: Any) -> Asked:
    found: Invalidation = row.Invalidation
    kind: Kind | None = None
    name = ""
    if found.verification_id is not None:
        kind, name = Kind.VERIFICATION, row.display_name or ""
    elif found.organisation_id is not None:
        kind, name = Kind.ORGANISATION, row.organisation or ""
    elif found.answered_at is None:
        kind, name = Kind.CODE, row.batch if row.number is None else f"{row.batch}, {row.number}"
    return Asked(
        found.id, found.reason, found.asked_at, found.asked_by_id, found.answered_at, found.is_confirmed, found.papers,
        kind, name,
    )  # fmt: skip


def verification_of(session: Session, email: str) -> int | None:
    """The verification of the account with this address, or None. One statement."""
    return session.scalar(
        sa.select(Verification.id)
        .join(Account, Account.id == Verification.account_id)
        .where(sa.func.lower(Account.email) == email.strip().lower())
    )


def code_in(session: Session, batch_id: int, number: int) -> int | None:
    """The code with the printed ``number`` of a batch, or None. One statement."""
    return session.scalar(sa.select(VotingCode.id).where(VotingCode.batch_id == batch_id, VotingCode.number == number))


def voting_organisations(session: Session, ballot_id: int) -> Sequence[tuple[int, str]]:
    """The organisations that have papers in a ballot, by name. One statement."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(
                sa.select(Paper.organisation_id)
                .join(Question, Question.id == Paper.question_id)
                .where(Question.ballot_id == ballot_id, Paper.organisation_id.is_not(None))
            )
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return [(row.id, row.name) for row in rows]

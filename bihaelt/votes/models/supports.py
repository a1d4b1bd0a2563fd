"""Supports: a signal, one per person and one per organisation and conference."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.models import Proposal
from bihaelt.votes.domain import Electorate


class Support(db.Model):
    """``account_id`` is who clicked; it becomes empty when an account is erased after the phase, the support stays counted."""

    __tablename__ = "support"
    __table_args__ = (
        sa.Index(
            "uq_support_person", "proposal_id", "conference_id", "account_id", unique=True,
            sqlite_where=sa.text("organisation_id IS NULL"), postgresql_where=sa.text("organisation_id IS NULL"),
        ),
        sa.Index(
            "uq_support_organisation", "proposal_id", "conference_id", "organisation_id", unique=True,
            sqlite_where=sa.text("organisation_id IS NOT NULL"),
            postgresql_where=sa.text("organisation_id IS NOT NULL"),
        ),
        sa.Index("ix_support_period", "created_at", "electorate"),
        sa.CheckConstraint("(electorate = 'organisations') = (organisation_id IS NOT NULL)", name="voice"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id))
    electorate: Mapped[Electorate] = mapped_column(closed_set(Electorate, "electorate"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    language: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]

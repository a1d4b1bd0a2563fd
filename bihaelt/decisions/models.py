"""Decisions on proposals."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import RegularService
from bihaelt.proposals.domain import Outcome
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text


class Decision(db.Model):
    """One answer per proposal and conference. ``text_id``: body = the reason in plain words; extra ``taken`` and
    ``not_taken`` for a part, ``against_order`` why the decision goes against the order of supports.
    """

    __tablename__ = "decision"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "conference_id"),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> prepared_by_id", name="four_eyes"),
        sa.CheckConstraint("(state = 'prepared') = (checked_at IS NULL)", name="checked"),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        sa.CheckConstraint("(outcome = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
        sa.CheckConstraint("outcome <> 'forwarded' OR forwarded_to <> ''", name="forwarded"),
        sa.CheckConstraint("outcome <> 'exists' OR service_id IS NOT NULL", name="service"),
        sa.Index("ix_decision_queue", "conference_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id, ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id))
    outcome: Mapped[Outcome] = mapped_column(closed_set(Outcome, "outcome"))
    reason: Mapped[Reason] = mapped_column(closed_set(Reason, "reason"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    state: Mapped[DecisionState] = mapped_column(closed_set(DecisionState, "state"))
    body: Mapped[str] = mapped_column(sa.String(160))
    decided_on: Mapped[date]
    paper: Mapped[str] = mapped_column(sa.String(40), default="")
    forwarded_to: Mapped[str] = mapped_column(sa.String(160), default="")
    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey(RegularService.id))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), index=True)
    against_order: Mapped[bool] = mapped_column(default=False)
    prepared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    prepared_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    checked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    merged_into: Mapped[Proposal | None] = relationship(foreign_keys=[merged_into_id])
    service: Mapped[RegularService | None] = relationship()

"""Measures with their origin, their moves between the categories and their reports."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.measures.domain import Category, FundingCheck, Light, MeasureState, Need, ServiceCheck, Takes
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text
from bihaelt.topics.models import Cluster, District, Field


class Measure(db.Model):
    """A measure sheet (Maßnahmenblatt, requirements §3.4).

    ``text_id``: title, body = short description, extra ``need``, ``goal``, ``target_group``, ``gender``, ``access``,
    ``steps``, ``participation``, ``risks``, ``handover``. Money is integer cents: planned (Ansatz),
    committed (Mittelbindung), spent (Ist). The period is whole days, the end inclusive, None = open.
    """

    __tablename__ = "measure"
    __table_args__ = (
        sa.CheckConstraint("planned_cents >= 0 AND committed_cents >= 0 AND spent_cents >= 0", name="money"),
        sa.CheckConstraint("category <> 'C' OR (committed_cents = 0 AND spent_cents = 0)", name="no_money_on_c"),
        sa.CheckConstraint("(service_check = 'linked') = (service_id IS NOT NULL)", name="service"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="period"),
        sa.Index("ix_measure_board", "category", "cluster_id", "id"),
        sa.Index("ix_measure_changed", "changed_at"),
        # The sums of the board are read from this index alone.
        sa.Index(
            "ix_measure_money", "category", "starts_on", "cluster_id", "planned_cents", "committed_cents", "spent_cents"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(12), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    category: Mapped[Category] = mapped_column(closed_set(Category, "category"))
    state: Mapped[MeasureState] = mapped_column(closed_set(MeasureState, "state"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), index=True)
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey(District.id), index=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    working_group_id: Mapped[int | None] = mapped_column(sa.ForeignKey(WorkingGroup.id), index=True)
    carrier_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    planned_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    committed_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    spent_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    need: Mapped[Need] = mapped_column(closed_set(Need, "need"), default=Need.OPEN)
    service_check: Mapped[ServiceCheck] = mapped_column(
        closed_set(ServiceCheck, "service_check"), default=ServiceCheck.OPEN
    )
    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey(RegularService.id), index=True)
    funding_check: Mapped[FundingCheck] = mapped_column(
        closed_set(FundingCheck, "funding_check"), default=FundingCheck.OPEN
    )
    funding_note: Mapped[str] = mapped_column(sa.Text, default="")
    gender_checked: Mapped[bool] = mapped_column(default=False)
    light: Mapped[Light] = mapped_column(closed_set(Light, "light"), default=Light.GREY)
    ad_hoc: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    demo_key: Mapped[str | None] = mapped_column(sa.String(20))
    office: Mapped[Office | None] = relationship()
    working_group: Mapped[WorkingGroup | None] = relationship()
    carrier: Mapped[Organisation | None] = relationship()
    service: Mapped[RegularService | None] = relationship()


class MeasureField(db.Model):
    __tablename__ = "measure_field"

    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey(Field.id), primary_key=True, index=True)


class Origin(db.Model):
    """A measure takes a proposal over: fully, in part (``part`` says which), or in spirit (R5)."""

    __tablename__ = "origin"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "proposal_id"),
        sa.CheckConstraint("takes <> 'part' OR part <> ''", name="part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), index=True)
    takes: Mapped[Takes] = mapped_column(closed_set(Takes, "takes"))
    part: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    measure: Mapped[Measure] = relationship()
    proposal: Mapped[Proposal] = relationship()


class Move(db.Model):
    """A measure went from one category to another, with its reason (R30)."""

    __tablename__ = "move"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), index=True)
    old: Mapped[Category] = mapped_column(closed_set(Category, "old"))
    new: Mapped[Category] = mapped_column(closed_set(Category, "new"))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))

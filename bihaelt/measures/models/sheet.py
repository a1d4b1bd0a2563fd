"""Measures: the sheet, its rows, its way to a decision, its changes, and its moves between the categories."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.measures.domain import (
    Advice,
    Brake,
    Category,
    FundingCheck,
    Light,
    MeasureKind,
    MeasureState,
    Need,
    OpenPointKind,
    PartnerRole,
    RevisionState,
    ServiceCheck,
    ServiceUse,
    Signature,
    Takes,
)
from bihaelt.organisations.models import NEVER_AGAIN, Office, Organisation, RegularService, WorkingGroup
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster, District, Field


class Measure(db.Model):
    """A measure sheet (Maßnahmenblatt, requirements §3.4).

    ``text_id``: title, body = short description, extra ``need``, ``goal``, ``target_group``, ``gender``, ``access``,
    ``steps``, ``participation``, ``risks``, ``handover``, ``new_need``, ``publicity``. Money is integer cents: planned
    (Ansatz, the sum of the costs per year where there are any), committed (Mittelbindung), spent (Ist). The period is
    whole days, the end inclusive, None = open. ``carrier_id`` is the first organisation among the carriers.
    ``access`` as in ``domain.Access``. ``decided_*`` is the decision of the body that stands: from then on the sheet's
    decided parts change by a ``Revision`` only. A measure that was set going at once is confirmed until ``confirm_by``.
    """

    __tablename__ = "measure"
    __table_args__ = (
        sa.CheckConstraint("planned_cents >= 0 AND committed_cents >= 0 AND spent_cents >= 0", name="money"),
        sa.CheckConstraint("category <> 'C' OR (committed_cents = 0 AND spent_cents = 0)", name="no_money_on_c"),
        sa.CheckConstraint("(service_check = 'linked') = (service_id IS NOT NULL)", name="service"),
        sa.CheckConstraint("service_use IS NULL OR service_check = 'linked'", name="service_use_linked"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="period"),
        sa.CheckConstraint("product_group = '' OR product_group LIKE '__.__.__'", name="product_group"),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decided_body = '') AND (decided_on IS NULL) = (decided_paper = '')",
            name="decision",
        ),
        sa.CheckConstraint("decided_paper = '' OR decided_paper LIKE '_%/____-____%'", name="paper"),
        sa.CheckConstraint("ad_hoc OR confirm_by IS NULL", name="confirm_by"),
        # Nothing runs without a decision, but what was set going at once runs until the day on which it is confirmed.
        sa.CheckConstraint(
            "state NOT IN ('decided', 'running', 'paused', 'completed', 'handed_over') OR decided_on IS NOT NULL "
            "OR (state <> 'decided' AND confirm_by IS NOT NULL)",
            name="decided",
        ),
        sa.Index("ix_measure_state", "state", "id"),
        sa.Index("ix_measure_board", "category", "cluster_id", "id"),
        sa.Index("ix_measure_changed", "changed_at"),
        # The sums of the board are read from this index alone.
        sa.Index(
            "ix_measure_money", "category", "starts_on", "cluster_id", "planned_cents", "committed_cents", "spent_cents"
        ),
        NEVER_AGAIN,
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
    confirm_by: Mapped[date | None]
    kind: Mapped[MeasureKind | None] = mapped_column(closed_set(MeasureKind, "kind"))
    new_offer: Mapped[bool] = mapped_column(default=False)
    review_on: Mapped[date | None]
    service_use: Mapped[ServiceUse | None] = mapped_column(closed_set(ServiceUse, "service_use"))
    product_group: Mapped[str] = mapped_column(sa.String(8), default="")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    access: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decided_body: Mapped[str] = mapped_column(sa.String(160), default="")
    decided_paper: Mapped[str] = mapped_column(sa.String(30), default="")
    decided_on: Mapped[date | None]
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


class MeasureCluster(db.Model):
    """A further cluster of a measure, beside its main one (R31)."""

    __tablename__ = "measure_cluster"

    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), primary_key=True, index=True)


class YearCost(db.Model):
    """What a measure costs in one year, in cents: staff and material."""

    __tablename__ = "measure_cost"
    __table_args__ = (
        sa.CheckConstraint("staff_cents >= 0 AND material_cents >= 0", name="money"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )

    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    material_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)

    @property
    def cents(self) -> int:
        return self.staff_cents + self.material_cents


class Milestone(db.Model):
    """A step of a measure with the day on which it is due, and the day on which it was done. The text has a title."""

    __tablename__ = "milestone"
    __table_args__ = (sa.Index("ix_milestone_due", "measure_id", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    due_on: Mapped[date]
    done_on: Mapped[date | None]


class OpenPoint(db.Model):
    """What is still to be agreed, adapted or made concrete, by whom and until when (R23). The text has a title."""

    __tablename__ = "open_point"
    __table_args__ = (sa.Index("ix_open_point_due", "measure_id", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    kind: Mapped[OpenPointKind] = mapped_column(closed_set(OpenPointKind, "kind"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    who: Mapped[str] = mapped_column(sa.String(120), default="")
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    office: Mapped[Office | None] = relationship()


class Partner(db.Model):
    """An organisation or an office that has a part in a measure (R7)."""

    __tablename__ = "measure_partner"
    __table_args__ = (
        sa.CheckConstraint("(organisation_id IS NULL) <> (office_id IS NULL)", name="one"),
        sa.UniqueConstraint("measure_id", "organisation_id", "role"),
        sa.UniqueConstraint("measure_id", "office_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    role: Mapped[PartnerRole] = mapped_column(closed_set(PartnerRole, "role"))
    organisation: Mapped[Organisation | None] = relationship()
    office: Mapped[Office | None] = relationship()


class Succession(db.Model):
    """One measure goes on where another one stopped (R71)."""

    __tablename__ = "measure_succession"
    __table_args__ = (sa.CheckConstraint("predecessor_id <> successor_id", name="other"),)

    predecessor_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class SheetVersion(db.Model):
    """What a sheet said from ``at`` on: its words are a version of the measure's text, ``facts`` all the rest.

    Never changed, only followed by the next number; ``decided`` says that a body decided exactly this.
    """

    __tablename__ = "sheet_version"
    __table_args__ = (sa.UniqueConstraint("measure_id", "number"), sa.CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    number: Mapped[int]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey(TextVersion.id))
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    version: Mapped[TextVersion] = relationship()


class Revision(db.Model):
    """A change to a decided sheet, on its own way to a decision. ``text_id`` and ``facts`` are the sheet as it shall be."""

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "number"),
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("(state IN ('decided', 'rejected', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended"),
        sa.Index(
            "uq_revision_open",
            "measure_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    number: Mapped[int]
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[RevisionState] = mapped_column(closed_set(RevisionState, "state"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    measure: Mapped[Measure] = relationship()


class Cosignature(db.Model):
    """A touched office is asked to co-sign the sheet, or a change to it, until ``due_on`` (inclusive).

    ``round`` counts how often the offices of this measure were asked; what an older round says stays on record.
    """

    __tablename__ = "cosignature"
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "round", "office_id"),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("state <> 'objected' OR reason <> ''", name="reason"),
        sa.CheckConstraint("round >= 1", name="round"),
        sa.Index("ix_cosignature_due", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Revision.id, ondelete="CASCADE"), index=True)
    round: Mapped[int]
    office_id: Mapped[int] = mapped_column(sa.ForeignKey(Office.id), index=True)
    state: Mapped[Signature] = mapped_column(closed_set(Signature, "state"), default=Signature.OPEN)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    closed: Mapped[bool] = mapped_column(default=False)
    reminded_on: Mapped[date | None]
    reminders: Mapped[int] = mapped_column(default=0)
    office: Mapped[Office] = relationship()
    measure: Mapped[Measure] = relationship()


class Consultation(db.Model):
    """A body discusses or decides a measure, or a change to it, in a meeting, by a paper of the council."""

    __tablename__ = "consultation"
    __table_args__ = (
        sa.CheckConstraint("body <> ''", name="body"),
        sa.CheckConstraint("paper LIKE '_%/____-____%'", name="paper"),
        sa.Index("ix_consultation_measure", "measure_id", "meeting_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"))
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Revision.id, ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(sa.String(160))
    meeting_on: Mapped[date]
    paper: Mapped[str] = mapped_column(sa.String(30))
    advice: Mapped[Advice] = mapped_column(closed_set(Advice, "advice"), default=Advice.OPEN)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]


class Override(db.Model):
    """A brake is released, with a reason that everybody may read. ``other_id`` names the measure that is similar."""

    __tablename__ = "brake_override"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("(brake = 'duplicate') = (other_id IS NOT NULL)", name="other"),
        sa.UniqueConstraint("measure_id", "brake", "other_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), index=True)
    brake: Mapped[Brake] = mapped_column(closed_set(Brake, "brake"))
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))

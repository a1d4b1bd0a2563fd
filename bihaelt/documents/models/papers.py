"""Council papers with their meetings, measures and co-signatures."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.documents.domain.papers import ConsultationRole, PaperKind, PaperState
from bihaelt.extensions import closed_set, db
from bihaelt.measures.models import Measure
from bihaelt.organisations.models import Office
from bihaelt.texts.models import Text


class CouncilPaper(db.Model):
    """A council paper (Beschlussvorlage or Informationsvorlage, requirements §3.4).

    ``text_id``: title = subject, body = reasons, extra as in ``domain.papers.PAPER_PARTS``. ``number`` is the council's
    (Drucksache), given when it comes on the agenda. ``signed_as`` is the role under it, never a name.
    """

    __tablename__ = "council_paper"
    __table_args__ = (
        sa.CheckConstraint("number IS NULL OR number LIKE '_%/____-____%'", name="number"),
        sa.CheckConstraint("product_group = '' OR product_group LIKE '__.__.__'", name="product_group"),
        sa.CheckConstraint("(signed_at IS NULL) = (state IN ('draft', 'co_signing'))", name="signed"),
        sa.CheckConstraint("state IN ('draft', 'co_signing', 'signed') OR number IS NOT NULL", name="numbered"),
        sa.CheckConstraint(
            "(met_on IS NOT NULL) = (state IN ('decided', 'changed', 'referred', 'deferred', 'noted'))", name="met"
        ),
        sa.CheckConstraint("kind <> 'information' OR state NOT IN ('decided', 'changed')", name="informs"),
        sa.Index("ix_council_paper_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(closed_set(PaperKind, "kind"))
    state: Mapped[PaperState] = mapped_column(closed_set(PaperState, "state"), default=PaperState.DRAFT)
    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey(Office.id), index=True)
    signed_as: Mapped[str] = mapped_column(sa.String(120))
    written_on: Mapped[date]
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    product_group: Mapped[str] = mapped_column(sa.String(8), default="")
    annexes: Mapped[str] = mapped_column(sa.Text, default="")
    outcome: Mapped[str] = mapped_column(sa.Text, default="")
    met_on: Mapped[date | None]
    signed_at: Mapped[datetime | None]
    drafted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    demo_key: Mapped[str | None] = mapped_column(sa.String(20))
    office: Mapped[Office] = relationship()
    meetings: Mapped[list["PaperMeeting"]] = relationship(order_by="PaperMeeting.position", viewonly=True)


class PaperMeeting(db.Model):
    """A meeting of a body that treats a paper, in the order of consultation."""

    __tablename__ = "paper_meeting"

    paper_id: Mapped[int] = mapped_column(sa.ForeignKey(CouncilPaper.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(sa.String(160))
    held_on: Mapped[date]
    role: Mapped[ConsultationRole] = mapped_column(closed_set(ConsultationRole, "role"))
    public: Mapped[bool] = mapped_column(default=True)


class PaperMeasure(db.Model):
    """A measure that a paper puts to the decision."""

    __tablename__ = "paper_measure"

    paper_id: Mapped[int] = mapped_column(sa.ForeignKey(CouncilPaper.id, ondelete="CASCADE"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id), primary_key=True, index=True)
    position: Mapped[int]


class PaperCosignature(db.Model):
    """An office that the paper touches, asked for its co-signature (Mitzeichnung)."""

    __tablename__ = "paper_cosignature"
    __table_args__ = (
        sa.UniqueConstraint("paper_id", "office_id"),
        sa.CheckConstraint("signed_at IS NOT NULL OR note = ''", name="note"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey(CouncilPaper.id, ondelete="CASCADE"))
    office_id: Mapped[int] = mapped_column(sa.ForeignKey(Office.id), index=True)
    due_on: Mapped[date]
    signed_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    office: Mapped[Office] = relationship()

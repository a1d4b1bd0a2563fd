"""Reports, hidings and appeals."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.comments.models import Comment
from bihaelt.extensions import closed_set, db
from bihaelt.moderation.domain import AppealState, Ground, ReportState


class Report(db.Model):
    """Somebody asks to look at a comment. A visitor may report without an account; ``email`` is for the answer only.

    ``answer`` is what the moderator says to a dismissal.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.Index("ix_report_queue", "state", "id"),
        sa.Index("ix_report_comment", "comment_id", "state"),
        sa.Index(
            "uq_report_once", "comment_id", "reporter_id", unique=True,
            sqlite_where=sa.text("reporter_id IS NOT NULL AND state = 'open'"),
            postgresql_where=sa.text("reporter_id IS NOT NULL AND state = 'open'"),
        ),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id, ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(20))
    ground: Mapped[Ground] = mapped_column(closed_set(Ground, "ground"))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[ReportState] = mapped_column(closed_set(ReportState, "state"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    comment: Mapped[Comment] = relationship()


class Hiding(db.Model):
    """A comment was hidden, with ground and reason; ``ended_at`` when it was restored."""

    __tablename__ = "hiding"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name="ended"),
        sa.Index(
            "uq_hiding_open", "comment_id", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_hiding_created_at", "created_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id, ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    ground: Mapped[Ground] = mapped_column(closed_set(Ground, "ground"))
    reason: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    comment: Mapped[Comment] = relationship()


class Appeal(db.Model):
    """The author objects to a hiding, or a reporter to the dismissal of a report; another moderator decides."""

    __tablename__ = "appeal"
    __table_args__ = (
        sa.UniqueConstraint("hiding_id"),
        sa.UniqueConstraint("report_id"),
        sa.CheckConstraint("(hiding_id IS NULL) <> (report_id IS NULL)", name="against"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state = 'open' OR answer <> ''", name="answer"),
        sa.Index("ix_appeal_queue", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hiding_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Hiding.id, ondelete="CASCADE"))
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Report.id, ondelete="CASCADE"))
    appellant_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[AppealState] = mapped_column(closed_set(AppealState, "state"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    hiding: Mapped[Hiding | None] = relationship()
    report: Mapped[Report | None] = relationship()

    @property
    def against(self) -> Hiding | Report:
        """The first decision."""
        found = self.hiding or self.report
        assert found is not None
        return found

    @property
    def moderator_id(self) -> int | None:
        """Whose decision it is about."""
        return self.hiding.moderator_id if self.hiding else self.report.decided_by_id if self.report else None

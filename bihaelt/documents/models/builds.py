"""Orders of long documents, and the files that came of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.documents.domain.builds import BuildKind, BuildState
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import NEVER_AGAIN


class Build(db.Model):
    """A long document that was ordered, and how far it is.

    ``subject`` is what it is about: the number of an edition or a conference, or a period such as "2026-H1"; empty for
    the plan as it is now. ``percent`` goes from 0 to 100. ``sha256`` names the content, and the file in the folder of
    documents; the same content is one file. ``public`` says that everybody may fetch it.
    """

    __tablename__ = "build"
    __table_args__ = (
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        sa.CheckConstraint("(state = 'ready') = (sha256 <> '' AND percent = 100)", name="ready"),
        sa.CheckConstraint("state NOT IN ('ready', 'failed') OR finished_at IS NOT NULL", name="finished"),
        sa.Index("ix_build_latest", "kind", "subject", "language", "state", "id"),
        sa.Index("ix_build_ordered", "ordered_by_id", "ordered_at"),
        sa.Index("ix_build_expires", "expires_at"),
        NEVER_AGAIN,  # a letter leads to an order by its number, also when others have gone
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BuildKind] = mapped_column(closed_set(BuildKind, "kind"))
    subject: Mapped[str] = mapped_column(sa.String(40), default="")
    language: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[BuildState] = mapped_column(closed_set(BuildState, "state"), default=BuildState.QUEUED)
    percent: Mapped[int] = mapped_column(default=0)
    public: Mapped[bool] = mapped_column(default=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    ordered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    ordered_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

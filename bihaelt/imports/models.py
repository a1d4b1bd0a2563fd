"""Files of an existing plan, and their rows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.imports.domain import ImportState, RowState
from bihaelt.measures.models import Measure


class PlanImport(db.Model):
    """One table of an existing plan: shown first, taken over in one transaction, undone as far as nobody has gone on.

    ``headings`` are the cells of its first row. ``columns`` is column (from 0, as text) -> short form of a
    ``domain.Place``; ``defaults`` part -> value for rows that say nothing; ``words`` list -> folded words -> value, as
    somebody chose it; ``unknown`` is what is still to be chosen, (list, words). ``language`` is the Babel id of the
    language in which the table is written.
    """

    __tablename__ = "plan_import"
    __table_args__ = (
        sa.CheckConstraint("(state = 'preview') = (done_at IS NULL)", name="done"),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone"),
        sa.CheckConstraint("state <> 'undone' OR reason <> ''", name="reason"),
        sa.Index("ix_plan_import_state", "state", "uploaded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    table_name: Mapped[str] = mapped_column(sa.String(200), default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    language: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[ImportState] = mapped_column(closed_set(ImportState, "state"))
    headings: Mapped[list[str]] = mapped_column(sa.JSON)
    columns: Mapped[dict[str, Any]]
    defaults: Mapped[dict[str, Any]]
    words: Mapped[dict[str, Any]]
    unknown: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    rows: Mapped[int]
    fresh: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class PlanRow(db.Model):
    """A row of such a table; ``faults`` and ``hints`` are what is to be said about it (``queries.packed``).

    ``measure_id`` is what it became, or the measure that was there before.
    """

    __tablename__ = "plan_row"
    __table_args__ = (
        sa.CheckConstraint("state NOT IN ('done', 'kept') OR number <> ''", name="number"),
        sa.Index("ix_plan_row_import", "import_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey(PlanImport.id, ondelete="CASCADE"))
    line: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(sa.JSON)
    state: Mapped[RowState] = mapped_column(closed_set(RowState, "state"))
    title: Mapped[str] = mapped_column(sa.String(160), default="")
    number: Mapped[str] = mapped_column(sa.String(12), default="")
    category: Mapped[str] = mapped_column(sa.String(1), default="")
    faults: Mapped[list[Any]] = mapped_column(sa.JSON)
    hints: Mapped[list[Any]] = mapped_column(sa.JSON)
    measure_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Measure.id, ondelete="SET NULL"), index=True)

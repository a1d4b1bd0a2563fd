"""Editions of the plan: frozen, numbered, for ever."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.plan.domain import EditionState


class Edition(db.Model):
    """The plan as it stood at a moment (Arbeitsstand). Its document is canonical JSON: ``head`` and, as the last entry
    "measures", its measures in their order; ``sha256`` is the check sum of all of it, ``size`` its bytes.

    Both kinds of data are kept compressed (zlib). Triggers see to it that nothing but the state changes, forwards.
    """

    __tablename__ = "edition"
    __table_args__ = (
        sa.CheckConstraint("number >= 1 AND size > 0 AND measures >= 0", name="figures"),
        sa.CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published"),
        sa.Index(
            "ix_edition_one_of_a_kind", "state", unique=True,
            sqlite_where=sa.text("state <> 'superseded'"), postgresql_where=sa.text("state <> 'superseded'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[EditionState] = mapped_column(closed_set(EditionState, "state"))
    as_of: Mapped[datetime]
    head: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    measures: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    published_at: Mapped[datetime | None]


class EditionMeasure(db.Model):
    """A measure of an edition: what a list and a comparison need (``facts``), and its words in all languages."""

    __tablename__ = "edition_measure"
    __table_args__ = (sa.UniqueConstraint("edition_id", "number"),)

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey(Edition.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(sa.String(12))
    facts: Mapped[bytes] = mapped_column(sa.LargeBinary)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary)
    edition: Mapped[Edition] = relationship()

"""Accounts, their sessions, codes and roles."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.domain import AccountState, Purpose, Role
from bihaelt.extensions import closed_set, db


class Account(db.Model):
    """A person. ``name_key`` is the confusable skeleton of the shown name, so that no two names look alike.

    An erased account keeps its row (``deleted``), without address, name or secrets.
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint("(state = 'deleted') = (email IS NULL)", name="erased"),
        sa.CheckConstraint("state NOT IN ('active', 'blocked') OR confirmed_at IS NOT NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(60))
    name_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[AccountState] = mapped_column(closed_set(AccountState, "state"))
    created_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    letters: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)


class SignIn(db.Model):
    """A server-side session. Only the hash of its token is stored; ``device`` is a coarse label, no address."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(80), default="")
    account: Mapped[Account] = relationship()


class Code(db.Model):
    """A code or link sent by letter: stored hashed, good once, until ``ends_at`` (exclusive)."""

    __tablename__ = "code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(closed_set(Purpose, "purpose"))
    code_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    new_email: Mapped[str | None] = mapped_column(sa.String(254))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class LetterSlot(db.Model):
    """One of the few letters that one mailbox may be sent in a while by people who type its address.

    ``mailbox`` is a hash; a slot is taken anew when ``taken_at`` is long enough ago.
    """

    __tablename__ = "letter_slot"

    mailbox: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime]


class RecoveryCode(db.Model):
    """A code on paper that stands in for the second factor, once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class Grant(db.Model):
    """A role held from ``starts_on`` until before ``ends_on`` (open end: None), in one office or everywhere.

    ``office_id`` names an office (organisations) and ``cluster_id`` a cluster (topics), without knowing those chapters.
    A budget holder answers for the budget of one cluster, or of all.
    """

    __tablename__ = "grant"
    __table_args__ = (
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="term"),
        sa.CheckConstraint("cluster_id IS NULL OR role = 'budget_holder'", name="cluster"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("office.id"))
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

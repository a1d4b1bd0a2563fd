"""Organisations with their delegates; offices, working groups and regular services of the city."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.domain import GroupKind, InvitationState, Kind, OrganisationState, sort_key
from bihaelt.texts.models import Text

# SQLite gives the number of a removed row away again, unless told not to: the public record must stay unmistakable.
NEVER_AGAIN = {"sqlite_autoincrement": True}


def _sort_key(context: Any) -> str:
    return sort_key(context.get_current_parameters()["name"])


class Organisation(db.Model):
    """An association, provider or company, under its proper name. ``seats`` is how many delegates may vote for it.

    ``name_key`` is the skeleton of the name (no two look alike); ``sort_key`` its place in lists. ``due_on`` is the
    office's last day to verify it; ``requester_title`` is the role under which the first administrator will speak.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint("umbrella_id IS NULL OR umbrella_id <> id", name="umbrella"),
        sa.CheckConstraint("seats >= 1", name="seats"),
        sa.CheckConstraint("(state IN ('verified', 'suspended')) = (verified_at IS NOT NULL)", name="verified"),
        sa.Index("ix_organisation_list", "state", "sort_key", "id"),
        sa.Index("ix_organisation_queue", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    name_key: Mapped[str] = mapped_column(sa.String(320), unique=True)
    sort_key: Mapped[str] = mapped_column(sa.String(160), default=_sort_key)
    kind: Mapped[Kind] = mapped_column(closed_set(Kind, "kind"))
    state: Mapped[OrganisationState] = mapped_column(closed_set(OrganisationState, "state"))
    umbrella_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    seats: Mapped[int] = mapped_column(default=1)
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    contact: Mapped[str] = mapped_column(sa.String(254), default="")
    text_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Text.id))
    requester_title: Mapped[str] = mapped_column(sa.String(120), default="")
    due_on: Mapped[date | None]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), index=True)
    requested_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    umbrella: Mapped["Organisation | None"] = relationship(remote_side=[id])


class Delegation(db.Model):
    """A person speaks for an organisation from ``starts_on`` until before ``ends_on``, under a public title.

    A term that was ended on its first day is empty: it ends on the day on which it starts.
    """

    __tablename__ = "delegation"
    __table_args__ = (sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    is_admin: Mapped[bool] = mapped_column(default=False)
    may_vote: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    appointed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    @property
    def last_day(self) -> date | None:
        """The last day of the term, as people say it."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


class Invitation(db.Model):
    """An address was asked to speak for an organisation, until before ``ends_at``.

    Known and unknown addresses are treated alike, so that nobody learns who has an account. The address is forgotten
    as soon as the invitation is answered or withdrawn.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (email IS NOT NULL)", name="open"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="term"),
        sa.UniqueConstraint("organisation_id", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    email: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    is_admin: Mapped[bool] = mapped_column(default=False)
    may_vote: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    state: Mapped[InvitationState] = mapped_column(closed_set(InvitationState, "state"))
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    organisation: Mapped[Organisation] = relationship()

    @property
    def last_day(self) -> date | None:
        return self.ends_on - timedelta(days=1) if self.ends_on else None


class Office(db.Model):
    """An office of the city. ``number`` is text with leading zeros ("095") or empty; names are proper names (R13)."""

    __tablename__ = "office"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    number: Mapped[str] = mapped_column(sa.String(10), default="")
    name: Mapped[str] = mapped_column(sa.String(160))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("office.id"))
    contact: Mapped[str] = mapped_column(sa.String(254), default="")
    position: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date | None]


class WorkingGroup(db.Model):
    """A standing group in which measures are worked on (R44, R45); a new one needs a reason, and so does its end."""

    __tablename__ = "working_group"
    __table_args__ = (
        sa.CheckConstraint("kind <> 'new' OR reason <> ''", name="reason"),
        sa.CheckConstraint("ended_on IS NULL OR end_reason <> ''", name="end_reason"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    kind: Mapped[GroupKind] = mapped_column(closed_set(GroupKind, "kind"))
    lead_office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    lead_office: Mapped[Office | None] = relationship()


class RegularService(db.Model):
    """A service that the city or a provider offers anyway (Regelversorgung, R26, R41). ``text_id``: what it offers.

    ``sort_key`` is its place in lists, and what a search looks in.
    """

    __tablename__ = "regular_service"
    __table_args__ = (sa.Index("ix_regular_service_list", "sort_key", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    sort_key: Mapped[str] = mapped_column(sa.String(160), default=_sort_key)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    contact: Mapped[str] = mapped_column(sa.String(254), default="")
    link: Mapped[str] = mapped_column(sa.String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    text_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Text.id))
    ended_on: Mapped[date | None]
    office: Mapped[Office | None] = relationship()

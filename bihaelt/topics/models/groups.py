"""What a working group works on, who belongs to it, its meetings and their minutes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.extensions import db
from bihaelt.organisations.models import NEVER_AGAIN, Office, Organisation, WorkingGroup
from bihaelt.topics.models.catalogues import Cluster, Field

EITHER = "(office_id IS NULL) <> (organisation_id IS NULL)"


class GroupCluster(db.Model):
    """A group works on a cluster: the cluster's proposals come before it."""

    __tablename__ = "group_cluster"

    group_id: Mapped[int] = mapped_column(sa.ForeignKey(WorkingGroup.id, ondelete="CASCADE"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), primary_key=True, index=True)


class GroupField(db.Model):
    """A group works on a field of action."""

    __tablename__ = "group_field"

    group_id: Mapped[int] = mapped_column(sa.ForeignKey(WorkingGroup.id, ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey(Field.id), primary_key=True, index=True)


class GroupMember(db.Model):
    """An office or an organisation that belongs to a group, since a day."""

    __tablename__ = "group_member"
    __table_args__ = (
        sa.CheckConstraint(EITHER, name="either"),
        sa.UniqueConstraint("group_id", "office_id"),
        sa.UniqueConstraint("group_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey(WorkingGroup.id, ondelete="CASCADE"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    since: Mapped[date]
    office: Mapped[Office | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Meeting(db.Model):
    """A meeting of a group on a day; ``place`` in a line of words, with the hour. Cancelled with ``cancel_reason``."""

    __tablename__ = "meeting"
    __table_args__ = (sa.UniqueConstraint("group_id", "held_on"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey(WorkingGroup.id))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(160), default="")
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    group: Mapped[WorkingGroup] = relationship()


class Minutes(db.Model):
    """One version of a meeting's minutes. Versions are only added: ``number`` 1, 2, 3 … within the meeting.

    ``public``: everybody may read it; others are drafts of the desk. A version that follows a public one says why.
    """

    __tablename__ = "minutes"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey(Meeting.id))
    number: Mapped[int]
    public: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    written_at: Mapped[datetime]


class MinutesPresence(db.Model):
    """Who was there: an office or an organisation, never a person by name."""

    __tablename__ = "minutes_presence"
    __table_args__ = (sa.CheckConstraint(EITHER, name="either"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey(Minutes.id), index=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id))


class MinutesPoint(db.Model):
    """A point of the agenda and what came of it: ``result``, ``who`` does it, ``until`` when.

    ``measure_number`` names a measure ("M007") or is empty: measures come later in the story.
    """

    __tablename__ = "minutes_point"
    __table_args__ = (sa.UniqueConstraint("minutes_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey(Minutes.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    result: Mapped[str] = mapped_column(sa.Text, default="")
    who: Mapped[str] = mapped_column(sa.String(160), default="")
    until: Mapped[date | None]
    measure_number: Mapped[str] = mapped_column(sa.String(12), default="", index=True)

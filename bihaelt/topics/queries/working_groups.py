"""Reading working groups: what they work on, who belongs to them, their meetings and minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.organisations.domain import GroupKind
from bihaelt.organisations.models import Office, Organisation, WorkingGroup
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import (
    Cluster,
    Field,
    GroupCluster,
    GroupField,
    GroupMember,
    Meeting,
    Minutes,
    MinutesPoint,
    MinutesPresence,
)


@dataclass(frozen=True, slots=True)
class Member:
    """An office or an organisation, as member of a group or as present at a meeting; one of the ids is set."""

    id: int
    office_id: int | None
    organisation_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Topics:
    """What a group works on, in the order of the plan: (id, name) each."""

    clusters: Sequence[tuple[int, Shown]]
    fields: Sequence[tuple[int, Shown]]

    @property
    def cluster_ids(self) -> frozenset[int]:
        return frozenset(number for number, _ in self.clusters)

    @property
    def field_ids(self) -> frozenset[int]:
        return frozenset(number for number, _ in self.fields)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list; ``version`` is the number of its newest minutes that the reader may see, 0 without any."""

    id: int
    held_on: date
    place: str
    cancelled: bool
    version: int


@dataclass(frozen=True, slots=True)
class PointRow:
    title: str
    result: str
    who: str
    until: date | None
    measure_number: str


@dataclass(frozen=True, slots=True)
class MinutesShown:
    number: int
    public: bool
    reason: str
    written_at: datetime
    present: Sequence[Member]
    points: Sequence[PointRow]


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    public: bool
    reason: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A point of public minutes that is about a measure."""

    group_id: int
    group: str
    meeting_id: int
    held_on: date
    title: str
    result: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A working group on the desk, with the day of its next meeting (None: none is planned)."""

    id: int
    name: str
    kind: GroupKind
    lead_office_id: int | None
    lead: str | None
    ended_on: date | None
    next_on: date | None


def group_list(session: Session, today: date) -> Sequence[GroupRow]:
    """All working groups for the desk, those that ended last. One statement."""
    coming = (
        sa.select(sa.func.min(Meeting.held_on))
        .where(Meeting.group_id == WorkingGroup.id, Meeting.held_on >= today, Meeting.cancel_reason == "")
        .correlate(WorkingGroup)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            WorkingGroup.id, WorkingGroup.name, WorkingGroup.kind, WorkingGroup.lead_office_id, Office.name.label("lead"),
            WorkingGroup.ended_on, coming,
        )
        .outerjoin(Office, Office.id == WorkingGroup.lead_office_id)
        .order_by(WorkingGroup.ended_on.is_not(None), WorkingGroup.position, WorkingGroup.id)
    )  # fmt: skip
    return [GroupRow(*row) for row in rows]


def groups_of(
    session: Session, *, office_id: int | None = None, organisation_id: int | None = None
) -> Sequence[WorkingGroup]:
    """The groups that an office leads or that an office or organisation belongs to. One statement."""
    joined = sa.select(GroupMember.group_id)
    if office_id is not None:
        joined = joined.where(GroupMember.office_id == office_id)
        belongs = sa.or_(WorkingGroup.lead_office_id == office_id, WorkingGroup.id.in_(joined))
    else:
        belongs = WorkingGroup.id.in_(joined.where(GroupMember.organisation_id == organisation_id))
    return session.scalars(
        sa.select(WorkingGroup)
        .where(belongs, WorkingGroup.ended_on.is_(None))
        .order_by(WorkingGroup.position, WorkingGroup.id)
    ).all()


def topics_of_group(session: Session, group_id: int, chain: Sequence[str]) -> Topics:
    """What a group works on. Two statements, one where it has no topic."""
    parts = [
        sa.select(sa.literal(kind).label("kind"), model.id, model.position, model.text_id)
        .join(link, own == model.id)
        .where(link.group_id == group_id)
        for kind, model, link, own in _kinds()
    ]
    rows = sorted(session.execute(sa.union_all(*parts)).all(), key=lambda row: (row.position, row.id))
    words = shown(session, [row.text_id for row in rows], chain)
    clusters, fields = (
        [(row.id, words[row.text_id]) for row in rows if row.kind == kind] for kind in ("cluster", "field")
    )
    return Topics(clusters, fields)


def _kinds() -> Sequence[tuple[str, Any, Any, Any]]:
    return (
        ("cluster", Cluster, GroupCluster, GroupCluster.cluster_id),
        ("field", Field, GroupField, GroupField.field_id),
    )


def groups_on(
    session: Session, *, cluster_id: int | None = None, field_id: int | None = None
) -> Sequence[WorkingGroup]:
    """The groups that work on a cluster or on a field of action. One statement."""
    works: Any = sa.select(GroupCluster.group_id).where(GroupCluster.cluster_id == cluster_id)
    if field_id is not None:
        works = sa.select(GroupField.group_id).where(GroupField.field_id == field_id)
    return session.scalars(
        sa.select(WorkingGroup)
        .where(WorkingGroup.id.in_(works), WorkingGroup.ended_on.is_(None))
        .order_by(WorkingGroup.position, WorkingGroup.id)
    ).all()


def members(session: Session, group_id: int) -> Sequence[Member]:
    """Who belongs to a group: offices first, then organisations, each by name. One statement."""
    return _named(session, GroupMember, GroupMember.group_id == group_id)


def _named(session: Session, model: Any, condition: sa.ColumnElement[bool]) -> Sequence[Member]:
    rows = session.execute(
        sa.select(model.id, model.office_id, model.organisation_id, sa.func.coalesce(Office.name, Organisation.name))
        .outerjoin(Office, Office.id == model.office_id)
        .outerjoin(Organisation, Organisation.id == model.organisation_id)
        .where(condition)
        .order_by(model.office_id.is_(None), Office.position, Organisation.sort_key, model.id)
    )
    return [Member(*row) for row in rows]


def meeting(session: Session, group_id: int, meeting_id: int) -> Meeting | None:
    """A meeting of this very group, with the group and the office that leads it. One statement."""
    return session.scalar(
        sa.select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.group_id == group_id)
        .options(joinedload(Meeting.group).joinedload(WorkingGroup.lead_office))
    )


def meetings(session: Session, group_id: int, *, drafts: bool = False, most: int = 30) -> Sequence[MeetingRow]:
    """The newest meetings of a group, the latest day first; minutes that are drafts count for the desk only.

    One statement.
    """
    version = sa.select(sa.func.max(Minutes.number)).where(Minutes.meeting_id == Meeting.id)
    if not drafts:
        version = version.where(Minutes.public)
    number = sa.func.coalesce(version.correlate(Meeting).scalar_subquery(), 0)
    rows = session.execute(
        sa.select(Meeting.id, Meeting.held_on, Meeting.place, Meeting.cancel_reason != "", number)
        .where(Meeting.group_id == group_id)
        .order_by(Meeting.held_on.desc())
        .limit(most)
    )
    return [MeetingRow(row[0], row[1], row[2], bool(row[3]), int(row[4])) for row in rows]


def minutes(
    session: Session, meeting_id: int, number: int | None = None, *, drafts: bool = False
) -> MinutesShown | None:
    """A version of the minutes, the newest without a number; drafts for the desk only. Three statements, one without."""
    query = sa.select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.number.desc()).limit(1)
    if number is not None:
        query = query.where(Minutes.number == number)
    if not drafts:
        query = query.where(Minutes.public)
    found = session.scalar(query)
    if found is None:
        return None
    points = session.execute(
        sa.select(
            MinutesPoint.title, MinutesPoint.result, MinutesPoint.who, MinutesPoint.until, MinutesPoint.measure_number
        )
        .where(MinutesPoint.minutes_id == found.id)
        .order_by(MinutesPoint.position)
    )
    return MinutesShown(
        found.number, found.public, found.reason, found.written_at,
        _named(session, MinutesPresence, MinutesPresence.minutes_id == found.id), [PointRow(*row) for row in points],
    )  # fmt: skip


def versions(session: Session, meeting_id: int, *, drafts: bool = False) -> Sequence[VersionRow]:
    """All versions of the minutes that the reader may see, the newest first. One statement."""
    query = sa.select(Minutes.number, Minutes.public, Minutes.reason, Minutes.written_at)
    query = query.where(Minutes.meeting_id == meeting_id).order_by(Minutes.number.desc())
    if not drafts:
        query = query.where(Minutes.public)
    return [VersionRow(*row) for row in session.execute(query)]


def talked_about(session: Session, measure_number: str, *, most: int = 5) -> Sequence[Mention]:
    """What the newest public minutes say about a measure, the latest meeting first. One statement."""
    newest = (
        sa.select(sa.func.max(Minutes.number))
        .where(Minutes.meeting_id == Meeting.id, Minutes.public)
        .correlate(Meeting)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            WorkingGroup.id, WorkingGroup.name, Meeting.id, Meeting.held_on, MinutesPoint.title, MinutesPoint.result
        )
        .select_from(MinutesPoint)
        .join(Minutes, Minutes.id == MinutesPoint.minutes_id)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .join(WorkingGroup, WorkingGroup.id == Meeting.group_id)
        .where(MinutesPoint.measure_number == measure_number, Minutes.number == newest)
        .order_by(Meeting.held_on.desc(), MinutesPoint.position)
        .limit(most)
    )
    return [Mention(*row) for row in rows]


def coming(session: Session, today: date, *, most: int = 5) -> Sequence[tuple[Meeting, WorkingGroup]]:
    """The next meetings of all groups. One statement."""
    rows = session.execute(
        sa.select(Meeting, WorkingGroup)
        .join(WorkingGroup, WorkingGroup.id == Meeting.group_id)
        .where(Meeting.held_on >= today, Meeting.cancel_reason == "")
        .order_by(Meeting.held_on, Meeting.id)
        .limit(most)
    )
    return [(found, group) for found, group in rows]

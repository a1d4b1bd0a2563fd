"""What becomes of working groups: founded, arranged, ended; who belongs to them; their meetings and minutes."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.organisations.domain import GroupKind
from bihaelt.organisations.models import Office, Organisation, WorkingGroup
from bihaelt.topics.domain import Catalogue, MinutesContent, Part, checked, measures_move_first
from bihaelt.topics.domain.groups import CANCELLED, CHANGED, ENDED, MEETING_ALREADY, MEMBER_ALREADY, SAY_WHY
from bihaelt.topics.models import (
    GroupCluster,
    GroupField,
    GroupMember,
    Meeting,
    Minutes,
    MinutesPoint,
    MinutesPresence,
)
from bihaelt.topics.operations.catalogues import Content, add, restore
from bihaelt.verdicts import Conflict, DomainError


def found_group(
    session: Session,
    *,
    name: str,
    reason: str,
    lead_office_id: int | None,
    cluster_ids: Collection[int],
    field_ids: Collection[int],
    by: Voice,
    now: datetime,
) -> WorkingGroup:
    """A new working group, with the reason why none of the existing ones will do (R44).

    Raises DomainError without a reason, or for a name that is taken.
    """
    parts: dict[Part, Any] = {Part.KIND: GroupKind.NEW, Part.LEAD: lead_office_id, Part.REASON: reason.strip()}
    group: WorkingGroup = add(
        session, catalogue=Catalogue.WORKING_GROUPS, content=Content(name=name, parts=parts), by=by, now=now
    )
    _set_topics(session, group, cluster_ids, field_ids)
    return group


def arrange_topics(
    session: Session,
    *,
    group: WorkingGroup,
    cluster_ids: Collection[int],
    field_ids: Collection[int],
    by: Voice,
    now: datetime,
) -> None:
    """What the group works on. Nothing is recorded where nothing changes."""
    _running(group)
    if _set_topics(session, group, cluster_ids, field_ids):
        record(session, act="working_group.changed", subject=group, by=by, now=now, entry=group.name)
        session.flush()


def _set_topics(
    session: Session, group: WorkingGroup, cluster_ids: Collection[int], field_ids: Collection[int]
) -> bool:
    changed = False
    for model, column, wanted in (
        (GroupCluster, GroupCluster.cluster_id, set(cluster_ids)),
        (GroupField, GroupField.field_id, set(field_ids)),
    ):
        there = set(session.scalars(sa.select(column).where(model.group_id == group.id)))
        if gone := there - wanted:
            session.execute(sa.delete(model).where(model.group_id == group.id, column.in_(gone)))
        session.add_all(model(group_id=group.id, **{column.key: number}) for number in sorted(wanted - there))
        changed = changed or there != wanted
    session.flush()
    return changed


def end_group(
    session: Session, *, group: WorkingGroup, reason: str, measures: int, by: Voice, now: datetime, today: date
) -> None:
    """The group's work is over. ``measures`` is how many still live in it: they go to another group first.

    Raises DomainError without a reason or while measures live in it; Conflict when it has ended already.
    """
    _running(group)
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    measures_move_first(measures)
    group.ended_on, group.end_reason = today, reason.strip()
    session.flush()
    record(session, act="working_group.retired", subject=group, by=by, now=now, reason=reason, entry=group.name)
    session.flush()


def restart_group(session: Session, *, group: WorkingGroup, by: Voice, now: datetime) -> None:
    """Take the end back; nothing happens to a group that runs."""
    restore(session, catalogue=Catalogue.WORKING_GROUPS, row=group, by=by, now=now)


def add_member(
    session: Session,
    *,
    group: WorkingGroup,
    office_id: int | None = None,
    organisation_id: int | None = None,
    by: Voice,
    now: datetime,
    today: date,
) -> GroupMember:
    """An office or an organisation joins the group; exactly one of the ids is given. DomainError if it is a member."""
    _running(group)
    there = session.scalar(
        sa.select(GroupMember.id).where(
            GroupMember.group_id == group.id,
            GroupMember.office_id == office_id
            if office_id is not None
            else GroupMember.organisation_id == organisation_id,
        )
    )
    if there is not None:
        raise DomainError(MEMBER_ALREADY, field="office" if office_id is not None else "organisation")
    member = GroupMember(group_id=group.id, office_id=office_id, organisation_id=organisation_id, since=today)
    session.add(member)
    session.flush()
    _tell(session, "member_added", group, by, now, member=_name(session, member))
    return member


def remove_member(session: Session, *, group: WorkingGroup, member: GroupMember, by: Voice, now: datetime) -> None:
    """A member leaves the group; the record keeps that it was there."""
    name = _name(session, member)
    session.delete(member)
    session.flush()
    _tell(session, "member_removed", group, by, now, member=name)


def plan_meeting(
    session: Session, *, group: WorkingGroup, held_on: date, place: str, by: Voice, now: datetime
) -> Meeting:
    """A meeting on a day, also one that was held already. A cancelled one on that day is planned anew."""
    _running(group)
    there = session.scalar(sa.select(Meeting).where(Meeting.group_id == group.id, Meeting.held_on == held_on))
    if there is not None and not there.cancel_reason:
        raise DomainError(MEETING_ALREADY, field="held_on")
    meeting = there or Meeting(group_id=group.id, held_on=held_on)
    meeting.place, meeting.cancel_reason = place, ""
    session.add(meeting)
    session.flush()
    _tell(session, "meeting_planned", group, by, now, held_on=held_on.isoformat())
    return meeting


def cancel_meeting(session: Session, *, meeting: Meeting, reason: str, by: Voice, now: datetime) -> None:
    """A meeting that has no minutes does not take place; Conflict where it has minutes or is cancelled already."""
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    if meeting.cancel_reason:
        raise Conflict(CANCELLED)
    if _last(session, meeting) is not None:
        raise Conflict(CHANGED)
    meeting.cancel_reason = reason.strip()
    session.flush()
    record(
        session, act="working_group.meeting_cancelled", subject=meeting.group, by=by, now=now, reason=reason,
        held_on=meeting.held_on.isoformat(),
    )  # fmt: skip
    session.flush()


def write_minutes(
    session: Session,
    *,
    meeting: Meeting,
    content: MinutesContent,
    public: bool,
    reason: str,
    seen: int,
    by: Voice,
    now: datetime,
    today: date,
) -> Minutes:
    """Add a version of the minutes, a draft or public; ``seen`` is the number of the version it was made from (0: none).

    Raises Conflict when there is a newer one or the meeting was cancelled, DomainError for what cannot be kept.
    """
    session.refresh(meeting, with_for_update=True)
    if meeting.cancel_reason:
        raise Conflict(CANCELLED)
    last = _last(session, meeting)
    if (last.number if last else 0) != seen:
        raise Conflict(CHANGED)
    after_public = session.scalar(sa.select(sa.exists().where(Minutes.meeting_id == meeting.id, Minutes.public)))
    content = checked(
        content, public=public, reason=reason, after_public=bool(after_public), held_on=meeting.held_on, today=today
    )
    minutes = Minutes(meeting_id=meeting.id, number=seen + 1, public=public, reason=reason.strip(), written_at=now)
    session.add(minutes)
    session.flush()
    _fill(session, minutes, content)
    record(
        session, act=f"working_group.minutes_{'published' if public else 'drafted'}", subject=meeting.group, by=by,
        now=now, reason=reason, public=public, held_on=meeting.held_on.isoformat(), minutes_version=minutes.number,
    )  # fmt: skip
    session.flush()
    return minutes


def _fill(session: Session, minutes: Minutes, content: MinutesContent) -> None:
    session.add_all(MinutesPresence(minutes_id=minutes.id, office_id=each) for each in sorted(content.office_ids))
    session.add_all(
        MinutesPresence(minutes_id=minutes.id, organisation_id=each) for each in sorted(content.organisation_ids)
    )
    for place, point in enumerate(content.points, 1):
        session.add(
            MinutesPoint(
                minutes_id=minutes.id, position=place, title=point.title, result=point.result, who=point.who,
                until=point.until, measure_number=point.measure_number,
            )
        )  # fmt: skip
    session.flush()


def _last(session: Session, meeting: Meeting) -> Minutes | None:
    return session.scalar(
        sa.select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.number.desc()).limit(1)
    )


def _running(group: WorkingGroup) -> None:
    if group.ended_on is not None:
        raise Conflict(ENDED)


def _name(session: Session, member: GroupMember) -> str:
    if member.office_id is not None:
        return session.get_one(Office, member.office_id).name
    return session.get_one(Organisation, member.organisation_id).name


def _tell(session: Session, verb: str, group: WorkingGroup, by: Voice, now: datetime, **details: Any) -> None:
    record(session, act=f"working_group.{verb}", subject=group, by=by, now=now, **details)
    session.flush()

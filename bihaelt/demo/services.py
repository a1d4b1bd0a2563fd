"""Regular services and how measures were checked against them; members, meetings and minutes of the working groups."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.domain import ServiceUse
from bihaelt.measures.models import MeasureService
from bihaelt.topics.models import (
    GroupCluster,
    GroupField,
    GroupMember,
    Meeting,
    Minutes,
    MinutesPoint,
    MinutesPresence,
)

Row = dict[str, Any]


def make(session: Session, scene: Scene) -> None:
    rows = read("services")
    for name, about in rows["about"].items():
        scene.services[name].text_id = tell(session, Speech("", about), now=scene.day(-1700)).id
    for row in rows["checks"]:
        check(session, scene, row)
    for row in read("city")["working_groups"]:
        group = scene.groups[row["key"]]
        session.add_all(
            GroupCluster(group_id=group.id, cluster_id=scene.clusters[each].id) for each in row.get("clusters", ())
        )
        session.add_all(GroupField(group_id=group.id, field_id=scene.fields[each].id) for each in row.get("fields", ()))
    for key, members in rows["members"].items():
        joined = scene.day(-900).date()
        for column, number in ids(scene, members):
            session.add(GroupMember(group_id=scene.groups[key].id, since=joined, **{column: number}))
    for row in rows["meetings"]:
        meet(session, scene, row)
    session.flush()


def ids(scene: Scene, row: Row) -> list[tuple[str, int]]:
    """The offices and organisations of a row, as columns with their values."""
    offices = [("office_id", scene.offices[key].id) for key in row.get("offices", ())]
    return offices + [("organisation_id", scene.organisations[key].id) for key in row.get("organisations", ())]


def check(session: Session, scene: Scene, row: Row) -> None:
    measure, service = scene.measures[row["measure"]], scene.services[row["service"]]
    found, use = scene.day(-row["reviewed"]), ServiceUse(row["use"])
    again = scene.day(row["again"]).date()
    session.add(
        MeasureService(
            measure_id=measure.id, service_id=service.id, use=use, note=row["note"], checked_on=found.date(),
            checked_by_id=measure.office_id, review_on=again,
            reminded_on=again - timedelta(days=14) if again <= (scene.now + timedelta(days=14)).date() else None,
        )
    )  # fmt: skip
    if measure.service_id == service.id:
        measure.service_use = use
    record(
        session, act="measure.service_checked", subject=measure, by=Voice(scene.people["u_office510"].id, "office_editor"),
        now=found, reason=row["note"], service=service.name, service_use=use.value, review_on=again.isoformat(),
    )  # fmt: skip


def meet(session: Session, scene: Scene, row: Row) -> None:
    group, held = scene.groups[row["group"]], scene.day(row["day"])
    meeting = scene.add(session, Meeting(group_id=group.id, held_on=held.date(), place=row["place"]))
    planned = min(held, scene.now) - timedelta(days=20)
    tell_of(session, scene, meeting, "meeting_planned", planned)
    if "points" not in row:
        return
    write(session, scene, meeting, row, 1, held + timedelta(days=4))
    if "correction" in row:
        first, *others = row["points"]
        corrected = row | {"points": [first | {"result": row["correction"]["result"]}, *others]}
        write(session, scene, meeting, corrected, 2, held + timedelta(days=9), row["correction"]["reason"])


def write(
    session: Session, scene: Scene, meeting: Meeting, row: Row, number: int, at: datetime, reason: str = ""
) -> None:
    """A public version of the minutes."""
    minutes = scene.add(
        session, Minutes(meeting_id=meeting.id, number=number, public=True, reason=reason, written_at=at)
    )
    session.add_all(MinutesPresence(minutes_id=minutes.id, **{column: value}) for column, value in ids(scene, row))
    for position, point in enumerate(row["points"], 1):
        session.add(
            MinutesPoint(
                minutes_id=minutes.id, position=position, title=point["title"], result=point["result"], who=point["who"],
                until=day(scene, point["until"]), measure_number=scene.measures[point["measure"]].number,
            )
        )  # fmt: skip
    tell_of(session, scene, meeting, "minutes_published", at, reason, minutes_version=number)


def day(scene: Scene, days: int) -> date:
    return scene.day(days).date()


def tell_of(
    session: Session, scene: Scene, meeting: Meeting, verb: str, at: datetime, reason: str = "", **details: Any
) -> None:
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    record(
        session, act=f"working_group.{verb}", subject=meeting.group, by=owner,
        now=at, reason=reason, held_on=meeting.held_on.isoformat(), **details,
    )  # fmt: skip

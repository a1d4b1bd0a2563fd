"""Reporting rounds of the demo city, with what the offices have reported."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.domain import Light

Row = dict[str, Any]


def make(session: Session, scene: Scene) -> None:
    for row in read("city")["status_reports"]:
        make_report(session, scene, row)
    session.flush()


def make_report(session: Session, scene: Scene, row: Row) -> None:
    measure = scene.measures[row["measure"]]
    at = scene.day(-60)
    period = row["period"].replace("2026", str(scene.now.year))
    if period not in scene.services:
        scene.services[period] = scene.add(
            session, ReportingRound(period=period, due_on=(at - timedelta(days=5)).date(), opened_at=scene.day(-90))
        )
    text = tell(session, Speech("", row["text"], {"next": row["next"]}), now=at)
    time, cost, goal = (Light(row[f"light_{name}"]) for name in ("time", "cost", "goal"))
    session.add(
        StatusReport(
            measure_id=measure.id, period=period, time=time, cost=cost, goal=goal, time_proposed=time,
            cost_proposed=cost, goal_proposed=goal, text_id=text.id, state=ReportState.PUBLISHED, submitted_at=at,
            checked_at=at, published_at=at,
        )
    )  # fmt: skip
    editor = Voice(scene.people["u_office510"].id, "office_editor")
    record(session, act="measure.reported", subject=measure, by=editor, now=at, period=row["period"])

"""Two reporting rounds of the demo city: the last half-year's, published and closed, and the present one, under way."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.controlling.domain import Lights, ReportState, overall, owes
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.domain import Light
from bihaelt.measures.models import Measure

Row = dict[str, Any]
MISSING = "M14"  # the report that never came
# How far the offices are in the present round.
HANDED_IN = {
    "M01": ReportState.CHECKED,
    "M02": ReportState.CHECKED,
    "M05": ReportState.SUBMITTED,
    "M07": ReportState.SUBMITTED,
}
ASKED = ("M09", "Wie viele Beratungen waren es?")
OTHER_LIGHT = ("M06", "Der Termin ist mit den Trägern neu vereinbart.")
FORECASTS = {"M11": 115}  # percent of what is planned
PLAN, NEXT, COUNTER = "Läuft wie geplant.", "Weiter wie geplant.", "Wir suchen mit den Trägern eine Lösung."


def make(session: Session, scene: Scene) -> None:
    told = {row["measure"]: row for row in read("city")["status_reports"]}
    last, present = half_years(scene.now)
    done = open_round(session, scene, last, opened=-100, due=-70)
    done.closed_at = scene.day(-45)
    running = open_round(session, scene, present, opened=-14, due=9)
    for key, measure in scene.measures.items():
        if owes(measure.category, measure.state):
            earlier = add(session, measure, last)
            if key != MISSING:
                tell_it(session, scene, earlier, told.get(key, {}), key, scene.day(-75))
                publish(session, scene, earlier, done, scene.day(-60))
            now = add(session, measure, present)
            if key in HANDED_IN:
                tell_it(session, scene, now, {}, key, scene.day(-4))
                now.state = HANDED_IN[key]
                now.checked_at = scene.day(-2) if now.state is ReportState.CHECKED else None
            elif key == ASKED[0]:
                tell_it(session, scene, now, {}, key, scene.day(-6))
                now.state, now.asked = ReportState.DUE, ASKED[1]
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    for row, at in ((done, scene.day(-100)), (running, scene.day(-14))):
        record(
            session, act="round.opened", subject=row, by=owner, now=at, period=row.period, due_on=row.due_on.isoformat()
        )
    record(session, act="round.closed", subject=done, by=owner, now=scene.day(-45), period=last, missing=1)
    session.flush()


def half_years(now: datetime) -> tuple[str, str]:
    """The half-year before the present one, and the present one."""
    if now.month <= 6:
        return f"{now.year - 1}-H2", f"{now.year}-H1"
    return f"{now.year}-H1", f"{now.year}-H2"


def open_round(session: Session, scene: Scene, period: str, *, opened: int, due: int) -> ReportingRound:
    row: ReportingRound = scene.add(
        session, ReportingRound(period=period, opened_at=scene.day(opened), due_on=scene.day(due).date())
    )
    return row


def add(session: Session, measure: Measure, period: str) -> StatusReport:
    report = StatusReport(measure_id=measure.id, period=period, state=ReportState.DUE, measure=measure)
    session.add(report)
    return report


def tell_it(session: Session, scene: Scene, report: StatusReport, row: Row, key: str, at: datetime) -> None:
    """What the office says: a row of the city's file, or that all goes as planned with the light that the file gives."""
    lights = Lights(*(Light(row.get(f"light_{name}", report.measure.light)) for name in Lights._fields))
    troubled = overall(lights) in (Light.YELLOW, Light.RED)
    words = {"next": row.get("next", NEXT), "risk": "", "counter": COUNTER if troubled else ""}
    report.text_id = tell(session, Speech("", row.get("text", PLAN), words), now=at).id
    for name in Lights._fields:
        setattr(report, name, getattr(lights, name))
        setattr(report, f"{name}_proposed", getattr(lights, name))
        setattr(report, f"{name}_reason", "")
    if key == OTHER_LIGHT[0] and row:
        report.time_proposed, report.time_reason = Light.RED, OTHER_LIGHT[1]
    report.forecast_cents = report.measure.planned_cents * FORECASTS.get(key, 100) // 100
    report.state, report.submitted_at = ReportState.SUBMITTED, at
    report.submitted_by_id = scene.people["u_office510"].id


def publish(session: Session, scene: Scene, report: StatusReport, row: ReportingRound, at: datetime) -> None:
    report.state, report.checked_at, report.published_at = ReportState.PUBLISHED, at - timedelta(days=3), at
    report.measure.light = overall((report.time, report.cost, report.goal))
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    record(session, act="measure.reported", subject=report.measure, by=owner, now=at, period=row.period)

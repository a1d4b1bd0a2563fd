"""Goals, indicators with values, coverage, guiding principles and counted requests for interpreters of the demo city."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.goals.domain import (
    NOT_SAID,
    Dimension,
    Direction,
    IndicatorKind,
    Quantity,
    Rhythm,
    Stance,
    ValueState,
    first_day,
    last_day,
    period_of,
)
from bihaelt.goals.models import Goal, GoalMeasure, Implements, Indicator, IndicatorValue, PrincipleStance
from bihaelt.interpreting.domain import MET, Mode, Occasion, Outcome, Place
from bihaelt.interpreting.models import InterpreterRequest
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.topics.models import GuidingPrinciple, Recommendation

Row = dict[str, Any]
RHYTHMS = {"H": Rhythm.HALF, "Q": Rhythm.QUARTER}


def make(session: Session, scene: Scene) -> None:
    extra = read("goals")
    goals = {row["key"]: make_goal(session, scene, row, extra["goals"][row["key"]]) for row in read("city")["goals"]}
    for row in read("city")["indicators"]:
        more = extra["indicators"][row["key"]]
        indicator = make_indicator(session, scene, row, more, goals[row["goal"]])
        make_values(session, scene, row, indicator)
    for row in extra["waiting"]:
        wait(session, scene, row)
    make_coverage(session, scene)
    make_principles(session, scene)
    make_requests(session, scene)
    session.flush()


def moved(scene: Scene, period: str) -> str:
    """A period of the files, moved to the present."""
    first = scene.month(first_day(period).isoformat())
    assert first is not None
    return period_of(first, RHYTHMS[period[5]])


def make_goal(session: Session, scene: Scene, row: Row, more: Row) -> Goal:
    starts = scene.month("2026-01")
    assert starts is not None
    goal: Goal = scene.add(
        session,
        Goal(
            text_id=tell(session, Speech(row["text"]), now=scene.day(-300)).id,
            cluster_id=scene.clusters[row["cluster"]].id,
            field_id=scene.fields[more["field"]].id if "field" in more else None,
            valid_from=starts, source=more.get("source", ""), changed_at=scene.day(-300), demo_key=row["key"],
        ),
    )  # fmt: skip
    session.add_all(GoalMeasure(goal_id=goal.id, measure_id=scene.measures[key].id) for key in more["measures"])
    return goal


def make_indicator(session: Session, scene: Scene, row: Row, more: Row, goal: Goal) -> Indicator:
    measure, scale = scene.measures[row["measure"]], 10 ** more.get("decimals", 0)
    words = {"unit": row["unit"], "formula": more["formula"], "source": more["source"]}
    indicator: Indicator = scene.add(
        session,
        Indicator(
            text_id=tell(session, Speech(row["name"], "", words), now=scene.day(-290)).id, goal_id=goal.id,
            measure_id=measure.id, office_id=measure.office_id, kind=IndicatorKind(row["kind"]),
            quantity=Quantity(more["quantity"]), direction=Direction(row["direction"]), rhythm=Rhythm(more["rhythm"]),
            decimals=more.get("decimals", 0), cumulative=more.get("cumulative", False), baseline=more.get("baseline"),
            baseline_on=scene.month(more["from"]), target=row["target"] * scale if row["target"] is not None else None,
            target_on=scene.month(more.get("until"), last=True), breakdowns=more["breakdowns"],
            changed_at=scene.day(-290), demo_key=row["key"],
        ),
    )  # fmt: skip
    return indicator


def make_values(session: Session, scene: Scene, row: Row, indicator: Indicator) -> None:
    extra = read("goals")
    values = {value["period"]: value["total"] for value in row["values"]}
    counted = extra["interpreting"]
    if row["key"] == "I3":
        values |= {quarter: sum(pair[0] for pair in found.values()) for quarter, found in counted.items()}
    if row["key"] == "I4":
        values |= {quarter: share(list(found.values())) for quarter, found in counted.items()}
    for period, total in sorted(values.items()):
        cells = breakdown_of(scene, row["key"], period)
        was = extra["corrected"].get(row["key"], {}).get(period)
        if was:
            publish(session, scene, indicator, period, was["was"], {}, state=ValueState.REPLACED)
        publish(session, scene, indicator, period, total, cells, reason=was["reason"] if was else "")


def share(pairs: list[list[int]]) -> int:
    """Met of requested in whole per cent."""
    return round(100 * sum(pair[1] for pair in pairs) / sum(pair[0] for pair in pairs))


def breakdown_of(scene: Scene, key: str, period: str) -> dict[str, Any]:
    counted = read("goals")["interpreting"].get(period)
    if counted and key == "I3":
        return {Dimension.LANGUAGE.value: {code: [pair[0], None] for code, pair in counted.items()}}
    if counted and key == "I4":
        return {Dimension.LANGUAGE.value: {code: [share([pair]), pair[0]] for code, pair in counted.items()}}
    found = read("goals")["breakdowns"].get(key, {}).get(period, {})
    districts = {name: str(district.id) for name, district in scene.districts.items()} | {NOT_SAID: NOT_SAID}
    return {
        dimension: {
            (districts[group] if dimension == Dimension.DISTRICT.value else group): [value, None]
            for group, value in cells.items()
        }
        for dimension, cells in found.items()
    }


def publish(
    session: Session, scene: Scene, indicator: Indicator, period: str, total: float, cells: Row, *,
    state: ValueState = ValueState.PUBLISHED, reason: str = "",
) -> None:  # fmt: skip
    present = moved(scene, period)
    last = last_day(present)
    days = min(-1, (last - scene.now.date()).days + (12 if state is ValueState.REPLACED else 25))
    at = scene.day(days, hour=10 if state is ValueState.REPLACED else 12)
    base = sum(pair[1] for pair in cells[Dimension.LANGUAGE.value].values()) if has_base(indicator, cells) else None
    version = 2 if reason else 1
    session.add(
        IndicatorValue(
            indicator_id=indicator.id, period=present, version=version, state=state,
            total=round(total * 10**indicator.decimals), base=base, breakdown=cells,
            provisional=last >= scene.now.date(), reason=reason, entered_by_id=scene.people["u_office510"].id,
            entered_at=at - timedelta(days=5), changed_at=at, published_at=at,
        )
    )  # fmt: skip
    session.flush()
    record(
        session, act="indicator.published", subject=indicator, by=Voice(scene.people["u_plan"].id, "plan_owner"), now=at,
        reason=reason, period=present, version=version,
    )  # fmt: skip


def has_base(indicator: Indicator, cells: Row) -> bool:
    return indicator.quantity is Quantity.SHARE and bool(cells)


def wait(session: Session, scene: Scene, row: Row) -> None:
    """A value at the desk."""
    indicator = session.query(Indicator).filter_by(demo_key=row["indicator"]).one()
    period = moved(scene, row["period"])
    at = scene.day(-3)
    session.add(
        IndicatorValue(
            indicator_id=indicator.id, period=period, version=1, state=ValueState(row["state"]), total=row["total"],
            breakdown={}, provisional=last_day(period) >= scene.now.date(), entered_by_id=scene.people["u_office510"].id,
            entered_at=at, changed_at=at,
        )
    )  # fmt: skip


def make_coverage(session: Session, scene: Scene) -> None:
    ids = {}
    for row in session.query(Recommendation).all():
        ids[row.field_id, row.position] = row.id
    for key, fields in read("goals")["implements"].items():
        for field, places in fields.items():
            for place in places:
                recommendation_id = ids[scene.fields[field].id, place]
                session.add(Implements(measure_id=scene.measures[key].id, recommendation_id=recommendation_id))


def make_principles(session: Session, scene: Scene) -> None:
    made = {}
    for position, row in enumerate(read("city")["guiding_principles"], 1):
        text = tell(session, Speech(row["text"]), now=scene.day(-1800))
        made[row["key"]] = scene.add(session, GuidingPrinciple(key=row["key"], position=position, text_id=text.id))
    for key, stances in read("goals")["principles"].items():
        for principle, said in stances.items():
            conflict = said != Stance.CONFORMS.value
            session.add(
                PrincipleStance(
                    measure_id=scene.measures[key].id, principle_id=made[principle].id,
                    stance=Stance.CONFLICT if conflict else Stance.CONFORMS, note=said if conflict else "",
                )
            )  # fmt: skip


def make_requests(session: Session, scene: Scene) -> None:
    """A year of counted requests; what a language asked for in a quarter comes in several entries."""
    met, unmet = sorted(MET), sorted(set(Outcome) - MET)
    occasions, places, modes = list(Occasion), list(Place), list(Mode)
    offices = [scene.offices[key].id for key in sorted(scene.offices)][:4]
    number = 0
    for quarter, languages in read("goals")["interpreting"].items():
        first = first_day(moved(scene, quarter))
        for language, (requested, fulfilled) in languages.items():
            for kinds, amount in ((met, fulfilled), (unmet, requested - fulfilled)):
                for part in parts(amount):
                    number += 1
                    session.add(
                        InterpreterRequest(
                            day=day_in(first, number, scene.now.date()), language=language,
                            occasion=occasions[number % len(occasions)], place=places[number % len(places)],
                            mode=modes[number % len(modes)], outcome=kinds[number % len(kinds)], count=part,
                            office_id=offices[number % len(offices)], entered_by_id=None, nonce=f"demo-{number}",
                            created_at=scene.day(-2),
                        )
                    )  # fmt: skip


def parts(amount: int) -> list[int]:
    """An amount in entries of at most 24."""
    return [24] * (amount // 24) + ([amount % 24] if amount % 24 else [])


def day_in(first: date, number: int, today: date) -> date:
    """A working day in the quarter that begins on ``first``, never in the future."""
    day = first + timedelta(days=number * 7 % 88)
    day -= timedelta(days=max(0, day.weekday() - 4)) if day.day > 2 else timedelta()
    return min(day, today)

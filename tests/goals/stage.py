"""Goals, indicators and values for tests."""

from datetime import date, timedelta
from typing import Any

from bihaelt.accounts.domain import Role
from bihaelt.goals.domain import (
    Direction,
    Figures,
    GoalContent,
    IndicatorContent,
    IndicatorKind,
    Quantity,
    Rhythm,
    ValueState,
)
from bihaelt.goals.models import Goal, Indicator, IndicatorValue
from bihaelt.goals.operations import Entry
from bihaelt.journal.domain import Voice
from bihaelt.texts.domain import Words
from bihaelt.topics.models import Recommendation
from tests.factories import NOW, add, make_account, make_cluster, make_field, make_text

TODAY = NOW.date()
BY = Voice(None, "plan_owner")


def make_goal(session, title="Mehr Kinder nehmen teil", **values) -> Goal:
    if "cluster_id" not in values and "field_id" not in values:
        values["cluster_id"] = make_cluster(session).id
    defaults = {"text_id": make_text(session, title).id, "valid_from": date(2026, 1, 1), "changed_at": NOW}
    return add(session, Goal(**(defaults | values)))


def make_indicator(session, title="Teilnehmende Kinder", **values) -> Indicator:
    goal_id = values.pop("goal_id", None) or make_goal(session).id
    text = make_text(session, title, "", unit="Kinder", formula="Gezählt", source="Liste")
    defaults: dict[str, Any] = {
        "text_id": text.id, "goal_id": goal_id, "kind": IndicatorKind.OUTPUT, "quantity": Quantity.COUNT,
        "direction": Direction.UP, "rhythm": Rhythm.HALF, "baseline_on": date(2026, 1, 1), "breakdowns": ["gender"],
        "changed_at": NOW,
    }  # fmt: skip
    return add(session, Indicator(**(defaults | values)))


def make_value(session, indicator, period="2026-H1", total=310, state=ValueState.PUBLISHED, **values) -> IndicatorValue:
    public = state in (ValueState.PUBLISHED, ValueState.REPLACED)
    defaults: dict[str, Any] = {
        "indicator_id": indicator.id, "period": period, "version": 1, "state": state, "total": total, "breakdown": {},
        "entered_at": NOW - timedelta(days=9), "changed_at": NOW - timedelta(days=9),
        "published_at": NOW - timedelta(days=2) if public else None,
    }  # fmt: skip
    return add(session, IndicatorValue(**(defaults | values)))


def make_recommendation(session, field=None, title="Personal qualifizieren", **values) -> Recommendation:
    field = field or make_field(session)
    defaults = {"field_id": field.id, "text_id": make_text(session, title).id, "position": 1}
    return add(session, Recommendation(**(defaults | values)))


def entry(total=310, period="2026-H1", base=None, provisional=False, note="", **breakdown) -> Entry:
    return Entry(period, Figures(total, base, breakdown), provisional, note)


def goal_content(**values) -> GoalContent:
    return GoalContent(**({"words": Words("Ziel", "Warum"), "valid_from": date(2026, 1, 1)} | values))


def indicator_content(goal_id, **values) -> IndicatorContent:
    given: dict[str, Any] = {
        "words": Words("Kennzahl", "", {"unit": "Kinder"}), "goal_id": goal_id, "kind": IndicatorKind.OUTPUT,
        "quantity": Quantity.COUNT, "direction": Direction.UP, "rhythm": Rhythm.HALF, "baseline_on": date(2026, 1, 1),
    }  # fmt: skip
    return IndicatorContent(**(given | values))


def office_editor(session, office=None):
    return make_account(session, Role.OFFICE_EDITOR, office=office)

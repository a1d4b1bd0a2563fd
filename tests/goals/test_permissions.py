"""Who sets goals, enters, confirms and publishes values, and counts requests for interpreters."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role, Seat
from bihaelt.goals.domain import ValueState
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.interpreting.models import InterpreterRequest
from tests.factories import NOW

OWNER, EDITOR, OURS, THEIRS, CITIZEN = "owner", "editor", "ours", "theirs", "citizen"


def person(kind):
    roles = {OWNER: {Role.PLAN_OWNER}, CITIZEN: set()}.get(kind, {Role.OFFICE_EDITOR})
    offices = {OURS: {5}, THEIRS: {6}}.get(kind, set())
    return None if kind is None else Actor(1, "P", "", "de", frozenset(roles), frozenset(offices))


def value(state):
    return IndicatorValue(state=state, indicator=Indicator(office_id=5))


@pytest.mark.parametrize(
    ("name", "state", "allowed"),
    [
        ("amend_value", ValueState.ENTERED, {OWNER, EDITOR, OURS}), ("amend_value", ValueState.CONFIRMED, set()),
        ("confirm_value", ValueState.ENTERED, {EDITOR, OURS}), ("confirm_value", ValueState.CONFIRMED, set()),
        ("agree_value", ValueState.CONFIRMED, {OWNER}), ("agree_value", ValueState.ENTERED, set()),
        ("publish_value", ValueState.AGREED, {OWNER}), ("publish_value", ValueState.PUBLISHED, set()),
        ("return_value", ValueState.AGREED, {OWNER, EDITOR, OURS}), ("return_value", ValueState.ENTERED, set()),
        ("return_value", ValueState.PUBLISHED, set()),
    ],
)  # fmt: skip
def test_each_step_of_a_value_has_its_people(name, state, allowed):
    asked = {kind: bool(getattr(permissions, name)(person(kind), value(state), NOW)) for kind in
             (OWNER, EDITOR, OURS, THEIRS, CITIZEN, None)}  # fmt: skip
    assert {kind for kind, may in asked.items() if may} == allowed


def test_goals_are_set_by_the_plan_owner_and_seen_at_the_desk_by_offices():
    assert permissions.arrange_goals(person(OWNER), None, NOW)
    assert not permissions.arrange_goals(person(EDITOR), None, NOW)
    assert permissions.see_indicators(person(THEIRS), None, NOW)
    assert not permissions.enter_value(person(THEIRS), Indicator(office_id=5), NOW)
    assert permissions.enter_value(person(THEIRS), Indicator(office_id=None), NOW)


def test_requests_are_counted_by_offices_and_delegates_and_taken_back_by_who_made_them():
    delegate = Actor(7, "D", "", "de", seats=(Seat(3, "Verein", "Vorstand", False, True),))
    mine, other = InterpreterRequest(entered_by_id=7), InterpreterRequest(entered_by_id=8)
    assert permissions.count_requests(delegate, None, NOW)
    assert permissions.count_requests(person(EDITOR), None, NOW)
    assert not permissions.count_requests(person(CITIZEN), None, NOW)
    assert not permissions.count_requests(None, None, NOW)
    assert permissions.remove_request(delegate, mine, NOW)
    assert not permissions.remove_request(delegate, other, NOW)
    assert permissions.remove_request(person(OWNER), other, NOW)
    assert not permissions.remove_request(None, mine, NOW)

"""Who may draft, change, move and report: every role, in the measure's own office and in another."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role
from bihaelt.measures.models import Cosignature, Measure

ASKED = ("edit_measure", "move_measure", "report_on_measure", "fund_measure")


def actor(role, **values):
    return Actor(id=1, name="", email="", language="de", roles=frozenset({role}) if role else frozenset(), **values)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("name", ASKED)
def test_the_plan_owner_and_editors_look_after_measures(now, role, name):
    asked = getattr(permissions, name)
    keeps = role in (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
    assert bool(asked(actor(role), Measure(office_id=None), now)) is keeps
    assert bool(asked(actor(role), Measure(office_id=7), now)) is keeps
    assert bool(asked(actor(role, office_ids=frozenset({7})), Measure(office_id=7), now)) is keeps
    foreign = asked(actor(role, office_ids=frozenset({8})), Measure(office_id=7), now)
    assert bool(foreign) is (role is Role.PLAN_OWNER)
    assert not asked(None, Measure(office_id=7), now)
    assert not asked(actor(role, trusted=False), Measure(office_id=7), now)


@pytest.mark.parametrize("role", [None, *Role])
def test_desks_and_budgets_are_for_their_roles(now, role):
    keeps = role in (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
    assert bool(permissions.see_measures(actor(role), None, now)) is keeps
    assert bool(permissions.draft_measure(actor(role), None, now)) is keeps
    budgets = role in (Role.PLAN_OWNER, Role.TREASURY, Role.ADMIN)
    assert bool(permissions.set_budget(actor(role), None, now)) is budgets


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_co_signs_for_an_office_that_is_not_theirs(now, role):
    asked = Cosignature(office_id=7)
    speaks = role in (Role.OFFICE_EDITOR, Role.BUDGET_HOLDER, Role.TREASURY, Role.PLAN_OWNER)
    assert bool(permissions.see_cosignatures(actor(role), None, now)) is speaks
    assert bool(permissions.co_sign(actor(role, office_ids=frozenset({7})), asked, now)) is speaks
    assert not permissions.co_sign(actor(role, office_ids=frozenset({8})), asked, now)
    assert not permissions.co_sign(actor(role), asked, now)
    assert not permissions.co_sign(None, asked, now)


@pytest.mark.parametrize("role", [None, *Role])
def test_bodies_are_the_business_of_clerks_and_brakes_of_the_plans_owner(now, role):
    clerk = role in (Role.PLAN_OWNER, Role.COUNCIL_CLERK)
    assert bool(permissions.record_result(actor(role), None, now)) is clerk
    keeps = clerk or role is Role.OFFICE_EDITOR
    assert bool(permissions.take_to_body(actor(role, office_ids=frozenset({7})), Measure(office_id=7), now)) is keeps
    assert bool(permissions.release_brake(actor(role), None, now)) is (role is Role.PLAN_OWNER)

"""Who may draft, change, move and report: every role, in the measure's own office and in another."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role
from bihaelt.measures.models import Measure

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

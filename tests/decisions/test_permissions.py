"""Who may prepare, check and publish: every person of the cast, before, during and after."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.proposals.domain import State
from tests.factories import make_conference, make_proposal

PHASES = ("planned", "collecting", "screening", "voting", "deciding", "reporting", "done")
AFTER = {"deciding", "reporting", "done"}
EVERYBODY = [None, *Role, "citizen"]


def actor(role, number=1, **values):
    if role is None:
        return None
    roles = frozenset() if role == "citizen" else frozenset({role})
    return Actor(id=number, name="", email="", language="de", roles=roles, **values)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("role", EVERYBODY)
def test_after_the_vote_two_roles_prepare_and_three_publish(session, now, role, phase):
    conference = make_conference(session, phase)
    proposal = make_proposal(session, conference=conference)
    prepares = phase in AFTER and role in (Role.PLAN_OWNER, Role.OFFICE_EDITOR)
    publishes = phase in AFTER and role in (Role.PLAN_OWNER, Role.COUNCIL_CLERK, Role.ADMIN)
    assert bool(permissions.prepare_decision(actor(role), proposal, now)) is prepares
    assert bool(permissions.publish_decisions(actor(role), conference, now)) is publishes


@pytest.mark.parametrize("state", list(State))
def test_only_a_published_proposal_gets_an_answer(session, now, state):
    proposal = make_proposal(session, conference=make_conference(session, "deciding"), state=State.PUBLISHED)
    proposal.state = state
    assert bool(permissions.prepare_decision(actor(Role.PLAN_OWNER), proposal, now)) is (state is State.PUBLISHED)
    session.rollback()


@pytest.mark.parametrize("state", list(DecisionState))
@pytest.mark.parametrize("role", EVERYBODY)
def test_another_of_three_roles_checks_what_is_prepared_and_sends_back_what_is_not_public(now, role, state):
    decision = Decision(prepared_by_id=2, state=state)
    holds = role in (Role.PLAN_OWNER, Role.OFFICE_EDITOR, Role.COUNCIL_CLERK)
    assert bool(permissions.check_decision(actor(role), decision, now)) is (holds and state is DecisionState.PREPARED)
    back = permissions.send_back_decision(actor(role), decision, now)
    assert bool(back) is (holds and state is not DecisionState.PUBLISHED)
    assert not permissions.check_decision(actor(role, 2), decision, now)


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_desk_is_for_those_who_prepare_check_or_publish(now, role):
    sees = role in (Role.PLAN_OWNER, Role.OFFICE_EDITOR, Role.COUNCIL_CLERK, Role.ADMIN)
    assert bool(permissions.see_decisions(actor(role), None, now)) is sees
    assert not permissions.see_decisions(actor(role, trusted=False), None, now)

"""Who may do what to a ballot: every role in every state of its life."""

from datetime import timedelta

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role, Seat
from bihaelt.votes.domain import BallotState, Channel
from bihaelt.votes.domain.electorates import Entitlement
from bihaelt.votes.models import Ballot, Invalidation
from tests.factories import NOW

EVERYBODY = [None, *Role, "citizen"]
ARRANGERS = {Role.PLAN_OWNER, Role.ADMIN}
COUNTERS = ARRANGERS | {Role.COUNCIL_CLERK}
DRAFT, OPEN, CLOSED, COUNTED, CERTIFIED, CANCELLED = BallotState
LATE = NOW + timedelta(days=10)


def actor(role, number=1, **values):
    if role is None:
        return None
    roles = frozenset() if role == "citizen" else frozenset({role})
    return Actor(id=number, name="", email="", language="de", roles=roles, **values)


def ballot(state, **values):
    defaults = {
        "id": 1, "state": state, "opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=1), "closing_reason": "",
        "lots_seed": "7", "lottery": "Lotto", "lottery_on": NOW.date(), "objection_days": 1, "min_age": 16,
        "closed_at": NOW if state not in (DRAFT, OPEN) else None, "cancelled_at": NOW if state is CANCELLED else None,
        "destroyed_at": None,
    }  # fmt: skip
    return Ballot(**(defaults | values))


# act: the roles, the states, the moment and what else of the ballot makes it possible
ASKED = {"closing_reason": "Sturm", "closing_asked_by_id": 99}
RULES = {
    "edit_ballot": (ARRANGERS, {DRAFT}, NOW, {}),
    "watch_turnout": (COUNTERS, {OPEN, CLOSED, COUNTED, CERTIFIED, CANCELLED}, NOW, {}),
    "ask_for_early_end": (ARRANGERS, {OPEN}, NOW, {}),
    "agree_to_early_end": (ARRANGERS, {OPEN}, NOW, ASKED),
    "refuse_early_end": (ARRANGERS, {OPEN}, NOW, ASKED),
    "close_ballot": (ARRANGERS, {OPEN}, LATE, {}),
    "cancel_ballot": (ARRANGERS, {OPEN, CLOSED, COUNTED}, NOW, {}),
    "enter_lots": (ARRANGERS, {CLOSED, COUNTED}, NOW, {"lots_seed": ""}),
    "count_ballot": (ARRANGERS, {CLOSED}, NOW, {}),
    "certify_ballot": (COUNTERS, {COUNTED}, NOW, {}),
    "invalidate_votes": (COUNTERS, {OPEN, CLOSED, COUNTED}, NOW, {}),
    "destroy_link": (ARRANGERS, {CERTIFIED, CANCELLED}, LATE, {}),
}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("state", list(BallotState))
@pytest.mark.parametrize("act", sorted(RULES))
def test_each_act_has_its_roles_and_its_states(act, state, role):
    roles, states, moment, values = RULES[act]
    verdict = getattr(permissions, act)(actor(role), ballot(state, **values), moment)
    assert bool(verdict) is (role in roles and state in states), verdict
    assert bool(verdict) or verdict.reason


@pytest.mark.parametrize("role", EVERYBODY)
def test_setting_up_and_looking_on(role):
    assert bool(permissions.arrange_ballots(actor(role), None, NOW)) is (role in ARRANGERS)
    assert bool(permissions.see_ballots(actor(role), None, NOW)) is (role in COUNTERS)


def test_without_the_second_factor_a_role_may_nothing():
    for act, (roles, states, moment, values) in RULES.items():
        person = actor(next(iter(roles)), trusted=False)
        assert not getattr(permissions, act)(person, ballot(next(iter(states)), **values), moment)


def test_nobody_agrees_to_what_they_have_asked_for():
    asked = ballot(OPEN, closing_reason="Sturm", closing_asked_by_id=1)
    assert not permissions.agree_to_early_end(actor(Role.ADMIN), asked, NOW)
    assert permissions.agree_to_early_end(actor(Role.ADMIN, 2), asked, NOW)
    assert not permissions.agree_to_early_end(actor(Role.ADMIN, 2), asked, LATE)
    assert not permissions.ask_for_early_end(actor(Role.ADMIN, 2), asked, NOW)
    waiting = Invalidation(asked_by_id=1, answered_at=None)
    assert not permissions.answer_invalidation(actor(Role.ADMIN), waiting, NOW)
    assert permissions.answer_invalidation(actor(Role.COUNCIL_CLERK, 2), waiting, NOW)
    assert not permissions.answer_invalidation(actor(Role.ADMIN, 2), Invalidation(asked_by_id=1, answered_at=NOW), NOW)
    for role in EVERYBODY:
        assert bool(permissions.answer_invalidation(actor(role, 2), waiting, NOW)) is (role in COUNTERS)


@pytest.mark.parametrize("act", ["ask_for_early_end", "agree_to_early_end", "refuse_early_end"])
def test_a_vote_whose_time_is_over_has_no_early_end(act):
    for values in ({}, ASKED):
        verdict = getattr(permissions, act)(actor(Role.ADMIN), ballot(OPEN, **values), LATE)
        assert "can be closed now" in verdict.reason


def test_what_nobody_has_asked_for_is_neither_agreed_to_nor_refused():
    for act in (permissions.agree_to_early_end, permissions.refuse_early_end):
        assert "Nobody" in act(actor(Role.ADMIN), ballot(OPEN), NOW).reason


def test_numbers_are_entered_once_and_only_where_a_draw_was_named():
    assert "entered already" in permissions.enter_lots(actor(Role.ADMIN), ballot(CLOSED), NOW).reason
    for missing in ({"lottery": ""}, {"lottery_on": None}):
        verdict = permissions.enter_lots(actor(Role.ADMIN), ballot(CLOSED, lots_seed="", **missing), NOW)
        assert "no public draw" in verdict.reason


def test_the_link_is_kept_until_the_objections_are_over():
    assert not permissions.destroy_link(actor(Role.ADMIN), ballot(CERTIFIED), NOW + timedelta(hours=23))
    assert permissions.destroy_link(actor(Role.ADMIN), ballot(CERTIFIED), NOW + timedelta(days=1))
    assert not permissions.destroy_link(actor(Role.ADMIN), ballot(CERTIFIED, destroyed_at=NOW), LATE)


FIT = Entitlement(None, 16, is_revoked=False, struck=None)


@pytest.mark.parametrize(
    ("entitlement", "allowed"),
    [
        (FIT, True), (None, False), (Entitlement(1, 16, False, None), True), (Entitlement(2, 16, False, None), False),
        (Entitlement(None, 14, False, None), False), (Entitlement(None, 18, True, None), False),
        (Entitlement(None, 18, False, Channel.PAPER), False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", list(BallotState))
def test_people_vote_when_they_are_verified_old_enough_and_the_ballot_is_open(state, entitlement, allowed):
    subject = (ballot(state), entitlement)
    assert bool(permissions.vote_as_person(actor("citizen"), subject, NOW)) is (allowed and state is OPEN)
    assert not permissions.vote_as_person(None, subject, NOW)
    assert not permissions.vote_as_person(actor("citizen"), subject, LATE)
    assert not permissions.vote_as_person(actor("citizen"), subject, NOW - timedelta(days=2))


def test_an_organisation_votes_through_a_delegate_with_the_right_to():
    def delegate(**values):
        return actor("citizen", seats=(Seat(7, "Verein", "Vorstand", is_admin=False, **values),))

    assert permissions.vote_for(delegate(may_vote=True), (ballot(OPEN), 7), NOW)
    assert not permissions.vote_for(delegate(may_vote=False), (ballot(OPEN), 7), NOW)
    assert not permissions.vote_for(delegate(may_vote=True), (ballot(OPEN), 8), NOW)
    assert not permissions.vote_for(delegate(may_vote=True), (ballot(CLOSED), 7), NOW)
    assert not permissions.vote_for(None, (ballot(OPEN), 7), NOW)

"""Who may do what with accounts, for the whole cast."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import AccountState, Actor, Role
from tests.conftest import NOW
from tests.factories import make_account

VISITOR = None
CITIZEN = Actor(1, "c", "c@example.org", "de", fresh=True)
STALE = Actor(1, "c", "c@example.org", "de", fresh=False)
MODERATOR = Actor(2, "m", "m@example.org", "de", roles=frozenset({Role.MODERATOR}), fresh=True)
ADMIN = Actor(3, "a", "a@example.org", "de", roles=frozenset({Role.ADMIN}), fresh=True)
UNTRUSTED = Actor(3, "a", "a@example.org", "de", roles=frozenset({Role.ADMIN}), trusted=False, fresh=True)
PEOPLE = (VISITOR, CITIZEN, MODERATOR, ADMIN, UNTRUSTED)


def allowed(permission, subject=None, people=PEOPLE):
    return [bool(permission(person, subject, NOW)) for person in people]


def test_everybody_who_is_signed_in_has_a_page_of_their_own():
    assert allowed(permissions.own_account) == [False, True, True, True, True]


def test_changing_how_one_signs_in_asks_for_a_fresh_proof():
    assert allowed(permissions.change_sign_in, people=(VISITOR, CITIZEN, STALE, ADMIN)) == [False, True, False, True]


@pytest.mark.parametrize(
    ("name", "state", "yes"),
    [
        ("grant_role", AccountState.ACTIVE, True), ("grant_role", AccountState.BLOCKED, False),
        ("grant_role", AccountState.UNCONFIRMED, False), ("block_account", AccountState.ACTIVE, True),
        ("block_account", AccountState.BLOCKED, False), ("block_account", AccountState.UNCONFIRMED, False),
        ("unblock_account", AccountState.BLOCKED, True), ("unblock_account", AccountState.ACTIVE, False),
        ("end_role", AccountState.ACTIVE, True), ("end_role", AccountState.BLOCKED, True),
        ("others_account", AccountState.ACTIVE, True),
    ],
)  # fmt: skip
def test_administrators_act_on_others_where_their_state_fits(session, name, state, yes):
    confirmed = {"confirmed_at": None} if state is AccountState.UNCONFIRMED else {}
    account = make_account(session, state=state, id=4711, **confirmed)
    assert allowed(getattr(permissions, name), account) == [False, False, False, yes, False]


@pytest.mark.parametrize("name", ["grant_role", "block_account", "unblock_account", "others_account"])
def test_administrators_do_not_act_on_themselves(session, name):
    account = make_account(session, id=ADMIN.id)
    assert not getattr(permissions, name)(ADMIN, account, NOW)

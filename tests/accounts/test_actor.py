"""What an actor can be asked."""

import pytest

from bihaelt.accounts.domain import Actor, Role, Seat
from bihaelt.journal.domain import Voice

SEAT = Seat(7, "Jugendring", "Vorsitz", True, True)
PERSON = Actor(1, "Zoë", "zoe@example.org", "de", roles=frozenset({Role.MODERATOR}), seats=(SEAT,), token="t")


def test_a_role_counts_with_the_second_factor_alone():
    untrusted = Actor(1, "Zoë", "zoe@example.org", "de", roles=frozenset({Role.MODERATOR}), trusted=False)
    assert (PERSON.has(Role.MODERATOR), PERSON.has(Role.ADMIN), untrusted.has(Role.MODERATOR)) == (True, False, False)


def test_a_person_speaks_as_themselves_in_a_role_or_for_an_organisation():
    assert PERSON.as_citizen() == Voice(1)
    assert PERSON.as_role(Role.ADMIN, Role.MODERATOR) == Voice(1, "moderator")
    assert PERSON.as_role(Role.ADMIN) == Voice(1, "citizen")
    assert PERSON.as_delegate(7) == Voice(1, "delegate", 7, "Vorsitz")
    with pytest.raises(KeyError):
        PERSON.as_delegate(8)


def test_flask_login_finds_what_it_asks_for():
    assert (PERSON.is_authenticated, PERSON.is_active, PERSON.is_anonymous, PERSON.get_id()) == (True, True, False, "t")

"""Corners of the accounts that no page leads to."""

from datetime import date

from bihaelt.accounts.domain import Role
from bihaelt.accounts.models import Grant
from bihaelt.accounts.operations import check_code
from bihaelt.accounts.queries import roles_of
from tests.conftest import NOW
from tests.factories import add, make_account, make_office


def test_a_code_for_an_unknown_address_opens_nothing(session):
    assert check_code(session, email="nobody@example.org", code="12345678", now=NOW) is None


def test_a_role_held_in_two_offices_is_named_once(session):
    account = make_account(session, Role.OFFICE_EDITOR, office=make_office(session))
    second = Grant(
        account_id=account.id, role=Role.OFFICE_EDITOR, starts_on=date(2026, 1, 1), office_id=make_office(session).id
    )
    add(session, second)
    assert roles_of(session, [account.id], NOW.date()) == {account.id: [Role.OFFICE_EDITOR]}

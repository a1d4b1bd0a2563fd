"""The administrators' desk."""

from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Grant
from bihaelt.journal.models import JournalEntry
from tests.accounts.post import last, letters
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import make_account, make_cluster, make_office


@pytest.fixture
def admin(session):
    return make_account(session, Role.ADMIN, name="Leitung")


def names_on(answer):
    return tree(answer).xpath("//main//ul[@class='rows']/li/h2//bdi/text()")


def test_only_administrators_see_accounts(client, app, session):
    people = make_cast(session)
    account = people.citizen
    for person in (people.citizen, people.delegate, people.moderator, people.plan_owner):
        browser = app.test_client().sign_in(person)
        assert browser.get("/de/desk/accounts").status_code == 403
        assert browser.get(f"/de/desk/accounts/{account.id}").status_code == 403
        assert browser.post(f"/de/desk/accounts/{account.id}/roles", {"role": "admin"}).status_code == 403
        assert browser.post(f"/de/desk/accounts/{account.id}/block", {"reason": "x"}).status_code == 403
    assert client.get("/de/desk/accounts").status_code == 302
    assert app.test_client().sign_in(people.admin, second_factor=False).get("/de/desk/accounts").status_code == 403


def test_accounts_are_found_by_name_address_and_role(client, session, admin):
    make_account(session, name="Zoë Käfer", email="zoe@example.org")
    make_account(session, Role.TRANSLATOR, name="Ayşe", email="ayse@example.org")
    client.sign_in(admin)
    assert names_on(client.get("/de/desk/accounts?q=Käf")) == ["Zoë Käfer"]
    assert names_on(client.get("/de/desk/accounts?q=AYSE@")) == ["Ayşe"]
    assert names_on(client.get("/de/desk/accounts?role=translator")) == ["Ayşe"]
    assert names_on(client.get("/de/desk/accounts?q=100%25")) == []


@pytest.mark.parametrize("query", ["at=nonsense", "q=%00", "q=" + "x" * 5000, "role=king", "at=" + "A" * 500, "q[]=1"])
def test_odd_addresses_show_the_list(client, admin, query):
    client.sign_in(admin)
    assert client.get(f"/de/desk/accounts?{query}").status_code == 200


def test_a_long_list_is_turned_by_key(client, session, admin):
    for n in range(60):
        make_account(session, name=f"Mensch {n:02}")
    client.sign_in(admin)
    first = client.get("/de/desk/accounts?q=Mensch")
    older = tree(first).xpath("//a[@rel='next']/@href")[0]
    second = client.get(older)
    assert names_on(first) + names_on(second) == [f"Mensch {n:02}" for n in range(59, -1, -1)]
    newer = tree(second).xpath("//a[@rel='prev']/@href")[0]
    assert names_on(client.get(newer)) == names_on(first)


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_list_costs_the_same_however_long_it_is(client, session, admin, count_queries, number):
    for _ in range(number - 1):
        make_account(session, Role.MODERATOR)
    client.sign_in(admin)
    with count_queries() as seen:
        client.get("/de/desk/accounts")
    assert len(seen) == 3


def test_a_role_is_given_with_office_and_term(client, session, admin):
    office = make_office(session, "Sozialamt")
    account = make_account(session, name="Ayşe", language="tr")
    client.sign_in(admin)
    answer = client.post(
        f"/de/desk/accounts/{account.id}/roles",
        {"role": "office_editor", "office": office.id, "starts_on": "2026-11-22", "ends_on": "2027-11-22"},
    )
    assert answer.location == f"/de/desk/accounts/{account.id}"
    grant = session.scalars(sa.select(Grant).where(Grant.account_id == account.id)).one()
    assert (grant.role, grant.office_id, grant.ends_on, grant.granted_by_id) == (
        Role.OFFICE_EDITOR,
        office.id,
        date(2027, 11, 22),
        admin.id,
    )
    entry = session.scalars(sa.select(JournalEntry)).one()
    assert (entry.act, entry.role, entry.subject_id) == ("account.role_granted", "admin", account.id)
    assert letters(session, "account_role")[0].language == "tr"
    assert "Sozialamt" in words(client.get(f"/de/desk/accounts/{account.id}"))


def test_a_budget_holder_is_given_the_budget_of_a_cluster(client, session, admin):
    cluster, account = make_cluster(session, "Freizeit"), make_account(session)
    client.sign_in(admin)
    desk = f"/de/desk/accounts/{account.id}"
    assert client.post(f"{desk}/roles", {"role": "treasury", "cluster": cluster.id}).status_code == 422
    assert client.post(f"{desk}/roles", {"role": "budget_holder", "cluster": cluster.id}).status_code == 303
    assert session.scalars(sa.select(Grant).where(Grant.account_id == account.id)).one().cluster_id == cluster.id
    assert tree(client.get(desk)).xpath("//section//li[contains(., 'Freizeit')]")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": ""}, {"role": "king"}, {"role": "moderator", "office": "1"}, {"role": "office_editor", "office": "999999"},
        {"role": "moderator", "starts_on": "2026-13-01"}, {"role": "moderator", "starts_on": "2026-12-01", "ends_on": "2026-12-01"},
        {"role": "moderator", "ends_on": "9999-01-01"},
    ],
)  # fmt: skip
def test_a_role_that_does_not_fit_is_not_given(client, session, admin, fields):
    make_office(session)
    account = make_account(session)
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{account.id}/roles", fields).status_code == 422
    assert session.scalars(sa.select(Grant).where(Grant.account_id == account.id)).all() == []


def test_a_role_is_not_given_twice(client, session, admin):
    account = make_account(session, Role.MODERATOR)
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{account.id}/roles", {"role": "moderator"}).status_code == 422


def test_nobody_gives_roles_to_themselves(client, session, admin):
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{admin.id}/roles", {"role": "treasury"}).status_code == 403
    page = client.get(f"/de/desk/accounts/{admin.id}")
    assert not tree(page).xpath("//form[contains(@action, '/roles') and not(contains(@action, '/end'))]")


def test_a_role_ends_at_once(client, app, session, admin):
    moderator = make_account(session, Role.MODERATOR)
    browser = app.test_client().sign_in(moderator)
    grant = session.scalars(sa.select(Grant).where(Grant.account_id == moderator.id)).one()
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{moderator.id}/roles/{grant.id}/end").status_code == 303
    session.refresh(grant)
    assert grant.ends_on == date(2026, 11, 22)
    assert "Moderator" not in browser.get("/en/my").text
    assert last(session, "account_role")["active"] is False
    assert client.post(f"/de/desk/accounts/{moderator.id}/roles/{grant.id}/end").status_code == 409


def test_a_role_is_ended_at_its_own_account_only(client, session, admin):
    moderator, other = make_account(session, Role.MODERATOR), make_account(session)
    grant = session.scalars(sa.select(Grant.id).where(Grant.account_id == moderator.id)).one()
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{other.id}/roles/{grant}/end").status_code == 404


def test_the_last_administrator_stays(client, session, admin):
    grant = session.scalars(sa.select(Grant).where(Grant.account_id == admin.id)).one()
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{admin.id}/roles/{grant.id}/end").status_code == 409
    session.refresh(grant)
    assert grant.ends_on is None


def test_blocking_needs_a_reason_and_signs_out(client, app, session, admin):
    account = make_account(session)
    browser = app.test_client().sign_in(account)
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{account.id}/block", {"reason": " "}).status_code == 422
    assert client.post(f"/de/desk/accounts/{account.id}/block", {"reason": "Drohungen"}).status_code == 303
    assert browser.get("/de/my").status_code == 302
    assert last(session, "account_blocked")["reason"] == "Drohungen"
    assert client.post(f"/de/desk/accounts/{account.id}/block", {"reason": "Drohungen"}).status_code == 403
    assert client.get(f"/de/desk/accounts/{account.id}").status_code == 200
    assert client.post(f"/de/desk/accounts/{account.id}/unblock", {"reason": ""}).status_code == 422
    assert client.post(f"/de/desk/accounts/{account.id}/unblock", {"reason": "Geklärt"}).status_code == 303
    session.refresh(account)
    assert account.state is AccountState.ACTIVE
    assert client.post(f"/de/desk/accounts/{account.id}/unblock", {"reason": "Geklärt"}).status_code == 403


def test_personal_acts_are_not_in_the_public_record(client, session, admin):
    account = make_account(session)
    client.sign_in(admin)
    client.post(f"/de/desk/accounts/{account.id}/block", {"reason": "Drohungen"})
    assert session.scalars(sa.select(JournalEntry.public)).all() == [False]


def test_who_lost_telephone_and_paper_is_helped(client, session, admin):
    account = make_account(session, totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.sign_in(admin)
    assert client.post(f"/de/desk/accounts/{account.id}/second-factor/remove").status_code == 303
    session.refresh(account)
    assert account.totp_secret is None
    assert client.post(f"/de/desk/accounts/{admin.id}/second-factor/remove").status_code == 403


def test_unknown_and_erased_accounts_are_not_there(client, session, admin):
    gone = make_account(session, email=None, name_key=None, state=AccountState.DELETED)
    client.sign_in(admin)
    for number in (gone.id, 999999):
        assert client.get(f"/de/desk/accounts/{number}").status_code == 404
    assert names_on(client.get("/de/desk/accounts")) == ["Leitung"]


@pytest.mark.parametrize("act", ["roles", "block", "unblock", "second-factor/remove"])
def test_acts_need_the_form(client, session, admin, act):
    account = make_account(session, state=AccountState.BLOCKED if act == "unblock" else AccountState.ACTIVE)
    client.sign_in(admin)
    answer = client.post(f"/de/desk/accounts/{account.id}/{act}", {"role": "moderator", "reason": "Grund"}, token=False)
    assert answer.status_code in (400, 422)
    assert session.scalars(sa.select(JournalEntry)).all() == []

"""The own page: profile and sessions."""

import pytest
import sqlalchemy as sa

from bihaelt.accounts.models import SignIn
from bihaelt.journal.models import JournalEntry
from tests.browser import tree, words
from tests.factories import make_account, make_delegate, make_organisation


@pytest.fixture
def account(session):
    return make_account(session, name="Zoë")


def test_the_own_page_shows_who_one_is(client, session, account):
    make_delegate(session, make_organisation(session, "Jugendring"), title="Vorsitz", account=account)
    client.sign_in(account)
    page = words(client.get("/en/my"))
    for text in ("Zoë", account.email, "Jugendring", "Vorsitz"):
        assert text in page


def test_visitors_are_sent_to_sign_in(client):
    for path in ("my", "my/password", "my/email", "my/sessions", "my/second-factor", "my/proof"):
        assert client.get(f"/de/{path}").location == f"/de/sign-in?next=/de/{path}"


def test_name_language_and_letters_can_be_changed(client, session, account):
    client.sign_in(account)
    answer = client.post("/de/my", {"name": "Zoë Käfer", "language": "ar"})
    assert (answer.status_code, answer.location) == (303, "/de/my")
    session.refresh(account)
    assert (account.display_name, account.language, account.letters) == ("Zoë Käfer", "ar", False)
    assert session.scalars(sa.select(JournalEntry.act)).all() == ["account.renamed"]


def test_a_name_that_stays_is_not_judged_anew(client, session):
    account = make_account(session, name="Demo-Administration")
    client.sign_in(account)
    assert client.post("/de/my", {"name": "Demo-Administration", "language": "tr"}).status_code == 303
    assert session.scalars(sa.select(JournalEntry.act)).all() == []


@pytest.mark.parametrize(
    "fields", [{"name": "Stadtverwaltung"}, {"name": "Pаul"}, {"name": ""}, {"language": "xx"}, {"language": ""}]
)
def test_a_profile_that_does_not_fit_is_not_saved(client, session, account, fields):
    client.sign_in(account)
    assert client.post("/de/my", {"name": "Neu", "language": "de"} | fields).status_code == 422
    session.refresh(account)
    assert account.display_name == "Zoë"


def test_a_name_like_another_is_refused(client, session, account):
    make_account(session, display_name="Paul", name_key="paul")
    client.sign_in(account)
    answer = client.post("/de/my", {"name": "PauI", "language": "de"})
    assert tree(answer).xpath("//*[@id='name-error']")


def test_what_is_not_in_the_form_cannot_be_changed(client, session, account):
    client.sign_in(account)
    client.post(
        "/de/my",
        {"name": "Neu", "language": "de", "state": "blocked", "email": "x@y.de", "password_hash": "x", "demo": "y"},
    )
    before = account.email
    session.refresh(account)
    assert (account.display_name, account.email, account.password_hash, account.demo) == ("Neu", before, None, False)


def test_sessions_are_listed_with_device_and_ended_one_by_one(client, app, session, account):
    elsewhere = app.test_client().sign_in(account)
    other = session.scalars(sa.select(SignIn.id)).one()
    client.sign_in(account)
    assert len(tree(client.get("/de/my/sessions")).xpath("//main//ul[@class='rows']/li")) == 2
    assert client.post(f"/de/my/sessions/{other}/end").location == "/de/my/sessions"
    assert elsewhere.get("/de/my").status_code == 302
    assert client.get("/de/my").status_code == 200


def test_all_other_sessions_end_at_once(client, app, session, account):
    others = [app.test_client().sign_in(account) for _ in range(2)]
    client.sign_in(account)
    client.post("/de/my/sessions/end-others")
    assert [other.get("/de/my").status_code for other in others] == [302, 302]
    assert client.get("/de/my/sessions").status_code == 200


def test_the_own_session_can_be_ended_there_too(client, session, account):
    client.sign_in(account)
    own = session.scalars(sa.select(SignIn.id)).one()
    assert client.post(f"/de/my/sessions/{own}/end").status_code == 303
    assert client.get("/de/my").status_code == 302


def test_nobody_ends_the_sessions_of_others(client, app, session, account):
    app.test_client().sign_in(make_account(session))
    foreign = session.scalars(sa.select(SignIn.id)).one()
    client.sign_in(account)
    assert client.post(f"/de/my/sessions/{foreign}/end").status_code == 404
    assert client.post("/de/my/sessions/999999/end").status_code == 404
    assert client.post(f"/de/my/sessions/{foreign}/end", token=False).status_code == 400
    assert session.get(SignIn, foreign) is not None


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_list_of_sessions_costs_the_same_however_long_it_is(client, app, session, account, count_queries, number):
    for _ in range(number - 1):
        app.test_client().sign_in(account)
    client.sign_in(account)
    with count_queries() as seen:
        client.get("/de/my/sessions")
    assert len(seen) == 2


def test_personal_pages_are_stored_nowhere(client, account):
    client.sign_in(account)
    for path in ("my", "my/sessions", "my/password"):
        assert client.get(f"/de/{path}").headers["Cache-Control"] == "private, no-store"

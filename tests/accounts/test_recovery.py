"""Forgotten passwords and changed addresses."""

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.domain.passwords import hash_password, verify
from bihaelt.accounts.models import Account, Code, SignIn
from tests.accounts.post import last, letters
from tests.factories import make_account

OLD, NEW = "rote Lampe am Fluss", "gelbe Lampe im Wald"


@pytest.fixture
def account(session):
    return make_account(session, email="zoe@example.org", password_hash=hash_password(OLD))


def ask(client, session):
    client.post("/de/recover", {"email": "zoe@example.org"})
    return f"/de/recover/{last(session, 'account_reset')['token']}"


def test_a_forgotten_password_is_replaced_by_a_link(client, app, session, account):
    elsewhere = app.test_client().sign_in(account)
    link = ask(client, session)
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.post(link, {"password": NEW}).status_code == 200
    session.refresh(account)
    assert verify(account.password_hash, NEW)
    assert elsewhere.get("/de/my").status_code == 302
    assert [letter.kind for letter in letters(session)] == ["account_reset", "account_password"]


def test_the_link_is_stored_as_a_hash(client, session, account):
    token = ask(client, session).rsplit("/", 1)[1]
    assert token not in session.scalars(sa.select(Code.code_hash)).all()


def test_a_used_link_is_dead(client, session, account):
    link = ask(client, session)
    client.post(link, {"password": NEW})
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": OLD}).status_code == 410


def test_a_link_ends_after_an_hour(client, session, account, clock):
    link = ask(client, session)
    clock(minutes=59)
    assert client.get(link).status_code == 200
    clock(minutes=61)
    assert client.post(link, {"password": NEW}).status_code == 410


def test_a_new_letter_makes_the_old_link_dead(client, session, account):
    first = ask(client, session)
    second = ask(client, session)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_changed_address_makes_the_link_dead(client, app, session, account):
    link = ask(client, session)
    client.sign_in(account)
    client.post("/de/my/email", {"email": "new@example.org"})
    client.post(f"/de/email/{last(session, 'account_email_new')['token']}")
    assert app.test_client().get(link).status_code == 410


def test_a_weak_new_password_keeps_the_link_alive(client, session, account):
    link = ask(client, session)
    assert client.post(link, {"password": "bielefeld1"}).status_code == 422
    assert client.post(link, {"password": NEW}, token=False).status_code == 422
    assert client.get(link).status_code == 200


def test_asking_for_a_new_password_tells_nothing(client, session, account):
    known = client.post("/de/recover", {"email": account.email})
    unknown = client.post("/de/recover", {"email": "nobody@example.org"})
    assert (known.status_code, known.text, dict(known.headers)) == (
        unknown.status_code,
        unknown.text,
        dict(unknown.headers),
    )


@pytest.mark.parametrize("path", ["/de/recover/", "/de/confirm/", "/de/email/", "/de/email/undo/"])
@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "ü", "'--", "%F0%9F%98%80"])
def test_invented_links_are_dead(client, path, token):
    assert client.get(path + token).status_code == 410
    assert client.post(path + token, {"password": NEW}).status_code == 410


def test_a_new_address_holds_from_the_click_in_its_mailbox(client, session, account):
    client.sign_in(account)
    assert client.post("/de/my/email", {"email": "New@example.org"}).location == "/de/my"
    link = f"/de/email/{last(session, 'account_email_new')['token']}"
    client.get(link)
    session.refresh(account)
    assert account.email == "zoe@example.org"
    assert client.post(link).status_code == 200
    session.refresh(account)
    assert account.email == "new@example.org"
    assert [(letter.kind, letter.email) for letter in letters(session)] == [
        ("account_email_new", "new@example.org"), ("account_email_old", "zoe@example.org"),
    ]  # fmt: skip
    assert "new@example.org" not in str(last(session, "account_email_old"))
    assert client.post(link).status_code == 410


def test_the_old_address_can_be_taken_back_for_a_week(client, app, session, account, clock):
    client.sign_in(account)
    client.post("/de/my/email", {"email": "thief@example.org"})
    client.post(f"/de/email/{last(session, 'account_email_new')['token']}")
    undo = f"/de/email/undo/{last(session, 'account_email_old')['token']}"
    clock(days=6)
    owner = app.test_client()
    assert owner.get(undo).status_code == 200
    assert owner.post(undo).status_code == 200
    session.refresh(account)
    assert (account.email, account.password_hash) == ("zoe@example.org", None)
    assert session.scalars(sa.select(SignIn)).all() == []
    assert owner.post(undo).status_code == 410


def test_an_address_that_somebody_else_took_meanwhile_cannot_be_taken_back(client, app, session, account):
    client.sign_in(account)
    client.post("/de/my/email", {"email": "new@example.org"})
    client.post(f"/de/email/{last(session, 'account_email_new')['token']}")
    make_account(session, email="zoe@example.org")
    assert app.test_client().post(f"/de/email/undo/{last(session, 'account_email_old')['token']}").status_code == 410


def test_an_address_with_an_account_looks_like_any_other(client, session, account):
    make_account(session, email="taken@example.org")
    client.sign_in(account)
    taken = client.post("/de/my/email", {"email": "taken@example.org"})
    free = client.post("/de/my/email", {"email": "free@example.org"})
    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    assert [letter.kind for letter in letters(session)] == ["account_exists", "account_email_new"]


def test_an_address_taken_between_letter_and_click_stays_with_its_account(client, session, account):
    client.sign_in(account)
    client.post("/de/my/email", {"email": "new@example.org"})
    make_account(session, email="new@example.org")
    assert client.post(f"/de/email/{last(session, 'account_email_new')['token']}").status_code == 410
    session.refresh(account)
    assert account.email == "zoe@example.org"


def test_the_same_address_again_causes_no_letter(client, session, account):
    client.sign_in(account)
    client.post("/de/my/email", {"email": "ZOE@example.org"})
    assert letters(session) == []


@pytest.mark.parametrize("path", ["/de/my/password", "/de/my/email", "/de/my/second-factor"])
def test_what_opens_the_account_asks_for_a_fresh_proof(client, session, account, path):
    client.sign_in(account, fresh=False)
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, f"/de/my/proof?next={path}")
    assert client.post(path, {"password": NEW, "email": "x@example.org"}).status_code == 403
    assert client.post(f"/de/my/proof?next={path}", {"password": "wrong one"}).status_code == 200
    assert client.get(path).status_code == 302
    assert client.post(f"/de/my/proof?next={path}", {"password": OLD}).location == path
    assert client.get(path).status_code == 200


def test_the_proof_can_be_a_code(client, session, account):
    account.password_hash = None
    session.commit()
    client.sign_in(account, fresh=False)
    assert client.get("/de/my/proof").status_code == 200
    assert client.post("/de/my/proof", {"password": "anything"}).status_code == 200
    page = client.post("/de/my/proof/code?next=/de/my/password")
    assert client.get(page.location).status_code == 200
    assert client.post(page.location, {"code": "1"}).status_code == 200
    code = last(session, "account_code")["code"]
    assert client.post(page.location, {"code": code}).location == "/de/my/password"
    assert client.get("/de/my/password").status_code == 200


def test_guessing_at_the_proof_is_slowed(client, session, account):
    client.sign_in(account, fresh=False)
    codes = [client.post("/de/my/proof", {"password": "wrong one"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert client.post("/de/my/proof", {"password": OLD}, token=False).status_code == 422


def test_a_new_password_ends_all_other_sessions(client, app, session, account):
    elsewhere = app.test_client().sign_in(account)
    client.sign_in(account)
    assert client.post("/de/my/password", {"password": "bielefeld"}).status_code == 422
    assert client.post("/de/my/password", {"password": NEW}).location == "/de/my"
    assert client.get("/de/my").status_code == 200
    assert elsewhere.get("/de/my").status_code == 302
    assert verify(session.scalars(sa.select(Account.password_hash)).one(), NEW)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("recover", "account_reset"), ("email", "account_email_new"), ("email/undo", "account_email_old")],
)
def test_a_link_of_an_account_that_was_blocked_or_erased_meanwhile_is_dead(client, app, session, account, path, kind):
    if path == "recover":
        ask(client, session)
    else:
        client.sign_in(account)
        client.post("/de/my/email", {"email": "new@example.org"})
        if path == "email/undo":
            client.post(f"/de/email/{last(session, 'account_email_new')['token']}")
    account.state, account.email = AccountState.DELETED, None
    session.commit()
    answer = app.test_client().post(f"/de/{path}/{last(session, kind)['token']}", {"password": NEW})
    assert answer.status_code == 410

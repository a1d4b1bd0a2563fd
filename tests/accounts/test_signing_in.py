"""By password, by code, and what a session is worth."""

import time

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.domain.passwords import PasswordHasher, hash_password
from bihaelt.accounts.models import SignIn
from tests.accounts.post import last, letters
from tests.browser import tree, words
from tests.factories import make_account

PASSWORD = "rote Lampe am Fluss"


@pytest.fixture(scope="module")
def secret():
    return hash_password(PASSWORD)


@pytest.fixture
def account(session, secret):
    return make_account(session, email="zoe@example.org", name="Zoë", password_hash=secret)


def sign_in(client, **fields):
    address = fields.pop("address", "/de/sign-in")
    return client.post(address, {"email": "zoe@example.org", "password": PASSWORD} | fields)


def cookie_of(client):
    return client.get_cookie("session").value


def sealed(answer):
    return tree(answer).xpath("//input[@name='who']/@value")[0]


def test_address_and_password_open_the_own_page(client, account):
    answer = sign_in(client, email=" ZOE@example.org ")
    assert (answer.status_code, answer.location) == (303, "/de/my")
    assert "Zoë" in words(client.get("/de/my"))


def test_one_goes_on_to_where_one_wanted(client, account):
    assert client.get("/de/my").location == "/de/sign-in?next=/de/my"
    assert sign_in(client, address="/de/sign-in?next=/tr/my/sessions").location == "/tr/my/sessions"


@pytest.mark.parametrize(
    "target", ["//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/de/sign-in", "%0d%0a"]
)
def test_nobody_is_sent_elsewhere(client, account, target):
    assert sign_in(client, address=f"/de/sign-in?next={target}").location == "/de/my"


def test_wrong_password_and_unknown_address_look_alike(client, account):
    wrong = sign_in(client, password="something else")
    unknown = sign_in(client, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert set(wrong.headers.keys()) == set(unknown.headers.keys())
    assert words(wrong) == words(unknown)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(client, account):
    def seconds(**fields):
        begun = time.process_time()  # the processor's time: what else the machine does is of no matter
        sign_in(client, **fields)
        return time.process_time() - begun

    seconds(email="nobody@example.org")
    wrong = min(seconds(password="something else") for _ in range(4))
    unknown = min(seconds(email="nobody@example.org") for _ in range(4))
    assert 0.5 < unknown / wrong < 2


@pytest.mark.parametrize("state", [AccountState.BLOCKED, AccountState.UNCONFIRMED])
def test_only_who_knows_the_password_learns_about_the_account(client, session, secret, state):
    confirmed = {"confirmed_at": None} if state is AccountState.UNCONFIRMED else {}
    make_account(session, email="zoe@example.org", password_hash=secret, state=state, **confirmed)
    wrong, right = sign_in(client, password="something else"), sign_in(client)
    assert wrong.status_code == right.status_code == 422
    assert words(wrong) != words(right)
    assert client.get_cookie("session") is None


def test_ten_wrong_tries_close_an_account_whoever_asks(client, account):
    for n in range(10):
        client.environ_base["REMOTE_ADDR"] = f"203.0.{n}.1"
        assert sign_in(client, password="something else").status_code == 422
    client.environ_base["REMOTE_ADDR"] = "203.0.99.1"
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300


def test_ten_wrong_tries_close_a_network_whatever_it_claims_to_be(client, account):
    for n in range(10):
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
        assert sign_in(client, email=f"p{n}@example.org").status_code == 422
    assert sign_in(client).status_code == 429


def test_the_owner_of_a_closed_account_comes_in_by_code(client, session, account):
    for n in range(10):
        client.environ_base["REMOTE_ADDR"] = f"203.0.{n}.1"
        sign_in(client, password="something else")
    client.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    assert sign_in(client).status_code == 429
    page = client.post("/de/sign-in/code", {"email": account.email})
    code = last(session, "account_code")["code"]
    assert client.post("/de/sign-in/code/check", {"who": sealed(page), "code": code}).status_code == 303


def test_a_code_opens_the_own_page_once(client, app, session, account):
    page = client.post("/de/sign-in/code?next=/de/my/sessions", {"email": account.email})
    code = last(session, "account_code")["code"]
    fields = {"who": sealed(page), "code": f"{code[:4]} {code[4:]}"}
    assert client.post("/de/sign-in/code/check?next=/de/my/sessions", fields).location == "/de/my/sessions"
    assert app.test_client().post("/de/sign-in/code/check", fields).status_code == 200
    assert len(session.scalars(sa.select(SignIn)).all()) == 1


def test_asking_for_a_code_tells_nothing(client, session, account):
    known = client.post("/de/sign-in/code", {"email": account.email})
    unknown = client.post("/de/sign-in/code", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert words(known) == words(unknown)
    assert [letter.email for letter in letters(session)] == [account.email]


def test_five_wrong_tries_end_a_code(client, session, account):
    page = client.post("/de/sign-in/code", {"email": account.email})
    code = last(session, "account_code")["code"]
    wrong = "00000000" if code != "00000000" else "11111111"
    for _ in range(5):
        assert client.post("/de/sign-in/code/check", {"who": sealed(page), "code": wrong}).status_code == 200
    client.post("/de/sign-in/code/check", {"who": sealed(page), "code": code})
    assert client.get_cookie("session") is None


def test_a_code_ends_after_a_quarter_of_an_hour(client, session, account, clock):
    page = client.post("/de/sign-in/code", {"email": account.email})
    clock(minutes=15)
    client.post("/de/sign-in/code/check", {"who": sealed(page), "code": last(session, "account_code")["code"]})
    assert client.get_cookie("session") is None


def test_the_code_of_one_is_nothing_at_the_address_of_another(client, session, account):
    make_account(session, email="other@example.org")
    client.post("/de/sign-in/code", {"email": account.email})
    code = last(session, "account_code")["code"]
    page = client.post("/de/sign-in/code", {"email": "other@example.org"})
    assert client.post("/de/sign-in/code/check", {"who": sealed(page), "code": code}).status_code == 200
    assert client.get_cookie("session") is None


@pytest.mark.parametrize("who", ["", "forged", "zoe@example.org"])
def test_a_forged_seal_leads_back_to_the_beginning(client, account, who):
    answer = client.post("/de/sign-in/code/check", {"who": who, "code": "12345678"})
    assert (answer.status_code, answer.location) == (303, "/de/sign-in/code")
    answer = client.post("/de/sign-in/second-step", {"who": who, "second": "123456"})
    assert (answer.status_code, answer.location) == (303, "/de/sign-in")


def test_an_address_opened_without_its_form_leads_back(client):
    assert client.get("/de/sign-in/code/check").location == "/de/sign-in/code"
    assert client.get("/de/sign-in/second-step").location == "/de/sign-in"


def test_who_has_not_confirmed_gets_the_link_again_instead_of_a_code(client, session):
    make_account(session, email="new@example.org", state=AccountState.UNCONFIRMED, confirmed_at=None)
    client.post("/de/sign-in/code", {"email": "new@example.org"})
    client.post("/de/recover", {"email": "new@example.org"})
    assert [letter.kind for letter in letters(session)] == ["account_confirm", "account_confirm"]


def test_blocked_people_get_no_code(client, session):
    make_account(session, email="b@example.org", state=AccountState.BLOCKED)
    client.post("/de/sign-in/code", {"email": "b@example.org"})
    client.post("/de/recover", {"email": "b@example.org"})
    assert letters(session) == []


def test_a_session_that_was_pushed_upon_one_is_replaced(client, app, session, account):
    stranger = make_account(session)
    client.sign_in(stranger)
    offered = cookie_of(client)
    sign_in(client)
    assert cookie_of(client) != offered
    thief = app.test_client()
    thief.set_cookie("session", offered)
    assert thief.get("/de/my").status_code == 302


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(client, app, account):
    sign_in(client)
    copy = cookie_of(client)
    assert client.post("/de/sign-out").status_code == 303
    assert client.get_cookie("session") is None
    thief = app.test_client()
    thief.set_cookie("session", copy)
    assert thief.get("/de/my").status_code == 302


def test_signing_out_needs_the_form(client, account):
    sign_in(client)
    assert client.post("/de/sign-out", token=False).status_code == 400
    assert client.get("/de/sign-out").status_code == 405
    assert client.get("/de/my").status_code == 200


def test_another_site_cannot_sign_anybody_in(client, account):
    assert sign_in(client, address="/de/sign-in").status_code == 303
    answer = client.post(
        "/de/sign-in", {"email": account.email, "password": PASSWORD}, headers={"Origin": "https://evil.test"}
    )
    assert answer.status_code == 400


def test_the_cookie_holds_a_token_that_the_database_knows_by_its_hash_alone(client, session, account):
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
        assert set(cookie) == {"_user_id", "seen"}
    row = session.scalars(sa.select(SignIn)).one()
    assert token not in (row.token_hash, "")
    header = client.get_cookie("session")
    assert header.http_only
    assert header.same_site == "Lax"


def test_a_session_ends_when_nobody_comes_back_for_a_week(client, account, clock):
    sign_in(client, stay="y")
    clock(days=6)
    assert client.get("/de/my").status_code == 200
    clock(days=13, minutes=1)
    assert client.get("/de/my").status_code == 302


def test_citizens_stay_signed_in_for_a_month_if_they_choose_to(client, session, account, now):
    sign_in(client)
    assert client.get_cookie("session").expires is None
    sign_in(client, stay="y")
    assert client.get_cookie("session").expires is not None
    lasts = [row.ends_at - row.created_at for row in session.scalars(sa.select(SignIn))]
    assert [span.days for span in lasts] == [30]


def test_staff_are_asked_again_after_half_a_day_and_two_idle_hours(client, session, secret, clock):
    make_account(session, Role.MODERATOR, email="zoe@example.org", password_hash=secret, demo=True)
    sign_in(client, stay="y")
    assert client.get("/de/my").status_code == 200
    clock(hours=1)
    assert client.get("/de/my").status_code == 200
    clock(hours=3, minutes=1)
    assert client.get("/de/my").status_code == 302
    row = session.scalars(sa.select(SignIn)).one()
    assert (row.ends_at - row.created_at).total_seconds() == 12 * 3600


def test_an_old_hash_is_made_anew(client, session):
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    account = make_account(session, email="zoe@example.org", password_hash=weak)
    assert sign_in(client).status_code == 303
    session.refresh(account)
    assert "m=19456,t=2" in account.password_hash


def test_blocking_ends_a_session_at_its_next_request(client, session, account):
    sign_in(client)
    account.state = AccountState.BLOCKED
    session.commit()
    assert client.get("/de/my").status_code == 302


def test_who_is_signed_in_needs_no_sign_in_page(client, account):
    sign_in(client)
    assert client.get("/de/sign-in?next=/de/my/sessions").location == "/de/my/sessions"


def test_acts_note_when_somebody_was_last_there(client, session, account, clock):
    sign_in(client)
    later = clock(minutes=30)
    client.post("/de/my", {"name": "Zoë", "language": "de"})
    assert session.scalars(sa.select(SignIn.seen_at)).one() == later

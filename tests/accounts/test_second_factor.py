"""Staff sign in with a second factor."""

import pyotp
import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.accounts.domain.passwords import hash_password
from bihaelt.accounts.models import RecoveryCode
from tests.browser import tree
from tests.factories import make_account

PASSWORD = "rote Lampe am Fluss"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def moderator(session):
    return make_account(session, Role.MODERATOR, email="mod@example.org", password_hash=hash_password(PASSWORD))


def code_at(moment, secret=SECRET):
    return pyotp.TOTP(secret).at(moment)


def first_step(client, address="/de/sign-in"):
    return client.post(address, {"email": "mod@example.org", "password": PASSWORD})


def second_step(client, page, code, address="/de/sign-in/second-step"):
    who = tree(page).xpath("//input[@name='who']/@value")[0]
    return client.post(address, {"who": who, "second": code})


def set_up(client, now):
    page = client.get("/de/my/second-factor")
    secret = tree(page).xpath("string(//figcaption//bdi)").replace(" ", "")
    sealed = tree(page).xpath("//input[@name='secret']/@value")[0]
    return client.post("/de/my/second-factor", {"secret": sealed, "code": code_at(now, secret)})


def test_staff_without_one_are_led_to_set_it_up(client, moderator):
    assert first_step(client).location == "/de/my/second-factor"
    assert client.get("/de/desk/accounts").status_code == 403


def test_setting_up_shows_recovery_codes_once(client, session, moderator, now):
    client.sign_in(moderator, second_factor=False)
    page = set_up(client, now)
    codes = tree(page).xpath("//main//ol//bdi/text()")
    assert len(set(codes)) == 10
    assert len(session.scalars(sa.select(RecoveryCode)).all()) == 10
    again = client.get("/de/my/second-factor").text
    assert not any(code in again for code in codes)


def test_the_picture_is_drawn_here(client, moderator):
    client.sign_in(moderator, second_factor=False)
    source = tree(client.get("/de/my/second-factor")).xpath("//main//img/@src")[0]
    assert source.startswith("data:image/svg+xml")


def test_setting_up_ends_sessions_that_gave_no_second_factor(client, app, moderator, now):
    elsewhere = app.test_client().sign_in(moderator, second_factor=False)
    client.sign_in(moderator, second_factor=False)
    set_up(client, now)
    assert elsewhere.get("/de/my").status_code == 302
    assert client.get("/de/my").status_code == 200


def test_a_wrong_first_code_keeps_the_same_key(client, session, moderator):
    client.sign_in(moderator, second_factor=False)
    page = client.get("/de/my/second-factor")
    sealed = tree(page).xpath("//input[@name='secret']/@value")[0]
    answer = client.post("/de/my/second-factor", {"secret": sealed, "code": "000000"})
    assert answer.status_code == 422
    assert tree(answer).xpath("string(//figcaption//bdi)") == tree(page).xpath("string(//figcaption//bdi)")
    forged = client.post("/de/my/second-factor", {"secret": "forged", "code": "000000"})
    assert forged.status_code == 422
    session.refresh(moderator)
    assert moderator.totp_secret is None


def test_the_key_of_one_cannot_be_set_for_another(client, app, session, moderator, now):
    other = app.test_client().sign_in(make_account(session))
    page = other.get("/de/my/second-factor")
    sealed = tree(page).xpath("//input[@name='secret']/@value")[0]
    secret = tree(page).xpath("string(//figcaption//bdi)").replace(" ", "")
    client.sign_in(moderator, second_factor=False)
    assert client.post("/de/my/second-factor", {"secret": sealed, "code": code_at(now, secret)}).status_code == 422


@pytest.fixture
def secured(session, moderator):
    moderator.totp_secret = SECRET
    session.add(RecoveryCode(account_id=moderator.id, code_hash="x" * 64))
    session.commit()
    return moderator


def test_the_password_alone_starts_no_session(client, secured):
    assert first_step(client).status_code == 200
    assert client.get_cookie("session") is None


def test_password_and_code_open_the_desk(client, secured, now):
    page = first_step(client, "/de/sign-in?next=/de/my/sessions")
    answer = second_step(client, page, code_at(now), "/de/sign-in/second-step?next=/de/my/sessions")
    assert (answer.status_code, answer.location) == (303, "/de/my/sessions")


def test_a_code_is_good_once(client, app, secured, now):
    assert second_step(client, first_step(client), code_at(now)).status_code == 303
    other = app.test_client()
    assert second_step(other, first_step(other), code_at(now)).status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
def test_the_window_is_one_step_to_each_side(client, secured, clock, seconds, status):
    code = code_at(clock(seconds=seconds))
    clock(seconds=0)
    assert second_step(client, first_step(client), code).status_code == status


def test_a_session_without_the_second_factor_is_none_at_all(client, secured):
    client.sign_in(secured, second_factor=False)
    assert client.get("/de/my").status_code == 302


def test_a_recovery_code_replaces_the_telephone_once(client, app, session, moderator, now):
    client.sign_in(moderator, second_factor=False)
    paper = tree(set_up(client, now)).xpath("//main//ol//bdi/text()")[0]
    other = app.test_client()
    assert second_step(other, first_step(other), paper).status_code == 303
    third = app.test_client()
    assert second_step(third, first_step(third), paper).status_code == 422


def test_new_recovery_codes_replace_the_old_ones(client, session, moderator, now):
    client.sign_in(moderator, second_factor=False)
    old = set(tree(set_up(client, now)).xpath("//main//ol//bdi/text()"))
    new = set(tree(client.post("/de/my/second-factor/codes")).xpath("//main//ol//bdi/text()"))
    assert len(new) == 10
    assert not old & new
    assert len(session.scalars(sa.select(RecoveryCode)).all()) == 10


def test_codes_without_a_second_factor_are_refused(client, moderator):
    client.sign_in(moderator, second_factor=False)
    assert client.post("/de/my/second-factor/codes").status_code == 409


def test_guessing_at_the_second_step_is_slowed(client, secured, now):
    page = first_step(client)
    wrong = "000000" if code_at(now) != "000000" else "111111"
    assert [second_step(client, page, wrong).status_code for _ in range(6)] == [422] * 5 + [429]


def test_the_second_step_ends_when_the_password_changes(client, session, secured, now):
    page = first_step(client)
    secured.password_hash = hash_password("gelbe Lampe im Wald")
    session.commit()
    assert second_step(client, page, code_at(now)).location == "/de/sign-in"


def test_removing_it_leads_staff_back_to_setting_it_up(client, session, secured):
    client.sign_in(secured)
    assert client.post("/de/my/second-factor/remove").location == "/de/my"
    session.refresh(secured)
    assert secured.totp_secret is None
    assert tree(client.get("/de/my")).xpath("//section[@class='next']//a/@href") == ["/de/my/second-factor"]


def test_demo_staff_are_exempt_outside_production_alone(client, app, session):
    make_account(session, Role.MODERATOR, email="mod@example.org", password_hash=hash_password(PASSWORD), demo=True)
    assert first_step(client).location == "/de/my"
    app.config["PRODUCTION"] = True
    try:
        assert first_step(app.test_client()).location == "/de/my/second-factor"
    finally:
        app.config["PRODUCTION"] = False


def test_citizens_may_have_one_too(client, session, now):
    client.sign_in(make_account(session))
    assert len(tree(set_up(client, now)).xpath("//main//ol//bdi")) == 10

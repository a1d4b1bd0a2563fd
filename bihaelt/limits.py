"""Counting attempts, so that nobody can try for ever: in this process, or in Valkey for several."""

import math
import time

from flask import current_app
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

# Failed sign-ins of one account and of one network; passing them never ends the way in by a code in a letter.
SIGN_INS = parse("10 per 5 minutes")
SECOND_FACTORS = parse("5 per 5 minutes")
# A hall full of people shares one network, so what a network may ask for is generous.
LETTERS_BY_NETWORK = parse("60 per hour")


def check(rule: RateLimitItem, *who: str) -> None:
    """Refuse with 429 when the attempts of ``who`` are used up; counts nothing."""
    store = limiter()
    try:
        free, reset = store.test(rule, *who), store.get_window_stats(rule, *who).reset_time
    except StorageError:
        store = spare()
        free, reset = store.test(rule, *who), store.get_window_stats(rule, *who).reset_time
    if not free:
        raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def hit(rule: RateLimitItem, *who: str) -> None:
    """Count an attempt."""
    try:
        limiter().hit(rule, *who)
    except StorageError:
        spare().hit(rule, *who)


def hit_or_refuse(act: str, network: str) -> None:
    """Count an act that anybody may do without an account; refuse with 429 when a network does it all the time."""
    check(LETTERS_BY_NETWORK, act, network)
    hit(LETTERS_BY_NETWORK, act, network)


def limiter() -> MovingWindowRateLimiter:
    """The counter of this application, made at its first use."""
    if "limits" not in current_app.extensions:
        current_app.extensions["limits"] = counting(current_app.config["SETTINGS"].limits_url)
    found: MovingWindowRateLimiter = current_app.extensions["limits"]
    return found


def spare() -> MovingWindowRateLimiter:
    """What counts while the shared store cannot be reached: attempts stay limited, per process."""
    if "spare_limits" not in current_app.extensions:
        current_app.extensions["spare_limits"] = counting("memory://")
    found: MovingWindowRateLimiter = current_app.extensions["spare_limits"]
    return found


def counting(address: str) -> MovingWindowRateLimiter:
    store = storage_from_string(address, **({} if address == "memory://" else {"wrap_exceptions": "yes"}))
    assert isinstance(store, Storage)
    return MovingWindowRateLimiter(store)

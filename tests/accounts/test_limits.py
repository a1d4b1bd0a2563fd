"""Counting attempts, also while the shared store is away."""

import pytest
from limits import parse
from limits.errors import StorageError
from werkzeug.exceptions import TooManyRequests

from bihaelt import limits

RULE = parse("2 per minute")


class AwayStore:
    """A counter whose store cannot be reached."""

    def hit(self, *_who):
        raise StorageError(ConnectionError())

    test = get_window_stats = hit


def test_attempts_end_with_the_time_to_wait(session):
    for _ in range(2):
        limits.check(RULE, "x")
        limits.hit(RULE, "x")
    with pytest.raises(TooManyRequests) as refusal:
        limits.check(RULE, "x")
    assert 0 < refusal.value.retry_after <= 60
    limits.check(RULE, "y")


def test_attempts_stay_limited_while_the_store_is_away(app, session):
    app.extensions["limits"] = AwayStore()
    for _ in range(2):
        limits.check(RULE, "x")
        limits.hit(RULE, "x")
    with pytest.raises(TooManyRequests):
        limits.check(RULE, "x")

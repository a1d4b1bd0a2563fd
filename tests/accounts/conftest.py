from datetime import timedelta

import pytest


@pytest.fixture
def clock(app, session, now):
    """Moves the application's clock: ``clock(hours=1)`` is an hour after the beginning of the test."""

    def move(**by):
        app.config["CLOCK"] = lambda: now + timedelta(**by)
        return now + timedelta(**by)

    return move

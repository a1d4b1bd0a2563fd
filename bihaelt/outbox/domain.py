"""When a letter that could not be sent is tried again."""

from datetime import timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1440, 2880))


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the given number of failed attempts (at least 1); None to give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None

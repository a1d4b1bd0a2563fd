"""Counted requests for interpreters, for tests."""

from datetime import date
from itertools import count
from typing import Any

from bihaelt.interpreting.domain import Mode, Occasion, Outcome, Place
from bihaelt.interpreting.models import InterpreterRequest
from tests.factories import NOW, add

number = count(1)


def make_request(session, language="ar", count=10, outcome=Outcome.POOL, day=date(2026, 11, 2), **values):
    defaults: dict[str, Any] = {
        "day": day, "language": language, "occasion": Occasion.HEALTH, "place": Place.SURGERY, "mode": Mode.PHONE,
        "outcome": outcome, "count": count, "nonce": f"request-{next(number)}", "created_at": NOW,
    }  # fmt: skip
    return add(session, InterpreterRequest(**(defaults | values)))

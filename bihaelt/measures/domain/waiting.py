"""What waits for somebody, and when they are reminded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from bihaelt.measures.domain.states import Signature

REMIND_BEFORE = timedelta(days=3)
REMIND_AGAIN = timedelta(days=7)
TIME_TO_SIGN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one office said, or has not said yet, until ``due_on`` (inclusive)."""

    state: Signature
    due_on: date


def remind_now(due_on: date, reminded_on: date | None, today: date) -> bool:
    """Whether an office that has not answered gets a letter today: three days before the end, and then every week."""
    if today < due_on - REMIND_BEFORE:
        return False
    return reminded_on is None or today - reminded_on >= REMIND_AGAIN


def waits_until(answers: Collection[Answer], today: date) -> date | None:
    """The last day on which a touched office may still answer; None when the text may go to a body.

    An objection does not stop the text; it goes on with it, for the body to read. Nor does an office that let its day
    pass.
    """
    waiting = [answer.due_on for answer in answers if answer.state is Signature.OPEN and answer.due_on >= today]
    return max(waiting, default=None)

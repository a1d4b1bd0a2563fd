"""The short code of the citizens' desk, by which somebody ties what the desk has seen to their own account.

It is stored nowhere: it is made of the number of the verification and a keyed hash, for a fortnight and the one after
it. It works once, because a verification has one account. It looks like the code of a letter and is typed in the same field.
"""

import hmac
from datetime import date, timedelta

from bihaelt.votes.domain.codes import GROUP, LENGTH, LETTERS, typed_code
from bihaelt.votes.domain.electorates import keyed

NUMBER = 5
"""Letters for the number of the verification, up to 17 million; the other seven (33 bits) prove it."""
PERIOD_DAYS = 14


def binding_code(roll_key: bytes, verification_id: int, today: date) -> str:
    """The code as it is shown, in three groups. ValueError for a number that does not fit."""
    if not 0 < verification_id < len(LETTERS) ** NUMBER:
        raise ValueError(verification_id)
    return _code(roll_key, verification_id, _period(today))


def bound_verification(roll_key: bytes, typed: str, today: date) -> int | None:
    """The number of the verification that a typed code belongs to, or None."""
    code = typed_code(typed)
    if not code:
        return None
    number = 0
    for letter in code.replace("-", "")[:NUMBER]:
        number = number * len(LETTERS) + LETTERS.index(letter)
    present = _period(today)
    fits = [hmac.compare_digest(_code(roll_key, number, period), code) for period in (present, present - 1)]
    return number if any(fits) else None


def good_until(today: date) -> date:
    """The last day on which a code that is shown today works."""
    return date.fromordinal((_period(today) + 2) * PERIOD_DAYS) - timedelta(days=1)


def _period(day: date) -> int:
    return day.toordinal() // PERIOD_DAYS


def _code(roll_key: bytes, number: int, period: int) -> str:
    proof = int(keyed(roll_key, "binding", str(number), str(period)), 16)
    letters = _letters(number, NUMBER) + _letters(proof, LENGTH - NUMBER)
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _letters(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, rest = divmod(number, len(LETTERS))
        found = LETTERS[rest] + found
    return found

"""What a booking does to the sums of its account. The nightly recount uses the same function as every booking."""

from collections.abc import Mapping

from bihaelt.money.domain import BookingKind

SUMS = ("allocated", "transfers_in", "transfers_out", "carried", "bound", "settled", "actual", "own_free")
_PLAIN: Mapping[BookingKind, tuple[str, int]] = {  # the sum, and what it does to what is free of own money
    BookingKind.ALLOCATION: ("allocated", 1),
    BookingKind.CARRY: ("carried", 1),
    BookingKind.COMMITMENT: ("bound", -1),
    BookingKind.SETTLEMENT: ("settled", 1),
    BookingKind.ACTUAL: ("actual", -1),
}


def effect(kind: BookingKind, cents: int, *, own: bool, counter: bool) -> Mapping[str, int]:
    """How many cents each sum grows by. A transfer's counter entry takes back on the side on which it was booked."""
    if kind is BookingKind.TRANSFER:
        leaves = (cents < 0) != counter
        return {"transfers_out" if leaves else "transfers_in": -cents if leaves else cents, "own_free": cents}
    name, sign = _PLAIN[kind]
    return {name: cents} | ({"own_free": sign * cents} if own else {})

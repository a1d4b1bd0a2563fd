"""The public lot: what decides when cost and votes are equal. Nobody, the city included, can choose it."""

import hashlib
from collections.abc import Iterable


def lot_order(keys: Iterable[str], seed: str) -> list[str]:
    """The keys by ascending SHA-256 of seed, then key (UTF-8, nothing between them).

    The seed is fixed by a public draw after the vote has closed (voting.md, section 4), so nobody can aim at an order.
    """
    return sorted(keys, key=lambda key: hashlib.sha256((seed + key).encode()).hexdigest())

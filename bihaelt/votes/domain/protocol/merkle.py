"""The tree of hashes over the public log: RFC 9162, section 2.1 (the same tree as RFC 6962).

Hashes are 32 bytes. A ``Frontier`` appends and knows its root with a handful of hashes, which is all a database need keep; a
``Tree`` keeps every hash and makes proofs for each size it ever had.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256().digest()
HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A log of ``size`` leaves as the roots of its full subtrees, the largest first: one for each bit of ``size`` that is 1."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.hashes) or any(len(h) != HASH_BYTES for h in self.hashes):
            raise ValueError(f"a frontier of {self.size} leaves does not have these {len(self.hashes)} hashes")

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier with the data of more leaves at its end; this one stays as it is."""
        size, hashes = self.size, list(self.hashes)
        for data in leaves:
            top = leaf_hash(data)
            carry = size
            while carry & 1:
                top = node_hash(hashes.pop(), top)
                carry >>= 1
            hashes.append(top)
            size += 1
        return Frontier(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


class Tree:
    """All hashes of a log, level by level: appending costs two hashes a leaf, a root or a proof a few dozen."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0])

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append the data of ``leaves``."""
        level = self._levels[0]
        level.extend(leaf_hash(data) for data in leaves)
        depth = 0
        while len(level) > 1:
            depth += 1
            if depth == len(self._levels):
                self._levels.append([])
            above = self._levels[depth]
            above.extend(node_hash(level[i], level[i + 1]) for i in range(2 * len(above), len(level) - 1, 2))
            level = above

    def root(self, size: int | None = None) -> bytes:
        """The root of the first ``size`` leaves; of all of them without it.

        :raises ValueError: when the log was never that long
        """
        end = self._checked(len(self) if size is None else size)
        return self._hash(0, end) if end else EMPTY

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """The hashes that lead from leaf ``index`` (from 0) to the root of the first ``size`` leaves (section 2.1.3.1).

        :raises ValueError: when there is no such leaf or size
        """
        if not 0 <= index < self._checked(size):
            raise ValueError(f"there is no leaf {index} among {size}")
        proof = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._hash(middle, end))
                end = middle
            else:
                proof.append(self._hash(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """The hashes which show that the first ``old`` of the first ``new`` leaves are the log as it was (section 2.1.4.1).

        :raises ValueError: unless 0 <= old <= new <= length
        """
        if not 0 <= old <= self._checked(new):
            raise ValueError(f"a log of {new} leaves was never {old} leaves long")
        if old in (0, new):
            return []
        proof = []
        start, end = 0, new
        while end != old:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._hash(middle, end))
                end = middle
            else:
                proof.append(self._hash(start, middle))
                start = middle
        if start:  # otherwise it is the old root itself, which the other side has
            proof.append(self._hash(start, end))
        return proof[::-1]

    def _checked(self, size: int) -> int:
        if not 0 <= size <= len(self):
            raise ValueError(f"this log has {len(self)} leaves, not {size}")
        return size

    def _hash(self, start: int, end: int) -> bytes:
        """The root of leaves ``start`` to ``end``, where ``start`` is where a subtree of that size begins."""
        size = end - start
        if size & (size - 1) == 0:
            depth = size.bit_length() - 1
            return self._levels[depth][start >> depth]
        middle = start + _split(size)
        return node_hash(self._hash(start, middle), self._hash(middle, end))


def includes(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that the data ``leaf`` is entry ``index`` of the log with this size and root (section 2.1.3.2)."""
    if not 0 <= index < size or not _hashes(proof):
        return False
    node, last = index, size - 1
    hashed = leaf_hash(leaf)
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hashed = node_hash(step, hashed)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            hashed = node_hash(hashed, step)
        node >>= 1
        last >>= 1
    return last == 0 and hashed == root


def consistent(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the log of size ``new`` begins with the log of size ``old`` (section 2.1.4.2)."""
    if not 0 <= old <= new or not _hashes(proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY and (new > 0 or new_root == EMPTY)
    if old == new:
        return not proof and old_root == new_root
    if not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            now = node_hash(now, step)
        node >>= 1
        last >>= 1
    return last == 0 and was == old_root and now == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(proof: Sequence[bytes]) -> bool:
    return all(len(step) == HASH_BYTES for step in proof)

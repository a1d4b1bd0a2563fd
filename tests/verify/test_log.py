"""The verifier's tree and the platform's are written apart and have the same roots."""

import pytest

from bihaelt.votes.domain.protocol.merkle import Tree
from tests.verify.records import VERIFIER
from tests.votes.protocol.test_merkle import LEAVES, ROOTS


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    assert VERIFIER.roots_at(LEAVES, [size])[size].hex() == ROOTS[size - 1]


def test_both_trees_grow_alike():
    leaves = [b"%d" % number for number in range(300)]
    tree = Tree(leaves)
    assert VERIFIER.roots_at(leaves, range(301)) == {size: tree.root(size) for size in range(301)}

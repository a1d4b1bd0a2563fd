"""The tree of the public log: published vectors, and what must hold for every proof."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.votes.domain.protocol.merkle import EMPTY, Frontier, Tree, consistent, includes, leaf_hash, node_hash

# The vectors of RFC 6962's first implementation (certificate-transparency, now transparency-dev/merkle): leaves and the root
# after each of them.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# index from 0, size, proof
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
OTHER = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def defined_root(leaves):
    """MTH as section 2.1.1 defines it, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def mutations(proof):
    yield [*proof, OTHER]
    yield [OTHER, *proof]
    yield [*proof, b""]
    if proof:
        yield proof[:-1]
        yield proof[1:]
    for place in range(len(proof)):
        changed = bytearray(proof[place])
        changed[place % 32] ^= 16
        yield [*proof[:place], bytes(changed), *proof[place + 1 :]]


def test_the_empty_log_has_the_published_root():
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree().root() == Frontier().root == EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    assert Tree(LEAVES).root(size).hex() == ROOTS[size - 1]
    assert Tree(LEAVES[:size]).root().hex() == ROOTS[size - 1]
    assert Frontier().extended(LEAVES[:size]).root.hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size, proof):
    made = Tree(LEAVES).inclusion_proof(index, size)
    assert [step.hex() for step in made] == proof
    assert includes(leaf=LEAVES[index], index=index, size=size, proof=made, root=bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new, proof):
    made = Tree(LEAVES).consistency_proof(old, new)
    assert [step.hex() for step in made] == proof
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in (old, new)]
    assert consistent(old=old, old_root=roots[0], new=new, new_root=roots[1], proof=made)


@given(st.lists(st.binary(max_size=3), max_size=40), st.integers(0, 40))
def test_a_log_has_one_root_however_it_grew(leaves, cut):
    tree = Tree(leaves[:cut])
    tree.extend(leaves[cut:])
    assert tree.root() == defined_root(leaves)
    assert Frontier().extended(leaves[:cut]).extended(leaves[cut:]).root == defined_root(leaves)
    assert [tree.root(size) for size in range(len(leaves) + 1)] == [
        defined_root(leaves[:size]) for size in range(len(leaves) + 1)
    ]


@given(st.data())
def test_every_inclusion_proof_verifies_and_no_changed_one_does(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = [b"%d" % number for number in range(size + 3)]
    tree = Tree(leaves)
    proof, root = tree.inclusion_proof(index, size), tree.root(size)
    good = {"leaf": leaves[index], "index": index, "size": size, "proof": proof, "root": root}
    assert includes(**good)
    for changed in mutations(proof):
        assert not includes(**good | {"proof": changed})
    for change in (
        {"leaf": b"x"},
        {"root": OTHER},
        {"root": EMPTY},
        {"index": index + 1},
        {"index": index - 1},
        {"size": 0},
    ):
        assert not includes(**good | change)
    if index ^ 2 < size:
        assert not includes(**good | {"index": index ^ 2})


@given(st.data())
def test_every_consistency_proof_verifies_and_no_changed_one_does(data):
    new = data.draw(st.integers(0, 70))
    old = data.draw(st.integers(0, new))
    tree = Tree(b"%d" % number for number in range(new))
    good = {
        "old": old,
        "old_root": tree.root(old),
        "new": new,
        "new_root": tree.root(new),
        "proof": tree.consistency_proof(old, new),
    }
    assert consistent(**good)
    for changed in mutations(good["proof"]):
        assert not consistent(**good | {"proof": changed})
    assert not consistent(**good | {"old_root": OTHER})
    assert not consistent(**good | {"old": new + 1})
    assert not consistent(**good | {"old": -1})
    if old:  # every log continues the empty one
        assert not consistent(**good | {"new_root": OTHER})
        fork = Tree([b"forked", *(b"%d" % number for number in range(1, new))])
        assert not consistent(**good | {"new_root": fork.root(), "proof": fork.consistency_proof(old, new)})


@pytest.mark.parametrize("new", range(1, 21))
def test_every_log_of_few_leaves_continues_every_earlier_one(new):
    tree = Tree([bytes([n]) for n in range(new)])
    for old in range(1, new + 1):
        root = Tree([bytes([n]) for n in range(old)]).root()
        known = {"old": old, "old_root": root, "new": new, "new_root": tree.root()}
        assert consistent(**known, proof=tree.consistency_proof(old, new))
        assert consistent(**known, proof=[]) == (old == new)


def test_the_empty_log_is_continued_by_every_log_but_keeps_its_root():
    assert not consistent(old=0, old_root=EMPTY, new=0, new_root=OTHER, proof=[])


@pytest.mark.parametrize("size", [-1, 9])
def test_there_is_no_root_for_a_size_the_log_never_had(size):
    with pytest.raises(ValueError, match=f"8 leaves, not {size}"):
        Tree(LEAVES).root(size)


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_there_is_no_proof_for_a_leaf_outside_the_log(index, size):
    with pytest.raises(ValueError, match="there is no leaf"):
        Tree(LEAVES).inclusion_proof(index, size)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_there_is_no_proof_from_a_longer_log_to_a_shorter_one(old, new):
    with pytest.raises(ValueError, match="was never"):
        Tree(LEAVES).consistency_proof(old, new)


@pytest.mark.parametrize(("size", "hashes"), [(-1, ()), (1, ()), (2, (OTHER, OTHER)), (1, (b"short",))])
def test_a_frontier_that_was_stored_wrongly_is_refused(size, hashes):
    with pytest.raises(ValueError, match="a frontier of"):
        Frontier(size, hashes)


def test_a_hundred_thousand_leaves_take_about_a_second_at_most():
    leaves = [b"%d" % number for number in range(100_000)]
    started = time.process_time()
    tree = Tree(leaves)
    root = tree.root()
    taken = time.process_time() - started
    assert Frontier().extended(leaves).root == root
    assert taken < 2, f"{taken:.2f} s"  # 0.2 s here; the limit allows for slow machines


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_changed_consistency_proofs_of_the_published_logs_are_refused(old, new, proof):
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in (old, new)]
    for changed in mutations([bytes.fromhex(step) for step in proof]):
        assert not consistent(old=old, old_root=roots[0], new=new, new_root=roots[1], proof=changed)


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_changed_inclusion_proofs_of_the_published_logs_are_refused(index, size, proof):
    for changed in mutations([bytes.fromhex(step) for step in proof]):
        assert not includes(
            leaf=LEAVES[index], index=index, size=size, proof=changed, root=bytes.fromhex(ROOTS[size - 1])
        )

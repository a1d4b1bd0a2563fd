"""Entries of the log say one thing in one form."""

import pytest

from bihaelt.votes.domain.protocol.canonical import Malformed, canonical
from bihaelt.votes.domain.protocol.leaves import (
    Cast,
    Closed,
    Configuration,
    Destroyed,
    Invalidated,
    Lots,
    Replaced,
    Roll,
    data,
    parse,
)

A, B = "a" * 64, "b" * 64
CLOSED = Closed(people=Roll(1200, 700, {"klima": 650, "mobil": 3}), organisations=Roll(20, 12, {}))
LEAVES = {
    Configuration(A): f'{{"sha256":"{A}","type":"configuration","v":1}}',
    Cast(A): f'{{"commitment":"{A}","type":"cast","v":1}}',
    Replaced((A, B)): f'{{"commitments":["{A}","{B}"],"type":"replaced","v":1}}',
    Replaced(()): '{"commitments":[],"type":"replaced","v":1}',
    Lots("2, 11, 17"): '{"seed":"2, 11, 17","type":"lots","v":1}',
    Invalidated(A, "Doppelt"): f'{{"commitment":"{A}","reason":"Doppelt","type":"invalidated","v":1}}',
    Destroyed("Der Schlüssel"): '{"type":"destroyed","v":1,"what":"Der Schlüssel"}',
}


@pytest.mark.parametrize(("leaf", "text"), LEAVES.items())
def test_each_kind_has_its_form(leaf, text):
    assert data(leaf) == text.encode()
    assert parse(text.encode()) == leaf


def test_the_figures_at_close_stand_side_by_side():
    text = (
        '{"electorates":{"organisations":{"papers":{},"verified":20,"voters":12},'
        '"people":{"papers":{"klima":650,"mobil":3},"verified":1200,"voters":700}},"type":"closed","v":1}'
    )
    assert data(CLOSED) == text.encode()
    assert parse(text.encode()) == CLOSED


def test_replaced_commitments_are_sorted_so_they_tell_no_order():
    assert data(Replaced((B, A))) == data(Replaced((A, B)))


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (Cast("A" * 64), "64 hexadecimal"),
        (Configuration(""), "64 hexadecimal"),
        (Replaced((A, A)), "listed twice"),
        (Lots("two\nlines"), "one line"),
        (Lots(""), "one line"),
        (Invalidated(A, ""), "1 to 2000"),
        (Destroyed("x" * 2001), "1 to 2000"),
        (Closed(Roll(1, 2), Roll(0, 0)), "no electorate more voters"),
        (Closed(Roll(2, 1, {"q": 2}), Roll(0, 0)), "more papers than voters"),
        (Closed(Roll(2, 1, {"q": -1}), Roll(0, 0)), "more papers than voters"),
        (Closed(Roll(2, -1), Roll(0, 0)), "more papers than voters"),
    ],
)
def test_nonsense_is_not_written(leaf, said):
    with pytest.raises(Malformed, match=said):
        data(leaf)


CLOSED_VALUE = {
    "v": 1,
    "type": "closed",
    "electorates": {
        "people": {"verified": 2, "voters": 1, "papers": {}},
        "organisations": {"verified": 2, "voters": 1, "papers": {}},
    },
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["cast"], "is an object"),
        ({"v": 1}, "lacks something"),
        ({"v": 1, "type": "cast"}, "lacks something"),
        ({"v": 1, "type": "cast", "commitment": 5}, "lacks something"),
        ({"v": 1, "type": "replaced", "commitments": {}}, "lacks something"),
        ({"v": 1, "type": "closed", "electorates": []}, "lacks something"),
        (CLOSED_VALUE | {"electorates": {"people": {"verified": True, "voters": 1, "papers": {}}}}, "lacks something"),
        ({"v": 2, "type": "cast", "commitment": A}, "something more"),
        ({"v": 1, "type": "cast", "commitment": A, "at": 5}, "something more"),
        ({"v": 1, "type": "replaced", "commitments": [B, A]}, "something more"),
        ({"v": 1, "type": "vote"}, "no entries of the type 'vote'"),
        ({"v": 1, "type": ["cast"]}, "no entries of the type"),
    ],
)
def test_nonsense_is_not_read(value, said):
    with pytest.raises(Malformed, match=said):
        parse(canonical(value))


def test_the_good_form_of_the_refused_one_is_read():
    assert parse(canonical(CLOSED_VALUE)) == Closed(Roll(2, 1), Roll(2, 1))

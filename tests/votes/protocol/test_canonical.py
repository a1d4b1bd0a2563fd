"""One value has one form, and one form one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.votes.domain.protocol.canonical import Malformed, canonical, read, sha256

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_again(value):
    assert read(canonical(value)) == value


def test_keys_are_sorted_and_letters_stay_themselves():
    assert canonical({"z": [1, "ü"], "a": {"ı": None, "b": True}}) == '{"a":{"b":true,"ı":null},"z":[1,"ü"]}'.encode()


def test_it_is_what_a_browser_writes():
    assert canonical(['"\\/\n\t\u0001\u2028😀']) == '["\\"\\\\/\\n\\t\\u0001\u2028😀"]'.encode()


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.5, "no canonical form"), ({1: 2}, "is no text"), ([{"a": b"x"}], "no canonical form"), ("\ud800", "surrogate")],
)
def test_what_has_no_single_form_is_refused(value, words):
    with pytest.raises(Malformed, match=words):
        canonical(value)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":NaN', b"1" * 5000])
def test_what_is_no_json_is_refused(data):
    with pytest.raises(Malformed, match="no JSON"):
        read(data)


@pytest.mark.parametrize(
    "data", [b"[1, 2]", b'{"b":1,"a":2}', b'{"a":1,"a":2}', b'"\\u00fc"', b"01 ".strip(b"0"), b"-0"]
)
def test_json_in_another_form_is_refused(data):
    with pytest.raises(Malformed, match="not in the one form"):
        read(data)


@pytest.mark.parametrize("data", [b"1.5", b"1e3", b"Infinity"])
def test_floats_are_refused(data):
    with pytest.raises(Malformed, match="no canonical form"):
        read(data)


def test_hashes_are_hexadecimal():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

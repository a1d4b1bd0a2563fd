"""Commitments, their six words, and receipts."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.commitments import (
    answers,
    approvals,
    commitment,
    points,
    prefix,
    ranking,
    receipt_text,
    words,
)
from bihaelt.votes.domain.supports import Electorate

NONCE = bytes(range(32))
BALLOT = {
    "ballot": "jugend-2",
    "question": "mobilitaet",
    "electorate": Electorate.PEOPLE,
    "nonce": NONCE,
    "choice": ["p1", "p17"],
}


def test_a_commitment_is_the_hash_that_the_description_says():
    text = b"bihaelt/stimme/1\0jugend-2\0mobilitaet\0people\0" + NONCE + b'["p1","p17"]'
    assert commitment(**BALLOT) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"ballot": "jugend-3"},
        {"question": "klima"},
        {"electorate": Electorate.ORGANISATIONS},
        {"nonce": bytes(32)},
        {"choice": ["p1"]},
    ],
)
def test_every_part_changes_the_commitment(change):
    assert commitment(**BALLOT | change) != commitment(**BALLOT)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ballot": "a\0b"}, "no key"),
        ({"question": ""}, "no key"),
        ({"nonce": b"short"}, "32 bytes, not 5"),
        ({"choice": [0.5]}, "no canonical form"),
    ],
)
def test_parts_of_another_form_are_refused(change, said):
    with pytest.raises(Malformed, match=said):
        commitment(**BALLOT | change)


def test_a_choice_has_one_form():
    assert approvals(["p2", "p10", "p1"]) == ["p1", "p10", "p2"]
    assert points({"p2": 3, "p1": 7}) == [["p1", 7], ["p2", 3]]
    assert answers({"p2": "no", "p1": "yes"}) == [["p1", "yes"], ["p2", "no"]]
    assert ranking(["p2", "p1"]) == ["p2", "p1"]


@pytest.mark.parametrize("form", [approvals, ranking])
def test_no_option_is_named_twice(form):
    with pytest.raises(Malformed, match="named twice"):
        form(["p1", "p1"])


def test_the_words_are_those_of_the_published_proposal():
    # 127.0.0.1, 63.84.220.193 and 140.98.193.141 in arXiv:0901.4016
    assert words("7f0000013f54dcc18c62c18d" + 40 * "0") == "lusab-babad-gutih-tugad-mudof-sakat"


@given(st.binary(min_size=32, max_size=32))
def test_six_words_lead_back_to_the_first_24_digits(digest):
    assert prefix(words(digest.hex())) == digest.hex()[:24]


def test_words_are_read_as_people_type_them():
    assert prefix(" Lusab babad  GUTIH-tugad-mudof sakat\n") == "7f0000013f54dcc18c62c18d"


@pytest.mark.parametrize(
    "spoken", ["", "lusab", "lusab-babad-gutih-tugad-mudof-saket", "lusab-babad-gutih-tugad-mudof-sakat-sakat"]
)
def test_other_words_are_refused(spoken):
    with pytest.raises(Malformed, match="6 words"):
        prefix(spoken)


def test_only_hashes_have_words():
    with pytest.raises(Malformed, match="64 hexadecimal digits"):
        words("AB" * 32)


def test_a_receipt_names_its_log_and_each_commitment_once_sorted():
    text = receipt_text(
        "city.example/ballot-1", [("klima", Electorate.PEOPLE, "b" * 64), ("bildung", Electorate.PEOPLE, "a" * 64)]
    )
    assert text == (f"bihaelt/quittung/1\ncity.example/ballot-1\nbildung people {'a' * 64}\nklima people {'b' * 64}\n")

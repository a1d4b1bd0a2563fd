"""Cells that no table program runs, and amounts as a German table reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.tables import cell, euros


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1＋", "'＋1＋"),
        ("－x", "'－x"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t'=1"),
        ("\rtext", "'\rtext"),
        ("\ntext", "'\ntext"),
        ("  =1", "  '=1"),
        ("\ufeff=1", "\ufeff'=1"),
        ("\u200b=1", "\u200b'=1"),
        ('"=1"', '"\'=1"'),
        ("a;=1+1", "a;'=1+1"),
        ("a; =1", "a; '=1"),
        ("a,@x", "a,'@x"),
        ("a\t+x", "a\t'+x"),
        ("eins\n=2", "eins\n'=2"),
    ],
)
def test_what_a_table_could_run_gets_an_apostrophe(typed, written):
    assert cell(typed) == written


@pytest.mark.parametrize(
    "text", ["", "Bänke", "-5", "-1.234,56", "+3", "+49 521 51-0", "a = b", "Kinder- und Jugendhilfe", "M001", "1+1"]
)
def test_plain_words_numbers_and_telephone_numbers_stay_usable(text):
    assert cell(text) == text


@given(st.text(alphabet="=+-@＝＋－＠;, \t\r\n\"'a1\ufeff|", max_size=12))
def test_no_piece_of_a_guarded_cell_begins_with_a_formula(text):
    guarded = cell(text)
    if guarded == text and all(sign not in text for sign in "=@＝＠ab"):
        return
    for splitter in ";,|\t\r\n":
        for piece in guarded.split(splitter):
            assert piece.strip(' \t\r\n\ufeff"')[:1] not in ("=", "@", "＝", "＠"), (text, guarded)


@pytest.mark.parametrize(
    ("cents", "written"), [(0, "0,00"), (5, "0,05"), (-5, "-0,05"), (123_456_789_01, "123456789,01"), (-150, "-1,50")]
)
def test_amounts_are_german_decimals(cents, written):
    assert euros(cents) == written
    assert cell(written) == written

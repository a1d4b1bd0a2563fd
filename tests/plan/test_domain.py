"""Cells that no table program runs, amounts as a German table reads them, and what a programme pays for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.plan.domain import Terms, cell, euros, fundable
from bihaelt.verdicts import DomainError


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


TERMS = Terms(frozenset({1, 2}), 2021, 2022)


@pytest.mark.parametrize(
    ("cluster", "starts_on", "fits"),
    [
        (1, date(2021, 1, 1), True),
        (2, date(2022, 12, 31), True),
        (1, None, True),
        (3, date(2021, 6, 1), False),
        (1, date(2026, 1, 1), False),
        (1, date(2020, 12, 31), False),
    ],
)
def test_a_programme_pays_for_its_clusters_in_its_years(cluster, starts_on, fits):
    if fits:
        fundable(TERMS, cluster_id=cluster, starts_on=starts_on)
    else:
        with pytest.raises(DomainError) as refusal:
            fundable(TERMS, cluster_id=cluster, starts_on=starts_on)
        assert refusal.value.field == "programme"


def test_a_programme_without_named_clusters_pays_for_all():
    fundable(Terms(frozenset(), 2021, 2022), cluster_id=9, starts_on=date(2021, 1, 1))

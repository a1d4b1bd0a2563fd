"""The desk's code: looks like a letter's, proves its number, and ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.votes.domain.binding import binding_code, bound_verification, good_until
from bihaelt.votes.domain.codes import typed_code

KEY = b"k" * 32
DAY = date(2026, 11, 22)


@given(st.integers(1, 28**5 - 1))
def test_a_code_gives_its_number_back(number):
    code = binding_code(KEY, number, DAY)
    assert typed_code(code) == code
    assert bound_verification(KEY, code.lower().replace("-", " "), DAY) == number


def test_a_code_works_for_two_to_four_weeks():
    code, last = binding_code(KEY, 7, DAY), good_until(DAY)
    assert timedelta(14) <= last - DAY <= timedelta(28)
    assert bound_verification(KEY, code, last) == 7
    assert bound_verification(KEY, code, last + timedelta(1)) is None


@pytest.mark.parametrize("number", [0, -1, 28**5])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(ValueError, match=str(number)):
        binding_code(KEY, number, DAY)


def test_other_codes_are_none():
    code = binding_code(KEY, 7, DAY)
    assert bound_verification(b"x" * 32, code, DAY) is None
    assert bound_verification(KEY, "", DAY) is None
    assert bound_verification(KEY, "2222-2222-2222", DAY) is None
    assert bound_verification(KEY, code[:-1] + ("2" if code[-1] != "2" else "3"), DAY) is None

"""Working days of North Rhine-Westphalia."""

from datetime import date

import pytest

from bihaelt.workdays import add_months, add_working_days, is_working_day, next_working_day


def test_public_holidays_of_the_state_are_free_days():
    assert not is_working_day(date(2026, 6, 4)), "Corpus Christi"
    assert not is_working_day(date(2026, 11, 1)), "All Saints"
    assert is_working_day(date(2026, 1, 6)), "Epiphany is a working day here"


def test_the_next_working_day_steps_over_christmas_and_the_weekend():
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 12, 28)) == date(2026, 12, 28)


def test_ten_working_days_begin_on_the_day_after():
    assert add_working_days(date(2026, 11, 20), 10) == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)  # fmt: skip
def test_months_end_with_the_month(day, months, later):
    assert add_months(day, months) == later

"""Periods, numbers with a fixed scale, breakdowns and lights."""

from datetime import date
from decimal import Decimal

import pytest

from bihaelt.goals.domain import (
    Dimension,
    Direction,
    Facts,
    Figures,
    GoalContent,
    IndicatorContent,
    IndicatorKind,
    Quantity,
    Rhythm,
    ShownCell,
    checked_period,
    exact,
    expected,
    first_day,
    fitting,
    fitting_goal,
    fitting_indicator,
    gap_of,
    goal_light,
    hidden,
    last_day,
    period_of,
    periods_until,
    plain,
    reached,
    scaled,
    shown_cells,
)
from bihaelt.measures.domain import Light
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError


@pytest.mark.parametrize(
    ("period", "rhythm", "first", "last"),
    [
        ("2026", Rhythm.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", Rhythm.HALF, date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", Rhythm.HALF, date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", Rhythm.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", Rhythm.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period, rhythm, first, last):
    assert checked_period(period, rhythm) == period
    assert (first_day(period), last_day(period)) == (first, last)
    assert period_of(first, rhythm) == period_of(last, rhythm) == period


@pytest.mark.parametrize("period", ["2026-H3", "2026-Q1", "2026", "1999-H1", "2026-H1\n", "", "x"])
def test_a_period_of_another_rhythm_is_refused(period):
    with pytest.raises(DomainError) as refusal:
        checked_period(period, Rhythm.HALF)
    assert refusal.value.field == "period"


def test_periods_go_back_from_the_present_one():
    assert periods_until(date(2026, 5, 2), Rhythm.QUARTER, 3) == ["2026-Q2", "2026-Q1", "2025-Q4"]
    assert periods_until(date(2026, 5, 2), Rhythm.YEAR, 2) == ["2026", "2025"]


@pytest.mark.parametrize(
    ("typed", "decimals", "number"),
    [
        ("1250", 0, 1250), ("1.250", 0, 1250), ("1,250", 0, 1250), ("1.250.000", 0, 1_250_000), ("1 250", 0, 1250),
        ("27,5", 1, 275), ("27.5", 1, 275), ("27", 1, 270), ("27,5 %", 1, 275), ("1.250,75", 2, 125_075),
        ("1,250.75", 2, 125_075), ("0,125", 3, 125), ("-3,5", 1, -35), ("\u22123,5", 1, -35), ("0", 3, 0),
        ("1,250", 3, 1250),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed, decimals, number):
    assert scaled(typed, decimals) == number


@pytest.mark.parametrize(
    ("typed", "decimals"),
    [("", 0), ("viele", 0), ("1.2.3", 0), ("1,5", 0), ("27,55", 1), ("1.250,750.1", 2), ("12.34.567", 0), ("1.250.5", 1),
     ("1.250,000,5", 1), ("9999999999999", 0), ("0,125", 2)],
)  # fmt: skip
def test_what_is_not_clearly_a_number_of_the_scale_is_refused(typed, decimals):
    with pytest.raises(DomainError):
        scaled(typed, decimals)


def test_a_number_is_written_as_it_is_read():
    for number in (0, 5, -5, 275, 1250, -12_345):
        for decimals in range(4):
            assert scaled(plain(number, decimals), decimals) == number
            assert exact(number, decimals) == Decimal(number) / 10**decimals


GENDER = {"w": (20, None), "m": (30, None)}


def test_the_parts_of_a_count_make_up_its_total():
    fine = Figures(50, None, {Dimension.GENDER: GENDER, Dimension.AGE: {}})
    assert fitting(fine, Quantity.COUNT, 0) is fine
    with pytest.raises(DomainError) as refusal:
        fitting(Figures(51, None, {Dimension.GENDER: GENDER}), Quantity.COUNT, 0)
    assert (refusal.value.field, refusal.value.values) == ("gender", {"parts": 50, "whole": 51})


@pytest.mark.parametrize(
    ("figures", "quantity", "field"),
    [
        (Figures(-1), Quantity.COUNT, "total"),
        (Figures(1001), Quantity.SHARE, "total"),
        (Figures(10, None, {Dimension.AGE: {"0-5": (-1, None), "6-13": (11, None)}}), Quantity.COUNT, "age"),
        (Figures(500, 40, {Dimension.GENDER: {"w": (1001, 40)}}), Quantity.SHARE, "gender"),
        (Figures(500, None, {Dimension.GENDER: {"w": (500, 40)}}), Quantity.SHARE, "gender"),
        (Figures(500, 40, {Dimension.GENDER: {"w": (500, None)}}), Quantity.SHARE, "gender"),
        (Figures(500, 41, {Dimension.GENDER: {"w": (500, 40)}}), Quantity.SHARE, "gender"),
        (Figures(500, 40, {Dimension.GENDER: {"w": (400, 20), "m": (450, 20)}}), Quantity.SHARE, "gender"),
        (Figures(-20, 40, {Dimension.GENDER: {"w": (-10, 40)}}), Quantity.MEAN, "gender"),
    ],
)
def test_figures_that_do_not_fit_are_refused_at_their_place(figures, quantity, field):
    with pytest.raises(DomainError) as refusal:
        fitting(figures, quantity, 1)
    assert refusal.value.field == field


def test_shares_and_means_fit_when_the_total_lies_between_the_groups():
    fitting(Figures(500, 40, {Dimension.GENDER: {"w": (400, 20), "m": (600, 20)}}), Quantity.SHARE, 1)
    fitting(Figures(0, 0, {Dimension.GENDER: {"w": (0, 0)}}), Quantity.SHARE, 1)
    fitting(Figures(-20, 40, {Dimension.GENDER: {"w": (-30, 20), "m": (-10, 20)}}), Quantity.MEAN, 1)


def test_behind_a_share_the_cases_those_with_and_those_without_are_protected():
    assert hidden({"w": (500, 100), "m": (400, 100), "na": (300, 3)}, Quantity.SHARE, 1) == {"m", "na"}
    few_with = {"w": (500, 100), "m": (20, 100), "na": (500, 100)}
    assert hidden(few_with, Quantity.SHARE, 1) == {"m", "na"}
    few_without = {"w": (500, 100), "m": (980, 100), "na": (500, 100)}
    assert hidden(few_without, Quantity.SHARE, 1) == {"m", "na"}
    assert hidden({"w": (500, 100), "m": (400, 100)}, Quantity.SHARE, 1) == frozenset()
    assert hidden({"w": (12, 3), "m": (14, 50)}, Quantity.MEAN, 0) == {"w", "m"}


def test_hidden_cells_have_no_number():
    cells = {"w": (20, None), "m": (30, None), "na": (2, None)}
    assert shown_cells(cells, Quantity.COUNT, 0) == [ShownCell("w", 20), ShownCell("m", None), ShownCell("na", None)]


def test_the_gap_is_the_greatest_difference_between_groups_that_are_shown():
    cells = [ShownCell("w", 270), ShownCell("m", 730), ShownCell("d", None), ShownCell("na", 10)]
    gap = gap_of(cells)
    assert gap is not None
    assert (gap.size, gap.low, gap.high) == (460, "w", "m")
    assert gap_of(cells[2:]) is None
    assert gap_of([ShownCell("w", 5), ShownCell("na", 1)]) is None


YEAR = {"baseline_on": date(2026, 1, 1), "target_on": date(2026, 12, 31)}


def facts(direction, baseline, target, *values, cumulative=False, **more):
    return Facts(direction=direction, baseline=baseline, target=target, values=values, cumulative=cumulative,
                 **(YEAR | more))  # fmt: skip


@pytest.mark.parametrize(
    ("value", "light"), [(100, Light.GREEN), (90, Light.GREEN), (89, Light.YELLOW), (70, Light.YELLOW), (69, Light.RED)]
)
def test_the_light_compares_the_value_with_what_should_be_reached(value, light):
    assert goal_light(facts(Direction.UP, 0, 100, ("2026-H2", value))) is light


def test_half_way_half_the_target_is_enough():
    half = facts(Direction.UP, None, 728, ("2026-H1", 324))
    assert expected(half, date(2026, 6, 30)) == (728 * 180, 364)
    assert goal_light(half) is Light.GREEN
    assert goal_light(facts(Direction.UP, 0, 728, ("2026-H1", 323))) is Light.YELLOW


def test_where_less_is_better_the_fraction_is_turned_round():
    assert goal_light(facts(Direction.DOWN, 100, 50, ("2026-H2", 50))) is Light.GREEN
    assert goal_light(facts(Direction.DOWN, 100, 50, ("2026-H2", 60))) is Light.YELLOW
    assert goal_light(facts(Direction.DOWN, 100, 50, ("2026-H2", 90))) is Light.RED
    assert goal_light(facts(Direction.DOWN, 10, 0, ("2026-H2", 0))) is Light.GREEN


def test_before_the_beginning_the_baseline_is_expected_and_after_the_end_the_target():
    early = facts(Direction.UP, 50, 100, ("2025", 50))
    assert expected(early, date(2025, 12, 31)) == (50 * 364, 364)
    assert goal_light(early) is Light.GREEN
    assert expected(early, date(2028, 1, 1)) == (100 * 364, 364)


def test_values_that_add_up_count_from_the_baseline_on():
    some = facts(Direction.UP, 0, 100, ("2025-H2", 500), ("2026-H1", 40), ("2026-H2", 55), cumulative=True)
    assert reached(some) == (95, date(2026, 12, 31))
    assert goal_light(some) is Light.GREEN
    late = facts(Direction.UP, 0, 100, ("2026-H1", 40), cumulative=True, baseline_on=date(2026, 3, 1))
    assert reached(late) == (40, date(2026, 6, 30))


@pytest.mark.parametrize(
    "grey",
    [
        facts(Direction.UP, 0, 100), facts(Direction.NONE, 0, 100, ("2026-H2", 5)),
        facts(Direction.UP, 0, None, ("2026-H2", 5), target_on=None),
    ],
)  # fmt: skip
def test_without_a_value_a_target_or_a_direction_the_light_is_grey(grey):
    assert goal_light(grey) is Light.GREY


def test_a_goal_belongs_to_a_framework_and_ends_after_it_begins():
    fine = GoalContent(Words("Ziel"), date(2026, 1, 1), cluster_id=1, valid_until=date(2026, 1, 1))
    assert fitting_goal(fine) is fine
    for wrong, field in (
        (GoalContent(Words("Ziel"), date(2026, 1, 1)), "cluster"),
        (GoalContent(Words("Ziel"), date(2026, 1, 2), field_id=1, valid_until=date(2026, 1, 1)), "valid_until"),
    ):
        with pytest.raises(DomainError) as refusal:
            fitting_goal(wrong)
        assert refusal.value.field == field


def indicator(**values):
    given = {"words": Words("K"), "goal_id": 1, "kind": IndicatorKind.OUTPUT, "quantity": Quantity.COUNT,
             "direction": Direction.UP, "rhythm": Rhythm.HALF, "baseline_on": date(2026, 1, 1)}  # fmt: skip
    return IndicatorContent(**(given | values))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"decimals": 1}, "decimals"), ({"cumulative": True, "quantity": Quantity.SHARE}, "cumulative"),
        ({"target": 5}, "target_on"), ({"target_on": date(2027, 1, 1)}, "target"),
        ({"target": 5, "target_on": date(2026, 1, 1)}, "target_on"),
        ({"target": 5, "target_on": date(2027, 1, 1), "direction": Direction.NONE}, "direction"),
    ],
)  # fmt: skip
def test_an_indicator_whose_parts_contradict_each_other_is_refused(values, field):
    with pytest.raises(DomainError) as refusal:
        fitting_indicator(indicator(**values))
    assert refusal.value.field == field


def test_an_indicator_may_count_up_towards_its_target():
    fine = indicator(target=5, target_on=date(2027, 1, 1), cumulative=True)
    assert fitting_indicator(fine) is fine

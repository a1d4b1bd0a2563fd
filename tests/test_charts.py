"""The geometry of pictures: what is drawn is as long, as high and as wide as its figures say."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.charts import GAP, NODE, flow, line, span

LINKS = ({("c1", "yes"): 3, ("c1", "no"): 1, ("c2", "no"): 2}, {("yes", "A"): 2, ("yes", "none"): 1})
COLUMNS = (["c1", "c2", "c3"], ["yes", "no"], ["A", "none"])


def numbers(path):
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


def test_the_nodes_of_a_flow_are_as_high_as_what_passes_them():
    drawn = flow(COLUMNS, LINKS, width=400, height=300)
    left, middle, right = drawn.columns
    assert [node.key for node in left] == ["c1", "c2"]
    unit = (300 - GAP) / 6
    assert [round(node.height / unit) for node in (*left, *middle, *right)] == [4, 2, 3, 3, 2, 1]
    assert {node.x for node in left} == {0}
    assert {node.x for node in right} == {400 - NODE}
    assert max(node.y + node.height for column in drawn.columns for node in column) == pytest.approx(300, abs=0.2)


def test_ribbons_leave_and_arrive_one_below_the_other():
    drawn = flow(COLUMNS, LINKS, width=400, height=300)
    assert [(ribbon.start, ribbon.end, ribbon.value) for ribbon in drawn.ribbons] == [
        ("c1", "yes", 3), ("c1", "no", 1), ("c2", "no", 2), ("yes", "A", 2), ("yes", "none", 1),
    ]  # fmt: skip
    first, second = drawn.ribbons[0], drawn.ribbons[1]
    unit = (300 - GAP) / 6
    assert numbers(second.path)[1] - numbers(first.path)[1] == pytest.approx(3 * unit, abs=0.2)
    assert numbers(first.path)[0] == NODE


def test_a_mirrored_flow_begins_on_the_right():
    plain, turned = (flow(COLUMNS, LINKS, width=400, height=300, mirror=mirror) for mirror in (False, True))
    assert {node.x for node in turned.columns[0]} == {400 - NODE}
    assert {node.x for node in turned.columns[2]} == {0}
    assert numbers(turned.ribbons[0].path)[0] == 400 - NODE
    assert [node.y for node in turned.columns[1]] == [node.y for node in plain.columns[1]]


def test_nothing_flows_where_nothing_is():
    drawn = flow((["c1"], ["yes"]), ({},), width=400, height=300)
    assert (list(drawn.columns), list(drawn.ribbons)) == ([[], []], [])
    assert flow((), (), width=400, height=300).columns == []


def test_a_line_holds_its_target_and_leaves_gaps_empty():
    drawn = line([10, None, 20], target=40, width=200, height=100)
    assert drawn.dots == [(0, 75), None, (200, 50)]
    assert drawn.points == "0.0,75.0 200.0,50.0"
    assert drawn.target == 0
    assert line([10, None, 20], target=None, width=200, height=100, mirror=True).dots[0] == (200, 50)


def test_a_single_value_stands_in_the_middle_and_negative_ones_go_below_zero():
    assert line([5], target=None, width=200, height=100).dots == [(100, 0)]
    drawn = line([-10, 10], target=None, width=200, height=100)
    assert [dot[1] for dot in drawn.dots] == [100, 0]
    assert line([], target=None, width=200, height=100).points == ""


def test_a_span_is_a_part_of_its_years():
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    whole = span(date(2025, 5, 1), date(2027, 1, 1), first, last)
    assert (whole.start, whole.length, whole.open) == (0, 100, False)
    july = span(date(2026, 7, 1), None, first, last)
    assert july.start == pytest.approx(100 * 181 / 365, abs=0.01)
    assert july.start + july.length == pytest.approx(100, abs=0.02)
    assert july.open
    assert span(date(2027, 1, 1), None, first, last) is None
    assert span(date(2020, 1, 1), date(2020, 2, 1), first, last) is None


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_no_span_leaves_the_picture(one, other):
    drawn = span(min(one, other), max(one, other), date(2010, 1, 1), date(2019, 12, 31))
    if drawn is not None:
        assert drawn.start >= 0
        assert drawn.length > 0
        assert drawn.start + drawn.length <= 100.02

"""The gate finds what no test has reached, in what SlipCover notes of a real module."""

import ast

import pytest
from slipcover import Slipcover
from slipcover.branch import preinstrument

from scripts.coverage_gate import verdicts

SOURCE = """\
def cost(age):
    price = 5
    if age < 18:
        price = 2
    return price
"""


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """What the gate says of ``file`` after ``cost`` was asked for some ages."""
    monkeypatch.chdir(tmp_path)

    def measure(file, *ages):
        path = tmp_path / file
        path.parent.mkdir(parents=True)
        path.write_text(SOURCE)
        marks = Slipcover(branch=True)
        space = {}
        exec(marks.instrument(compile(preinstrument(ast.parse(SOURCE)), str(path), "exec")), space)
        for age in ages:
            space["cost"](age)
        return verdicts(marks.get_coverage())

    return measure


CORE, SHELL = "bihaelt/money/domain/cost.py", "bihaelt/money/views.py"


def test_what_was_reached_on_all_ways_is_good(measured):
    assert measured(CORE, 17, 18) == []


def test_a_way_past_a_condition_that_nobody_took_is_named(measured):
    assert measured(CORE, 17)[0] == f"{CORE}: not reached: 3->5"


def test_a_line_that_nobody_reached_is_named(measured):
    assert measured(CORE, 18)[0] == f"{CORE}: not reached: 4, 3->4"


def test_outside_the_core_the_whole_counts(measured):
    assert measured(SHELL, 17) == ["overall: 85.71 % of lines and branches, 95 % are needed"]

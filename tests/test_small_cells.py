"""Small cells are hidden, and nobody can work them out from what is shown: proved for every small table there is."""

from collections import defaultdict
from itertools import product

import pytest

from bihaelt.small_cells import LEAST, hidden_cells

KEYS = "abcd"


def published(cells):
    """What everybody sees: the total, and each cell or None."""
    counts = dict(zip(KEYS, cells, strict=False))
    hidden = hidden_cells(counts)
    return sum(cells), tuple(None if key in hidden else count for key, count in counts.items())


def tables(width, most):
    return product(range(most + 1), repeat=width)


@pytest.mark.parametrize(("width", "most"), [(2, 60), (3, 24), (4, 12)])
def test_no_hidden_number_can_be_worked_out_from_the_total_and_the_rest(width, most):
    """Whoever knows the rule, the total and the shown cells still finds several numbers for each hidden cell.

    Tables with a cell beyond ``most`` are not made, so only totals are judged whose tables are all here.
    """
    behind = defaultdict(list)
    for cells in tables(width, most):
        if 0 < sum(cells) <= most:
            behind[published(cells)].append(cells)
    assert behind
    for (total, shown), candidates in behind.items():
        for place, cell in enumerate(shown):
            if cell is None:
                possible = {cells[place] for cells in candidates}
                assert len(possible) >= min(4, total + 1), (total, shown, possible)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_small_cells_are_always_hidden_and_large_tables_never(width):
    for cells in tables(width, 8):
        _, shown = published(cells)
        assert all(cell is None or cell >= LEAST for cell in shown)
        if min(cells) >= LEAST:
            assert shown == cells


def test_the_end_of_the_table_is_hidden_first_since_not_stated_tells_least():
    assert hidden_cells({"w": 30, "m": 3, "na": 40}) == {"m", "na"}
    assert hidden_cells({"w": 30, "m": 30, "na": 2}) == {"m", "na"}


def test_more_cells_are_hidden_until_the_small_ones_are_free():
    assert hidden_cells({"a": 30, "b": 20, "c": 5, "d": 3}) == {"b", "c", "d"}


def test_a_breakdown_that_cannot_be_protected_is_withheld_whole():
    assert hidden_cells({"a": 3, "b": 5}) == {"a", "b"}
    assert hidden_cells({"a": 4, "b": 4, "c": 4}) == {"a", "b", "c"}
    assert hidden_cells({"only": 3}) == {"only"}


def test_an_empty_breakdown_hides_nothing():
    assert hidden_cells({}) == frozenset()

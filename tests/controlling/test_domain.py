"""The worst of the lights, and half-years."""

import pytest

from bihaelt.controlling.domain import half_year, overall
from bihaelt.measures.domain import Light
from bihaelt.verdicts import DomainError

G, Y, R, N = Light.GREEN, Light.YELLOW, Light.RED, Light.GREY


@pytest.mark.parametrize(
    ("lights", "worst"),
    [((G, G, G), G), ((G, Y, G), Y), ((G, Y, R), R), ((N, N, N), N), ((N, G, N), G), ((), N), ((R, N, N), R)],
)
def test_the_light_of_a_measure_is_the_worst_that_has_data(lights, worst):
    assert overall(lights) is worst


@pytest.mark.parametrize("period", ["2026-H3", "2026", "1999-H1", "2026-H1\n", "", "2026-h1"])
def test_anything_but_a_half_year_is_refused(period):
    with pytest.raises(DomainError) as refusal:
        half_year(period)
    assert refusal.value.field == "period"


def test_a_half_year_reads_as_it_is_written():
    assert half_year("2026-H2") == "2026-H2"

"""What a programme pays for."""

from datetime import date

import pytest

from bihaelt.funding.domain import Terms, fundable
from bihaelt.verdicts import DomainError

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

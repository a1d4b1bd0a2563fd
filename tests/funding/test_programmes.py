"""What programmes pay for a measure."""

from datetime import date

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.funding import queries
from bihaelt.funding.domain import FundingState
from bihaelt.funding.operations import fund
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Category
from bihaelt.verdicts import DomainError
from tests.browser import words
from tests.factories import make_account, make_cluster, make_measure, make_programme
from tests.measures.stage import keeper

A, B, C = Category.A, Category.B, Category.C
TODAY = date(2026, 11, 22)
START = date(2026, 3, 1)


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


@pytest.fixture
def treasury(session):
    return Voice(make_account(session, Role.TREASURY).id, "treasury")


def test_funding_keeps_to_purpose_years_and_cost(session, cluster, now):
    measure = make_measure(session, cluster_id=cluster.id, planned_cents=100, starts_on=START)
    by = keeper(session)
    kim = make_programme(session, cluster)
    city = make_programme(session, name="Stadt", key="city")
    values = {"measure": measure, "state": FundingState.GRANTED, "by": by, "now": now}
    ended = make_programme(session, cluster, key="e", first_year=2021, last_year=2022)
    foreign = make_programme(session, make_cluster(session), key="f")
    for programme_id, cents, field in (
        (ended.id, 1, "programme"), (foreign.id, 1, "programme"), (99999, 1, "programme"), (kim.id, 101, "amount"),
        (kim.id, -1, "amount"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            fund(session, programme_id=programme_id, cents=cents, **values)
        assert refusal.value.field == field
    fund(session, programme_id=kim.id, cents=60, **values)
    with pytest.raises(DomainError):
        fund(session, programme_id=city.id, cents=41, **values)
    fund(session, programme_id=city.id, cents=40, **values)
    fund(session, programme_id=kim.id, cents=60, **(values | {"state": FundingState.REFUSED}))
    fund(session, programme_id=city.id, cents=100, **values)
    assert [(row.name, row.cents, row.state) for row in queries.fundings(session, measure.id)] == [
        ("KIM", 60, FundingState.REFUSED), ("Stadt", 100, FundingState.GRANTED),
    ]  # fmt: skip


def test_funding_is_entered_and_the_catalogue_read_by_everybody(client, session, cluster):
    measure = make_measure(session, cluster_id=cluster.id, planned_cents=100_00, starts_on=START)
    programme = make_programme(session, cluster, deadline=date(2026, 12, 1), note="Für Kinder")
    make_programme(session, name="Stadt", key="city")
    client.sign_in(make_account(session, Role.PLAN_OWNER))
    path = f"/en/desk/measures/{measure.id}/funding"
    typed = {"programme": str(programme.id), "amount": "40,50", "state": "granted"}
    assert client.get(path).status_code == 200
    assert client.post(path, typed | {"amount": "100,01"}).status_code == 422
    assert client.post(path, typed).status_code == 303
    assert "€40.50" in words(client.get(path))
    client.sign_out()
    assert "€40.50" in words(client.get(f"/en/measures/{measure.id}"))
    text = words(client.get("/en/plan/programmes"))
    for said in ("KIM", "Own share: 10%", "Für Kinder", "Freizeit", "For all clusters", "Apply until 1 Dec 2026"):
        assert said in text


def test_an_empty_catalogue_says_so(client, session):
    assert "There is no programme yet." in words(client.get("/en/plan/programmes"))

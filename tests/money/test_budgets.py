"""The bars of the clusters, and the budgets that the council gives them."""

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.money import queries
from bihaelt.money.domain import BudgetState, PoolKind, Thresholds
from bihaelt.money.domain.facts import Relation
from bihaelt.money.operations import approve, end_pool, set_budget, set_budget_state, set_pool, set_thresholds
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import words
from tests.factories import make_account, make_budget, make_cluster


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


@pytest.fixture
def treasury(session):
    return Voice(make_account(session, Role.TREASURY).id, "treasury")


def bar(session, cluster, year=2026):
    return {row.cluster_id: row for row in queries.cluster_bars(session, ["de"], year)}[cluster.id]


def test_a_bar_adds_the_accounts_of_its_year_to_the_cent(session, stage):
    cluster = stage.cluster("c", 1000)
    stage.cluster("c", 5, year=2027)
    first, second = stage.measure("M1", "c", allocated=300.01), stage.measure("M2", "c", allocated=200)
    stage.spend(first, 10, commitment=stage.commit(first, 99.99))
    stage.spend(second, 3)
    found = bar(session, cluster)
    assert (found.budget, found.planned, found.committed, found.spent) == (1000_00, 500_01, 102_99, 13_00)
    assert found.free == 499_99
    assert bar(session, cluster, 2027).free == 5_00
    assert bar(session, cluster, 2030).budget == 0


def test_a_transfer_between_clusters_moves_the_budget_along(session, stage, now):
    home, other = stage.cluster("home", 1000), stage.cluster("other", 500)
    stage.one_way("home", "other")
    source, target = stage.measure("M1", "home", allocated=300), stage.measure("M2", "other")
    approve(session, request=stage.move(source, target, 100), by=stage.holder, now=now)
    assert (bar(session, home).budget, bar(session, home).planned) == (900_00, 200_00)
    assert (bar(session, other).budget, bar(session, other).planned) == (600_00, 100_00)
    assert bar(session, home).free == 700_00


def test_a_retired_cluster_stays_visible_while_it_has_money(session):
    empty, paid = make_cluster(session, active=False), make_cluster(session, active=False)
    make_budget(session, paid, 5)
    ids = [row.cluster_id for row in queries.cluster_bars(session, ["de"], 2026)]
    assert paid.id in ids
    assert empty.id not in ids


def test_a_budget_is_set_and_changed_with_its_reason(session, cluster, treasury, now):
    values = {"cluster_id": cluster.id, "year": 2026, "by": treasury, "now": now}
    row = set_budget(session, cents=100, reason="Rat 4711", **values)
    again = set_budget(session, cents=250, reason="Nachtrag", **values)
    assert (again.id, again.cents) == (row.id, 250)
    entries = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(entry.act, entry.reason, entry.details["old_cents"], entry.details["new_cents"]) for entry in entries] == [
        ("budget.set", "Rat 4711", 0, 100), ("budget.set", "Nachtrag", 100, 250),
    ]  # fmt: skip
    assert queries.budget(session, cluster.id, 2026) == 250


def test_a_budget_never_falls_below_what_is_used(session, stage, treasury, now):
    cluster = stage.cluster("c", 1000)
    stage.commit(stage.measure("M1", "c", allocated=100), 80)
    values = {"cluster_id": cluster.id, "year": 2026, "reason": "Rat", "by": treasury, "now": now}
    for wrong, field in (
        ({"cents": 79_99}, "amount"), ({"cents": -1}, "amount"), ({"cents": 90_00, "year": 1999}, "year"),
        ({"cents": 90_00, "reason": " "}, "reason"), ({"cents": 90_00, "cluster_id": 99999}, "cluster"),
        ({"cents": 90_00, "product_group": "5.1.1"}, "product_group"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            set_budget(session, **(values | wrong))
        assert refusal.value.field == field
    assert set_budget(session, cents=80_00, product_group="05.01.02", **values).product_group == "05.01.02"
    set_budget_state(session, budget=queries.budget_of(session, cluster.id, 2026), state=BudgetState.CLOSED, reason="Ende",
                     by=treasury, now=now)  # fmt: skip
    with pytest.raises(DomainError):
        set_budget(session, cents=90_00, **values)


def test_a_budget_is_released_frozen_and_closed_with_a_reason(session, cluster, treasury, now):
    row = set_budget(session, cluster_id=cluster.id, year=2026, cents=100, reason="Rat", by=treasury, now=now)
    assert row.state is BudgetState.PLANNED
    values = {"budget": row, "by": treasury, "now": now}
    with pytest.raises(DomainError):
        set_budget_state(session, state=BudgetState.RELEASED, reason=" ", **values)
    for state in (BudgetState.RELEASED, BudgetState.BLOCKED, BudgetState.RELEASED, BudgetState.CLOSED):
        set_budget_state(session, state=state, reason="Verfügung", **values)
    with pytest.raises(Conflict):
        set_budget_state(session, state=BudgetState.RELEASED, reason="Zurück", **values)
    entries = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "budget.state")).all()
    assert [entry.details["budget_state"] for entry in entries] == ["released", "blocked", "released", "closed"]


def test_a_new_budget_makes_its_cluster_a_pool_once(session, cluster, treasury, now):
    for year in (2026, 2027):
        set_budget(session, cluster_id=cluster.id, year=year, cents=1, reason="Rat", by=treasury, now=now)
    assert [(pool.kind, pool.first_year) for pool in queries.pools(session)] == [(PoolKind.MUTUAL, 2026)]
    assert queries.relation(session, cluster.id, cluster.id, 2027) is Relation.MUTUAL
    assert queries.relation(session, cluster.id, cluster.id, 2025) is Relation.ACROSS


def test_a_pool_is_set_and_ended_with_its_decision(session, stage, treasury, now):
    one, two = stage.cluster("one"), stage.cluster("two")
    values = {"from_cluster_id": one.id, "to_cluster_id": two.id, "first_year": 2026, "by": treasury, "now": now}
    for wrong in ({"first_year": 1990}, {"note": " "}):
        with pytest.raises(DomainError):
            set_pool(session, **(values | {"note": "Rat"} | wrong))
    pool = set_pool(session, note="Rat 12", **values)
    assert queries.relation(session, one.id, two.id, 2026) is Relation.ONE_WAY
    assert queries.relation(session, two.id, one.id, 2026) is Relation.WRONG_WAY
    with pytest.raises(DomainError):
        set_pool(session, note="Rat", **(values | {"from_cluster_id": two.id, "to_cluster_id": one.id}))
    for wrong in ({"last_year": 2020}, {"reason": ""}):
        with pytest.raises(DomainError):
            end_pool(session, pool=pool, by=treasury, now=now, **({"last_year": 2026, "reason": "Ende"} | wrong))
    end_pool(session, pool=pool, last_year=2026, reason="Ende", by=treasury, now=now)
    assert queries.relation(session, one.id, two.id, 2027) is Relation.ACROSS
    with pytest.raises(Conflict):
        end_pool(session, pool=pool, last_year=2027, reason="Nochmal", by=treasury, now=now)
    assert queries.pool(session, pool.id) is pool
    with pytest.raises(Conflict):  # the same first year again
        set_pool(session, note="Rat 13", **values)


def test_thresholds_are_changed_with_a_journal_entry(session, treasury, now):
    assert queries.thresholds(session) == Thresholds(10_000_00, 50_000_00)
    values = {"by": treasury, "now": now}
    for wrong, reason in ((Thresholds(-1, 5), "x"), (Thresholds(6, 5), "x"), (Thresholds(1, 2), " ")):
        with pytest.raises(DomainError):
            set_thresholds(session, thresholds=wrong, reason=reason, **values)
    for council in (7, 9):
        set_thresholds(session, thresholds=Thresholds(5, council), reason="Dienstanweisung", **values)
    assert queries.thresholds(session) == Thresholds(5, 9)
    entry = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.act, entry.details["council_if_over"]) == ("money.thresholds", 9)


def test_two_people_who_set_the_same_budget_at_once_are_told(session, cluster, treasury, now, monkeypatch):
    make_budget(session, cluster, 5)
    monkeypatch.setattr(session, "scalar", lambda *_args, **_values: None)
    with pytest.raises(Conflict):
        set_budget(session, cluster_id=cluster.id, year=2026, cents=9, reason="Rat", by=treasury, now=now)


def test_the_desk_of_budgets_shows_and_sets_them(client, session, cluster):
    client.sign_in(make_account(session, Role.TREASURY))
    assert "Freizeit" in words(client.get("/en/desk/plan/budgets"))
    typed = {
        "cluster": str(cluster.id),
        "year": "2027",
        "amount": "240.000,50",
        "kind": "consumptive",
        "product_group": "05.01.02",
        "reason": "Rat 4711",
    }
    answer = client.post("/en/desk/plan/budgets", typed)
    assert answer.status_code == 303, words(answer)
    assert "€240,000.50" in words(client.get(answer.location))
    assert client.post("/en/desk/plan/budgets", typed | {"year": "abcd"}).status_code == 422
    assert client.post("/en/desk/plan/budgets", typed | {"year": "1999"}).status_code == 422
    assert client.post("/en/desk/plan/budgets", typed | {"amount": "-5"}).status_code == 422
    assert client.get("/en/desk/plan/budgets?year=99999999").status_code == 200
    client.sign_in(make_account(session))
    assert client.get("/en/desk/plan/budgets").status_code == 403

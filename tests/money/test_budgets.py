"""The bars of the clusters, and the budgets that the council gives them."""

from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import Category
from bihaelt.money import queries
from bihaelt.money.operations import set_budget
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import words
from tests.factories import make_account, make_budget, make_cluster, make_measure

A, B, C = Category.A, Category.B, Category.C
TODAY = date(2026, 11, 22)
START = date(2026, 3, 1)


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


@pytest.fixture
def treasury(session):
    return Voice(make_account(session, Role.TREASURY).id, "treasury")


def bar(session, cluster, year=2026):
    return {row.cluster_id: row for row in queries.cluster_bars(session, ["de"], year)}[cluster.id]


def test_a_bar_adds_a_and_b_of_its_year_to_the_cent(session, cluster):
    make_budget(session, cluster, 240_000_00)
    make_budget(session, cluster, 1, year=2027)
    for category, planned, starts_on in (
        (A, 80_000_01, START), (B, 12_345_67, date(2026, 12, 31)), (B, 7, date(2026, 1, 1)), (C, 99, START),
        (B, 5, date(2027, 1, 1)), (B, 5, date(2025, 12, 31)), (B, 5, None),
    ):  # fmt: skip
        make_measure(session, "M", category, cluster_id=cluster.id, planned_cents=planned, starts_on=starts_on)
    make_measure(
        session, "M", B, cluster_id=cluster.id, planned_cents=10, committed_cents=4, spent_cents=3, starts_on=START
    )
    found = bar(session, cluster)
    assert (found.budget, found.planned, found.committed, found.spent) == (240_000_00, 92_345_85, 4, 3)
    assert found.free == 147_654_15
    assert bar(session, cluster, 2027).free == -4
    assert bar(session, cluster, 2030).budget == 0


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


def test_a_budget_never_falls_below_what_is_committed(session, cluster, treasury, now):
    make_measure(session, "M", B, cluster_id=cluster.id, planned_cents=100, committed_cents=80, starts_on=START)
    values = {"cluster_id": cluster.id, "year": 2026, "reason": "Rat", "by": treasury, "now": now}
    for wrong, field in (
        ({"cents": 79}, "amount"), ({"cents": -1}, "amount"), ({"cents": 90, "year": 1999}, "year"),
        ({"cents": 90, "reason": " "}, "reason"), ({"cents": 90, "cluster_id": 99999}, "cluster"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            set_budget(session, **(values | wrong))
        assert refusal.value.field == field
    assert set_budget(session, cents=80, **values).cents == 80


def test_two_people_who_set_the_same_budget_at_once_are_told(session, cluster, treasury, now, monkeypatch):
    make_budget(session, cluster, 5)
    monkeypatch.setattr(session, "scalar", lambda *_args, **_values: None)
    with pytest.raises(Conflict):
        set_budget(session, cluster_id=cluster.id, year=2026, cents=9, reason="Rat", by=treasury, now=now)


def test_the_desk_of_budgets_shows_and_sets_them(client, session, cluster):
    client.sign_in(make_account(session, Role.TREASURY))
    assert "Freizeit" in words(client.get("/en/desk/plan/budgets"))
    typed = {"cluster": str(cluster.id), "year": "2027", "amount": "240.000,50", "reason": "Rat 4711"}
    answer = client.post("/en/desk/plan/budgets", typed)
    assert answer.status_code == 303, words(answer)
    assert "€240,000.50" in words(client.get(answer.location))
    assert client.post("/en/desk/plan/budgets", typed | {"year": "abcd"}).status_code == 422
    assert client.post("/en/desk/plan/budgets", typed | {"year": "1999"}).status_code == 422
    assert client.post("/en/desk/plan/budgets", typed | {"amount": "-5"}).status_code == 422
    assert client.get("/en/desk/plan/budgets?year=99999999").status_code == 200
    client.sign_in(make_account(session))
    assert client.get("/en/desk/plan/budgets").status_code == 403

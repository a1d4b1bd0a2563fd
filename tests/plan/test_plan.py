"""The board, its money to the cent, the list, the open data, budgets and funding."""

import csv
import io
import json
from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import Category, MeasureState, Take, Takes
from bihaelt.measures.models import MeasureField
from bihaelt.measures.operations import link
from bihaelt.paging import Cursor
from bihaelt.plan import queries
from bihaelt.plan.domain import FundingState, Level
from bihaelt.plan.models import ClusterBudget, Programme, ProgrammePurpose
from bihaelt.plan.operations import fund, set_budget
from bihaelt.plan.queries import Filters
from bihaelt.plan.queries.board import CELL
from bihaelt.plan.queries.open_data import CHUNK
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.factories import (
    add,
    make_account,
    make_cluster,
    make_district,
    make_field,
    make_measure,
    make_office,
    make_organisation,
)  # fmt: skip
from tests.measures.stage import accepted, keeper

A, B, C = Category.A, Category.B, Category.C
TODAY = date(2026, 11, 22)
START = date(2026, 3, 1)


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


@pytest.fixture
def treasury(session):
    return Voice(make_account(session, Role.TREASURY).id, "treasury")


def make_budget(session, cluster, cents, year=2026):
    return add(session, ClusterBudget(cluster_id=cluster.id, year=year, cents=cents))


def make_programme(session, *clusters, **values):
    defaults = {"key": f"p{len(values)}{id(values)}", "name": "KIM", "level": Level.STATE, "first_year": 2020,
                "last_year": 2030, "own_share": 10, "note": ""}  # fmt: skip
    programme = add(session, Programme(**(defaults | values)))
    for each in clusters:
        add(session, ProgrammePurpose(programme_id=programme.id, cluster_id=each.id))
    return programme


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


def shown_numbers(session, **filters):
    found = queries.board(session, ["de"], Filters(**filters), TODAY)
    return sorted(card.number for cell in found.cells.values() for card in cell)


def test_every_filter_narrows_board_and_list_alike(session, cluster):
    field, office, district = make_field(session), make_office(session), make_district(session)
    wanted = make_measure(
        session, "Ziel", B, cluster_id=cluster.id, office_id=office.id, district_id=district.id,
        state=MeasureState.RUNNING, starts_on=START, ends_on=date(2027, 1, 31),
    )  # fmt: skip
    add(session, MeasureField(measure_id=wanted.id, field_id=field.id))
    other = make_measure(session, "Anderes", C)
    for filters in (
        {"cluster": cluster.id}, {"field": field.id}, {"office": office.id}, {"district": district.id},
        {"state": MeasureState.RUNNING}, {"year": 2026}, {"year": 2027}, {"category": B},
        {"cluster": cluster.id, "field": field.id, "year": 2026, "category": B},
    ):  # fmt: skip
        assert shown_numbers(session, **filters) == [wanted.number], filters
        page, _ = queries.listing(session, ["de"], Filters(**filters))
        assert [card.number for card in page.rows] == [wanted.number], filters
    assert shown_numbers(session) == sorted([wanted.number, other.number])
    assert shown_numbers(session, year=2028) == []
    assert shown_numbers(session, cluster=99999) == []


def test_a_full_cell_is_cut_short_and_says_so(client, session, cluster):
    for n in range(CELL + 1):
        make_measure(session, f"Idee {n}", C, cluster_id=cluster.id)
    found = queries.board(session, ["de"], Filters(), TODAY)
    assert len(found.cells[cluster.id, C]) == CELL
    assert found.more == {(cluster.id, C)}
    page = tree(client.get("/en/plan"))
    (address,) = page.xpath("//a[normalize-space()='All measures in category C']/@href")
    assert len(tree(client.get(address)).xpath("//tbody/tr")) == CELL + 1


def test_the_year_of_the_bars_is_this_one_or_the_last_that_has_a_budget(session, cluster):
    assert queries.board(session, ["de"], Filters(), TODAY).year == 2026
    make_budget(session, cluster, 1, 2023)
    make_budget(session, cluster, 1, 2024)
    assert queries.board(session, ["de"], Filters(), TODAY).year == 2024
    make_budget(session, cluster, 1, 2026)
    assert queries.board(session, ["de"], Filters(), TODAY).year == 2026
    assert queries.board(session, ["de"], Filters(year=2023), TODAY).year == 2023


@pytest.mark.parametrize("lang", ["de", "leicht", "ar", "en"])
def test_the_board_shows_letters_words_money_and_its_day(client, session, cluster, lang):
    make_budget(session, cluster, 240_000_00)
    make_measure(session, "Ferienspiele", A, cluster_id=cluster.id, planned_cents=80_000_00, starts_on=START)
    answer = client.get(f"/{lang}/plan")
    text = words(answer)
    assert "Ferienspiele" in text
    assert "Freizeit" in text
    assert tree(answer).xpath("//div[contains(@class, 'board__column')]/@data-category") == ["A", "B", "C"]
    assert answer.headers["Cache-Control"].startswith("public")
    if lang == "en":
        assert "State of work on 22 Nov 2026" in text
        assert "€240,000" in text
        assert "€160,000" in text


def test_an_empty_plan_and_empty_filters_say_what_to_do(client, session, cluster):
    assert "The plan has no measures yet." in words(client.get("/en/plan"))
    make_measure(session)
    found = client.get(f"/en/plan?cluster={cluster.id}")
    assert "No measure fits these filters." in words(found)
    assert "Freizeit" in tree(found).xpath("string(//ul[@class='chips'])")
    assert "No measure fits these filters." in words(client.get(f"/en/plan/measures?cluster={cluster.id}"))


@pytest.mark.parametrize(
    "query", ["cluster=x", "cluster=99999999999999999999", "state=flying", "year=-1", "year=0", "year=99999", "field=%00",
              "office=1&office=2", "after=xyz", "category=D", "cluster=%D9%A3"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["plan", "plan/measures"])
def test_strange_filters_are_no_error(client, session, path, query):
    make_measure(session)
    assert client.get(f"/en/{path}?{query}").status_code == 200


@pytest.mark.parametrize("number", [1, 3, 50, 500])
def test_the_board_needs_five_statements_and_the_list_three(client, session, cluster, count_queries, number):
    clusters = [make_cluster(session) for _ in range(8)]
    make_budget(session, cluster, 5)
    for n in range(number):
        make_measure(session, f"M{n}", list(Category)[n % 3], cluster_id=clusters[n % 8].id, starts_on=START)
    client.get("/de/plan")
    with count_queries() as board:
        client.get("/de/plan")
    with count_queries() as listed:
        client.get("/de/plan/measures")
    assert (len(board), len(listed)) == (5, 3)


def test_the_list_pages_both_ways(client, session, cluster):
    made = [make_measure(session, f"M{n}", cluster_id=cluster.id).number for n in range(5)]
    first, _ = queries.listing(session, ["de"], Filters(), size=2)
    second, _ = queries.listing(session, ["de"], Filters(), size=2, cursor=Cursor.decode(first.older, (int,)))
    back, _ = queries.listing(session, ["de"], Filters(), size=2, cursor=Cursor.decode(second.newer, (int,)))
    assert [card.number for card in second.rows] == made[2:4]
    assert back.rows == first.rows
    for n in range(50):
        make_measure(session, f"N{n}", cluster_id=cluster.id)
    assert "after=" in client.get(f"/en/plan/measures?cluster={cluster.id}").text


def test_the_table_opens_in_a_german_excel_and_runs_nothing(client, session, cluster, now):
    proposal = accepted(session)
    measure = make_measure(
        session, '=cmd|"/C calc"!A0', B, cluster_id=cluster.id, planned_cents=12_345_67, starts_on=START,
        office_id=make_office(session, "+Amt").id, carrier_id=make_organisation(session, "＝Verein").id,
    )  # fmt: skip
    add(session, MeasureField(measure_id=measure.id, field_id=make_field(session, "Sport").id))
    link(session, measure=measure, take=Take(proposal.id, Takes.FULLY), by=keeper(session), now=now)
    answer = client.get("/de/plan/export/csv")
    raw = answer.get_data()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    (row,) = rows
    assert row["title"] == '\'=cmd|"/C calc"!A0'
    assert (row["office"], row["carrier"]) == ("'+Amt", "'＝Verein")
    assert (row["planned_euros"], row["committed_euros"]) == ("12345,67", "0,00")
    assert (row["category"], row["fields"], row["proposals"]) == ("B", "Sport", str(proposal.id))
    assert row["starts_on"] == "2026-03-01"
    assert row["ends_on"] == ""
    assert row["address"] == f"http://localhost/de/measures/{measure.id}"
    assert raw.count(b"\r\n") == 2


def test_the_json_holds_cents_days_and_every_measure(client, session, cluster):
    for n in range(CHUNK + 1):
        make_measure(session, f"Maß {n}", B, cluster_id=cluster.id, planned_cents=n, starts_on=START)
    answer = client.get("/ar/plan/export/json")
    found = json.loads(answer.get_data())
    assert (found["language"], found["unit"], found["as_of"]) == ("ar", "cent", "2026-11-22T11:00:00+00:00")
    assert [row["planned_cents"] for row in found["measures"]] == list(range(CHUNK + 1))
    assert found["measures"][0]["starts_on"] == "2026-03-01"
    assert "Maß 0" in answer.get_data(as_text=True)
    assert client.get("/ar/plan/export/xlsx").status_code == 404


def test_an_empty_plan_is_valid_open_data(client, session):
    assert json.loads(client.get("/de/plan/export/json").get_data())["measures"] == []
    assert len(client.get("/de/plan/export/csv").get_data(as_text=True).splitlines()) == 1


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

"""The board, its money to the cent, the list, the open data, budgets and funding."""

import csv
import io
import json
from datetime import date

import pytest

from bihaelt.journal.operations import record
from bihaelt.measures.domain import Category, MeasureState, Take, Takes
from bihaelt.measures.models import MeasureField
from bihaelt.measures.operations import link
from bihaelt.paging import Cursor
from bihaelt.plan import queries
from bihaelt.plan.queries import Filters
from bihaelt.plan.queries.board import CELL
from bihaelt.plan.queries.open_data import CHUNK
from tests.browser import tree, words
from tests.factories import (
    add,
    make_budget,
    make_cluster,
    make_district,
    make_field,
    make_measure,
    make_money,
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
    measure = make_measure(session, "Ferienspiele", A, cluster_id=cluster.id, planned_cents=80_000_00, starts_on=START)
    make_money(session, measure, 80_000_00)
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


def test_the_board_is_drawn_anew_after_every_act_and_not_before(app, client, session, cluster, now):
    app.config["PAGE_SECONDS"] = 5
    try:
        make_measure(session, "Ferienspiele", B, cluster_id=cluster.id)
        assert "Ferienspiele" in words(client.get("/en/plan"))
        make_measure(session, "Ohne Eintrag", B, cluster_id=cluster.id)
        assert "Ohne Eintrag" not in words(client.get("/en/plan"))
        assert "Ohne Eintrag" in words(client.get(f"/en/plan?cluster={cluster.id}"))
        record(session, act="measure.drafted", subject=cluster, by=keeper(session), now=now)
        session.flush()
        assert "Ohne Eintrag" in words(client.get("/en/plan"))
    finally:
        app.config["PAGE_SECONDS"] = 0
        app.extensions.pop("pieces", None)

"""The plan in pictures: every figure comes from the rows, and stands in a table as well."""

from datetime import date

import pytest

from bihaelt.measures.domain import Category, Takes
from bihaelt.measures.models import Origin
from bihaelt.paging import Cursor
from bihaelt.plan import queries
from bihaelt.plan.domain import Fate
from bihaelt.proposals.domain import Outcome, State
from tests.browser import tree, words
from tests.factories import (
    add,
    make_cluster,
    make_conference,
    make_district,
    make_measure,
    make_proposal,
)  # fmt: skip

A, B, C = Category.A, Category.B, Category.C
DE = ["de"]


def decided(session, outcome, **values):
    return make_proposal(session, state=State.DECIDED, outcome=outcome, **values)


def taken(session, proposal, category, now):
    measure = make_measure(session, "M", category)
    add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=now))


def test_the_stream_follows_each_public_proposal_once(session, now):
    cluster = make_cluster(session, "Freizeit")
    accepted = decided(session, Outcome.ACCEPTED, cluster_id=cluster.id)
    for category in (C, A, B):
        taken(session, accepted, category, now)
    decided(session, Outcome.PARTLY, cluster_id=cluster.id)
    decided(session, Outcome.REJECTED, cluster_id=cluster.id)
    make_proposal(session).cluster_id = None
    make_proposal(session, state=State.DRAFT, cluster_id=cluster.id)
    found = queries.stream(session, DE)
    assert found.answered == {
        (cluster.id, Outcome.ACCEPTED): 1, (cluster.id, Outcome.PARTLY): 1, (cluster.id, Outcome.REJECTED): 1,
        (None, Fate.WAITING): 1,
    }  # fmt: skip
    assert found.became == {(Outcome.ACCEPTED, A): 1, (Outcome.PARTLY, Fate.NO_MEASURE): 1}
    assert found.clusters[cluster.id].title == "Freizeit"
    assert found.clusters[None] is None


def test_the_stream_of_one_conference_leaves_the_others_out(session):
    one, other = make_conference(session, "done"), make_conference(session, "done")
    decided(session, Outcome.ACCEPTED, conference=one)
    decided(session, Outcome.REJECTED, conference=other)
    assert sum(queries.stream(session, DE, one.id).answered.values()) == 1
    assert sum(queries.stream(session, DE).answered.values()) == 2


def test_the_timeline_shows_what_begins_last_first_and_pages_both_ways(session):
    cluster = make_cluster(session)
    made = [make_measure(session, f"M{n}", B, starts_on=date(2026, n, 1), cluster_id=cluster.id) for n in (1, 2, 3)]
    make_measure(session, "ohne Beginn", C)
    first = queries.timeline(session, DE, size=2)
    assert [row.measure_id for row in first.rows] == [made[2].id, made[1].id]
    second = queries.timeline(session, DE, cursor=Cursor.decode(first.older, (int, int)), size=2)
    assert [row.measure_id for row in second.rows] == [made[0].id]
    back = queries.timeline(session, DE, cursor=Cursor.decode(second.newer, (int, int)), size=2)
    assert [row.measure_id for row in back.rows] == [made[2].id, made[1].id]
    assert queries.timeline(session, DE, cluster=cluster.id + 1).rows == []


def test_districts_stand_beside_each_other_and_people_beside_organisations(session):
    north, south = make_district(session, "Nord"), make_district(session, "Süd")
    make_proposal(session, district_id=north.id, supports_people=3, supports_organisations=2)
    make_proposal(session, district_id=north.id, state=State.DRAFT, supports_people=9)
    make_measure(session, "M", A, district_id=north.id, planned_cents=700, committed_cents=500, spent_cents=500)
    make_measure(session, "M", C, district_id=south.id, planned_cents=900)
    make_measure(session, "M", B, planned_cents=50)
    rows = {row.name: row for row in queries.districts(session)}
    found = rows["Nord"]
    assert (found.proposals, found.people, found.organisations, found.measures, found.planned, found.spent) == (
        1, 3, 2, 1, 700, 500,
    )  # fmt: skip
    assert (rows["Süd"].measures, rows["Süd"].planned) == (0, 0)
    assert (rows[None].measures, rows[None].planned) == (1, 50)


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_pictures_need_the_same_statements_for_any_number(session, count_queries, number):
    cluster, district = make_cluster(session), make_district(session)
    for n in range(number):
        make_measure(session, f"M{n}", B, starts_on=date(2026, 1, 1), district_id=district.id, cluster_id=cluster.id)
        make_proposal(session, cluster_id=cluster.id, district_id=district.id)
    with count_queries() as counted:
        queries.stream(session, DE)
    assert len(counted) == 3
    with count_queries() as counted:
        queries.timeline(session, DE)
    assert len(counted) == 2
    with count_queries() as counted:
        queries.districts(session)
    assert len(counted) == 3


@pytest.mark.parametrize("lang", ["de", "leicht", "ar", "en"])
def test_the_pages_draw_pictures_and_say_the_same_in_tables(client, session, now, lang):
    make_district(session, "Heepen")
    accepted = decided(session, Outcome.ACCEPTED, cluster_id=make_cluster(session, "Freizeit").id)
    taken(session, accepted, B, now)
    make_measure(session, "Ferienspiele", B, starts_on=date(2026, 3, 1))
    page = client.get(f"/{lang}/plan/pictures")
    assert page.status_code == 200
    assert "Heepen" in words(page)
    assert tree(page).xpath("count(//*[local-name()='svg'][@class='flow']/*[local-name()='path'])") == 2
    spans = client.get(f"/{lang}/plan/timeline")
    assert "Ferienspiele" in words(spans)
    assert tree(spans).xpath("count(//*[local-name()='svg'][@class='stretch']/*[local-name()='rect'])") == 1


def test_a_chosen_conference_and_a_chosen_cluster_narrow_the_pictures(client, session):
    one = make_conference(session, "done")
    cluster = make_cluster(session, "Freizeit")
    decided(session, Outcome.MERGED, conference=one, merged_into_id=make_proposal(session).id)
    make_measure(session, "Im Schwerpunkt", B, starts_on=date(2026, 3, 1), cluster_id=cluster.id)
    make_measure(session, "Anderswo", B, starts_on=date(2026, 3, 1))
    assert client.get(f"/en/plan/pictures?conference={one.id}").status_code == 200
    shown = words(client.get(f"/en/plan/timeline?cluster={cluster.id}"))
    assert "Im Schwerpunkt" in shown
    assert "Anderswo" not in shown


@pytest.mark.parametrize(
    "path",
    ["pictures?conference=x", "pictures?conference=999999", "timeline?cluster=-1", "timeline?after=%00", "timeline?after=W2ZhbHNlLC01LDFd"],
)  # fmt: skip
def test_strange_questions_are_no_error(client, session, path):
    assert client.get(f"/en/plan/{path}").status_code == 200


def test_an_empty_plan_says_so(client, session):
    assert "There are no proposals yet." in words(client.get("/en/plan/pictures"))
    assert client.get("/en/plan/timeline").status_code == 200

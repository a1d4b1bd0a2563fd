"""The catalogue of programmes: who keeps it, and what everybody reads."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.funding import operations, queries
from bihaelt.funding.domain import Entry, Level
from bihaelt.funding.models import Programme, ProgrammePurpose
from bihaelt.measures.models import Measure
from bihaelt.paging import Cursor
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.factories import make_account, make_cluster, make_measure, make_programme
from tests.funding.stage import TODAY, granted, make_place, planned
from tests.measures.stage import keeper

ENTRY = Entry("Integration vor Ort", Level.STATE, 2026, 2028, 10, deadline=date(2027, 3, 1), note="Für Vereine")
TYPED = {
    "name": "Integration vor Ort", "level": "state", "first_year": "2026", "last_year": "2028", "own_share": "10",
    "deadline": "2027-03-01", "proof_months": "6", "note": "Für Vereine", "link": "https://example.org/ivo",
    "contact": "Förderstelle", "conditions": "Nur mit Konzept.", "early_start": "y",
}  # fmt: skip


def names(page):
    return [row.name for row in page.rows]


def test_a_programme_is_added_changed_and_ended(session, now):
    by, cluster, other = keeper(session), make_cluster(session), make_cluster(session)
    made = operations.add_programme(session, entry=replace(ENTRY, cluster_ids=frozenset({cluster.id})), by=by, now=now)
    assert queries.entry(session, made).cluster_ids == {cluster.id}
    changed = replace(ENTRY, own_share=20, cluster_ids=frozenset({other.id}))
    later = now + timedelta(minutes=1)
    operations.edit_programme(
        session, programme=made, entry=changed, seen=now, by=by, now=later, reason="Neue Richtlinie"
    )
    assert queries.entry(session, made) == changed
    assert [row.cluster_id for row in session.scalars(sa.select(ProgrammePurpose))] == [other.id]
    unchanged = operations.edit_programme(session, programme=made, entry=changed, seen=later, by=by, now=now)
    assert unchanged.changed_at == later
    with pytest.raises(Conflict):
        operations.edit_programme(session, programme=made, entry=ENTRY, seen=now, by=by, now=later)
    with pytest.raises(DomainError):
        operations.end_programme(session, programme=made, on=TODAY, reason=" ", by=by, now=later)
    operations.end_programme(session, programme=made, on=TODAY, reason="Ausgelaufen", by=by, now=later)
    assert made.ended_on == TODAY
    with pytest.raises(Conflict):
        operations.end_programme(session, programme=made, on=TODAY, reason="Noch einmal", by=by, now=later)


def test_the_catalogue_is_found_by_level_cluster_year_and_end(session):
    cluster, other = make_cluster(session), make_cluster(session)
    make_programme(session, cluster, name="A", key="a", first_year=2021, last_year=2022, level=Level.FEDERAL)
    make_programme(session, other, name="B", key="b", ended_on=date(2025, 1, 1))
    make_programme(session, name="C", key="c")
    chain = ("de",)
    assert names(queries.programmes(session, chain)) == ["A", "B", "C"]
    assert names(queries.programmes(session, chain, level=Level.FEDERAL)) == ["A"]
    assert names(queries.programmes(session, chain, cluster_id=cluster.id)) == ["A", "C"]
    assert names(queries.programmes(session, chain, year=2026)) == ["B", "C"]
    assert names(queries.programmes(session, chain, ended=False)) == ["A", "C"]
    assert next(iter(queries.years(session))) == 2030
    assert list(queries.years(session))[-1] == 2020


def test_years_of_an_empty_catalogue(session):
    assert queries.years(session) == []


def test_the_catalogue_and_its_measures_go_on_by_page(session):
    cluster, _measure, programme = make_place(session)
    for n in range(4):
        make_programme(session, name=f"P{n}", key=f"p{n}")
        more = make_measure(session, cluster_id=cluster.id, planned_cents=100_00)
        planned(session, more, programme, 100_00)
    for read, kinds in (
        (lambda cursor: queries.programmes(session, ("de",), cursor=cursor, size=2), (str, int)),
        (lambda cursor: queries.paid(session, programme.id, ("de",), cursor=cursor, size=2), (int,)),
    ):
        first = read(None)
        second = read(Cursor.decode(first.older, kinds))
        assert len(second.rows) == 2
        assert not {row.id for row in first.rows} & {row.id for row in second.rows}
        assert [row.id for row in read(Cursor.decode(second.newer, kinds)).rows] == [row.id for row in first.rows]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_catalogue_takes_a_fixed_number_of_statements(session, count_queries, count):
    cluster, measure, programme = make_place(session)
    for n in range(count - 1):
        make_programme(session, cluster, name=f"P{n:02}", key=f"p{n}")
        planned(session, make_measure(session, cluster_id=cluster.id, planned_cents=100_00), programme, 100_00)
    session.expire_all()
    with count_queries() as seen:
        assert len(queries.programmes(session, ("de",)).rows) == count
    assert len(seen) == 3
    with count_queries() as seen:
        queries.paid(session, programme.id, ("de",))
        queries.totals(session, programme.id)
        queries.purposes(session, [programme.id], ("de",))
    assert len(seen) <= 5
    number = measure.id
    session.expunge_all()
    measure = session.get_one(Measure, number)
    with count_queries() as seen:
        assert len(queries.candidates(session, measure)) == count
    assert len(seen) == 3


def test_everybody_reads_a_programme_with_its_measures_and_money(client, session):
    cluster, measure, programme = make_place(
        session, deadline=date(2026, 12, 1), note="Für Kinder", conditions="Kostenlos.", contact="Amt",
        link="https://example.org/kim",
    )  # fmt: skip
    make_programme(session, name="Stadt", key="city", early_start=False)
    granted(session, measure, programme)
    other = make_measure(session, cluster_id=cluster.id, planned_cents=1000_00)
    planned(session, other, programme, 500_00)
    text = words(client.get("/en/plan/programmes"))
    for said in ("KIM", "Own share: 20%", "Für Kinder", "Freizeit", "For all clusters", "Apply until 1 Dec 2026"):
        assert said in text
    assert "Add a programme" not in text
    text = words(client.get(f"/en/plan/programmes/{programme.id}"))
    for said in ("Kostenlos.", "Amt", "https://example.org/kim", measure.number, "€60,000", "€500", "Granted"):
        assert said in text
    assert "Change the programme" not in text
    assert client.get("/en/plan/programmes/99999").status_code == 404
    assert "No programme fits these filters." in words(client.get("/en/plan/programmes?level=eu"))
    assert "KIM" in words(client.get(f"/en/plan/programmes?cluster={cluster.id}&year=2026&ended=yes"))


def test_an_empty_catalogue_says_so(client, session):
    assert "There is no programme yet." in words(client.get("/en/plan/programmes"))


def test_the_catalogue_goes_on_and_keeps_its_filters(client, session):
    for n in range(51):
        make_programme(session, name=f"P{n:02}", key=f"p{n}")
    page = client.get("/en/plan/programmes?level=state")
    further = tree(page).xpath("//nav[@class='paging']//a[@rel='next']/@href")[0]
    assert "level=state" in further
    page = client.get(further)
    assert "P50" in words(page)
    assert "P00" in words(client.get(tree(page).xpath("//nav[@class='paging']//a[@rel='prev']/@href")[0]))


def test_the_catalogue_is_kept_in_the_browser(client, session):
    cluster = make_cluster(session, "Freizeit")
    client.sign_in(make_account(session, Role.TREASURY))
    assert "Add a programme" in words(client.get("/en/plan/programmes"))
    path = "/en/desk/programmes/new"
    assert client.get(path).status_code == 200
    wrong = client.post(path, TYPED | {"last_year": "2020"})
    assert wrong.status_code == 422
    assert "The end comes before the beginning." in words(wrong)
    assert client.post(path, TYPED | {"clusters": str(cluster.id)}).status_code == 303
    made = session.scalars(sa.select(Programme)).one()
    assert (made.own_share, made.link, made.early_start) == (10, "https://example.org/ivo", True)
    edit = f"/en/desk/programmes/{made.id}/edit"
    seen = tree(client.get(edit)).xpath("//input[@name='seen']/@value")[0]
    typed = TYPED | {"seen": seen, "clusters": str(cluster.id)}
    assert client.post(edit, typed | {"deadline": "2030-01-01"}).status_code == 422
    assert client.post(edit, typed | {"seen": "gestern"}).status_code == 422
    assert client.post(edit, typed | {"own_share": "20", "why": "Neue Richtlinie"}).status_code == 303
    text = words(client.get(f"/en/plan/programmes/{made.id}"))
    for said in ("20%", "Funding programme changed", "Neue Richtlinie", "End the programme"):
        assert said in text
    end = f"/en/desk/programmes/{made.id}/end"
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": ""}).status_code == 422
    assert client.post(end, {"reason": "Ausgelaufen"}).status_code == 303
    assert client.post(end, {"reason": "Ausgelaufen"}).status_code == 422
    assert "Ended on 22 Nov 2026" in words(client.get(f"/en/plan/programmes/{made.id}"))
    assert "No programme is running." in words(client.get("/en/plan/programmes"))
    assert "Integration vor Ort" in words(client.get("/en/plan/programmes?ended=y"))

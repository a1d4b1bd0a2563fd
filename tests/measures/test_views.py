"""The measure page and its desk, as people use them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.controlling.models import StatusReport
from bihaelt.measures import queries
from bihaelt.measures.domain import Category, Light, MeasureState, Take, Takes
from bihaelt.measures.models import Measure
from bihaelt.measures.operations import draft, link, move
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from tests.browser import tree, words
from tests.factories import (
    make_account,
    make_cluster,
    make_field,
    make_group,
    make_measure,
    make_office,
    make_organisation,
    make_service,
)  # fmt: skip
from tests.measures.stage import accepted, completed, keeper


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


@pytest.fixture
def measure(session):
    return completed(session, make_measure(session))


def typed(session, measure, **values):
    """What the edit page holds, as a browser would send it back."""
    fields = {
        "seen": measure.changed_at.isoformat(), "title": "Ferienspiele", "body": "Kurz.",
        "cluster": str(measure.cluster_id), "need": "Es fehlt.", "need_check": "shown", "goal": "Mehr.",
        "office": str(measure.office_id or ""), "working_group": str(measure.working_group_id or ""),
        "service_check": "none", "funding_check": "unsuitable", "gender_checked": "y", "starts_on": "2026-11-01",
        "ends_on": "2027-06-30", "planned": "12.345,67",
    }  # fmt: skip
    return fields | values


def test_the_way_from_accepted_proposals_to_a_measure(client, session, owner):
    first, second = accepted(session, "Bänke"), accepted(session, "Brunnen", Outcome.PARTLY)
    client.sign_in(owner)
    page = client.get("/en/desk/measures/new")
    assert "Bänke" in words(page)
    path = f"/en/desk/measures/draft?proposal={first.id}&proposal={second.id}&proposal=x"
    assert tree(client.get(path)).xpath(f"count(//input[@name='takes_{first.id}'])") == 3
    fields = {f"takes_{first.id}": "fully", f"takes_{second.id}": "fully"}
    refused = client.post(path, fields)
    assert refused.status_code == 422
    assert "It cannot be taken over in full." in words(refused)
    fields |= {f"takes_{second.id}": "part", f"part_{second.id}": "Nur Trinkwasser"}
    answer = client.post(path, fields)
    assert answer.status_code == 303
    made = session.scalars(sa.select(Measure)).one()
    assert answer.location.endswith(f"/desk/measures/{made.id}/edit")
    shown = words(client.get(f"/en/measures/{made.id}"))
    assert "M001: Bänke" in shown
    assert "Nur Trinkwasser" in shown
    assert "Every accepted proposal has its measure." in words(client.get("/en/desk/measures/new"))
    assert "1 measure" in words(client.get("/en/desk/measures/new?all=yes"))
    assert client.get("/en/desk/measures/draft").status_code == 303


def test_the_sheet_is_edited_and_amounts_are_exact(client, session, owner, measure):
    field = make_field(session)
    service = make_service(session)
    client.sign_in(owner)
    path = f"/en/desk/measures/{measure.id}/edit"
    assert tree(client.get(path)).xpath("//input[@name='planned']/@value") == ["10000,00"]
    fields = typed(session, measure, fields_of_action=str(field.id), service_check="linked", service=str(service.id))
    answer = client.post(path, fields | {"why": "Neu berechnet"})
    assert answer.status_code == 303, words(answer)
    session.refresh(measure)
    assert (measure.planned_cents, measure.service_id) == (12_345_67, service.id)
    assert queries.field_ids(session, measure.id) == {field.id}
    text = words(client.get(f"/en/measures/{measure.id}"))
    assert "€12,345.67" in text
    assert "Neu berechnet" in text


def test_a_sheet_with_faults_is_shown_again(client, session, owner, measure):
    client.sign_in(owner)
    path = f"/en/desk/measures/{measure.id}/edit"
    wrong = client.post(path, typed(session, measure, title="", planned="viel", starts_on="gestern"))
    assert wrong.status_code == 422
    assert "Enter a title." in words(wrong)
    assert "viel" in wrong.text
    early = client.post(path, typed(session, measure, ends_on="2026-01-01"))
    assert "The end comes before the beginning." in words(early)
    for seen in ("", "kaputt", "2020-01-01", "2020-01-01T00:00:00+00:00"):
        stale = client.post(path, typed(session, measure, seen=seen))
        assert stale.status_code == 422
        assert "Somebody has changed this measure meanwhile." in words(stale)


def test_what_a_gate_wants_is_listed_where_it_is_missed(client, session, owner, measure, now):
    move(session, measure=measure, to=Category.B, reason="Fertig", by=keeper(session), now=now)
    client.sign_in(owner)
    refused = client.post(f"/en/desk/measures/{measure.id}/edit", typed(session, measure, goal="", office=""))
    assert refused.status_code == 422
    assert "The goal is written down" in words(refused)
    assert "An office is responsible" in words(refused)


def test_a_measure_is_moved_and_its_state_changed(client, session, owner, measure):
    client.sign_in(owner)
    path = f"/en/desk/measures/{measure.id}/move"
    assert "Nothing is missing." in words(client.get(path))
    assert client.post(path, {"to": "A", "reason": "Los"}).status_code == 422
    assert client.post(path, {"to": "B", "reason": "Los"}).status_code == 303
    assert "The measure is running or completed" in words(client.get(path))
    refused = client.post(path, {"to": "A", "reason": "Los"})
    assert "For category A something is still missing." in words(refused)
    state = f"/en/desk/measures/{measure.id}/state"
    assert client.get(state).status_code == 200
    assert client.post(state, {"to": "completed", "reason": "x"}).status_code == 422
    assert client.post(state, {"to": "decided", "reason": "Rat 4711"}).status_code == 303
    assert client.post(state, {"to": "running", "reason": " "}).status_code == 422
    session.refresh(measure)
    assert (measure.category, measure.state) == (Category.B, MeasureState.DECIDED)
    measure.state = MeasureState.ENDED
    session.flush()
    assert "This is the last state of a measure." in words(client.get(state))


def test_a_move_to_a_is_the_end_of_the_way_up(client, session, owner, now):
    measure = completed(session, make_measure(session, category=Category.A, ad_hoc=True), ad_hoc=True)
    client.sign_in(owner)
    assert "Still missing" not in words(client.get(f"/en/desk/measures/{measure.id}/move"))
    assert "Set going at once" in words(client.get(f"/en/measures/{measure.id}"))


def test_money_and_reports_are_entered(client, session, owner, measure, now):
    move(session, measure=measure, to=Category.B, reason="Fertig", by=keeper(session), now=now)
    client.sign_in(owner)
    figures = f"/en/desk/measures/{measure.id}/figures"
    assert client.post(figures, {"committed": "99.999", "spent": "0", "reason": "x"}).status_code == 422
    assert client.post(figures, {"committed": "5.000,01", "spent": "0,99", "reason": "Vertrag"}).status_code == 303
    session.refresh(measure)
    assert (measure.committed_cents, measure.spent_cents) == (5_000_01, 99)
    path = f"/en/desk/measures/{measure.id}/report"
    report = {
        "period": "2026-H2",
        "time": "green",
        "cost": "red",
        "goal": "grey",
        "text": "Ausgebucht.",
        "next_step": "Mehr",
    }
    assert client.get(path).status_code == 200
    assert client.post(path, report | {"period": "2020-H1"}).status_code == 422
    assert client.post(path, report).status_code == 303
    assert "There is a report for this half-year already." in words(client.post(path, report))
    assert session.scalars(sa.select(StatusReport)).one().cost is Light.RED
    text = words(client.get(f"/en/measures/{measure.id}"))
    assert "Ausgebucht." in text
    assert "In trouble" in text


def test_proposals_are_linked_and_unlinked(client, session, owner, measure):
    proposal = accepted(session, "Brunnen")
    client.sign_in(owner)
    path = f"/en/desk/measures/{measure.id}/origin"
    assert client.post(path, {"proposal": "x", "takes": "fully"}).status_code == 422
    assert client.post(path, {"proposal": "99999", "takes": "fully"}).status_code == 422
    assert client.post(path, {"proposal": str(proposal.id), "takes": "fully"}).status_code == 303
    assert "Brunnen" in words(client.get(path))
    remove = f"{path}/{proposal.id}/remove"
    assert client.get(remove).status_code == 200
    assert client.post(remove, {"why": ""}).status_code == 422
    assert client.post(remove, {"why": "Verwechselt"}).status_code == 303
    assert queries.origins(session, measure.id, ["de"]) == []


@pytest.mark.parametrize("lang", ["de", "leicht", "ar"])
def test_everybody_reads_the_whole_sheet_and_no_tools(client, session, measure, lang):
    measure.carrier_id = make_organisation(session, "Jugendring").id
    measure.working_group_id = make_group(session, "AG Sport").id
    session.flush()
    answer = client.get(f"/{lang}/measures/{measure.id}")
    text = words(answer)
    for said in ("Jugendring", "AG Sport", "Mehr Kinder nehmen teil.", "Es fehlt."):
        assert said in text
    assert f"/desk/measures/{measure.id}" not in answer.text
    assert answer.headers["Cache-Control"].startswith("public")


def test_a_translated_sheet_leads_to_its_original_and_back(client, session, measure, now):
    original = current_version(session, measure.text_id, "de")
    translate(
        session, text=session.get(Text, measure.text_id), language="en", words=Words("Holiday games", "Short.", {}),
        status=Status.MACHINE, made_from=original, now=now,
    )  # fmt: skip
    page = client.get(f"/en/measures/{measure.id}")
    assert "Holiday games" in words(page)
    assert "Translated by machine" in words(page)
    there = client.get(f"/en/measures/{measure.id}?original=1")
    assert "Kurzbeschreibung." in words(there)
    assert "Back to your language" in words(there)


def test_an_editor_of_another_office_reads_why_they_cannot_change_it(client, session, measure):
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=make_office(session)))
    assert "Another office is responsible for this measure." in words(client.get(f"/en/measures/{measure.id}"))
    for name in ("edit", "move", "state", "figures", "report", "origin", "origin/1/remove", "funding"):
        assert client.get(f"/en/desk/measures/{measure.id}/{name}").status_code == 403
        assert client.get(f"/en/desk/measures/99999/{name}").status_code == 404
    assert client.get("/en/measures/99999").status_code == 404


def test_desks_are_closed_to_others(client, session, measure):
    client.sign_in(make_account(session))
    for path in ("desk/measures", "desk/measures/new", "desk/measures/draft"):
        assert client.get(f"/en/{path}").status_code == 403


def test_a_proposals_page_can_show_its_measures(app, session, owner, now):
    proposal = accepted(session)
    draft(session, takes=[Take(proposal.id, Takes.PART, "Die Bänke")], by=keeper(session), now=now)
    taken = queries.measures_from(session, proposal.id, ["de"])
    from_template = app.jinja_env.get_template("measures/_from_proposal.html")
    with app.test_request_context("/en/"):
        text = from_template.render(taken=taken)
    assert "M001" in text
    assert "Die Bänke" in text


@pytest.mark.parametrize("number", [1, 3, 50])
def test_pages_cost_the_same_however_much_they_show(client, session, owner, now, count_queries, number):
    cluster = make_cluster(session)
    measure = make_measure(session)
    for n in range(number):
        make_measure(session, cluster_id=cluster.id)
        link(session, measure=measure, take=Take(accepted(session, cluster_id=cluster.id).id, Takes.FULLY),
             by=keeper(session), now=now + timedelta(hours=n))  # fmt: skip
    counts = {}
    for path in (f"measures/{measure.id}",):
        client.get(f"/de/{path}")
        with count_queries() as seen:
            client.get(f"/de/{path}")
        counts[path.split("/")[0]] = len(seen)
    client.sign_in(owner)
    for path in ("desk/measures", "desk/measures/new?all=yes"):
        client.get(f"/de/{path}")
        with count_queries() as seen:
            client.get(f"/de/{path}")
        counts[path] = len(seen)
    assert counts == {"measures": 10, "desk/measures": 4, "desk/measures/new?all=yes": 4}


def test_the_desk_pages_both_ways(session, now):
    made = [make_measure(session) for _ in range(5)]
    proposals = [accepted(session, f"P{n}") for n in range(5)]
    today = now.date()
    first = queries.desk(session, ["de"], today, size=2)
    second = queries.desk(session, ["de"], today, size=2, cursor=decode(first.older))
    assert [row.measure.id for row in second.rows] == [made[2].id, made[3].id]
    assert queries.desk(session, ["de"], today, size=2, cursor=decode(second.newer)).rows == first.rows
    first = queries.accepted(session, ["de"], size=2)
    second = queries.accepted(session, ["de"], size=2, cursor=decode(first.older))
    assert [row.proposal_id for row in second.rows] == [proposals[2].id, proposals[1].id]
    assert queries.accepted(session, ["de"], size=2, cursor=decode(second.newer)).rows == first.rows
    assert queries.titles(session, [made[0].id], ["de"])[made[0].id].title == "Ferienspiele"


def decode(cursor):
    return Cursor.decode(cursor, (int,))

"""The measure page and its desk, as people use them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.measures import queries
from bihaelt.measures.domain import Brake, Category, MeasureState, OpenPointKind, PartnerRole, Signature, Take, Takes
from bihaelt.measures.models import Consultation, Cosignature, Measure, Override
from bihaelt.measures.operations import add_milestone, add_partner, add_point, draft, fill, join, link, move
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
)  # fmt: skip
from tests.measures.stage import accepted, completed, keeper, said


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


@pytest.fixture
def measure(session):
    return completed(session, make_measure(session))


def section(measure, name):
    return f"/en/desk/measures/{measure.id}/sheet/{name}"


def typed(client, path, **values):
    """What a section's form holds, as a browser would send it back."""
    form = tree(client.get(path)).xpath("//form[.//input[@name='seen']]")[0]
    fields = {
        field.get("name"): field.get("value", "")
        for field in form.xpath(".//input[@type!='checkbox' and @type!='radio']")
    }
    fields |= {field.get("name"): (field.text or "").strip() for field in form.xpath(".//textarea")}
    fields |= {field.get("name"): field.get("value", "y") for field in form.xpath(".//input[@checked]")}
    for select in form.xpath(".//select"):
        fields[select.get("name")] = next(iter(select.xpath("./option[@selected]/@value")), "")
    return {name: value for name, value in fields.items() if name != "form_token"} | values


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
    assert answer.location.endswith(f"/desk/measures/{made.id}/sheet")
    shown = words(client.get(f"/en/measures/{made.id}"))
    assert "M001: Bänke" in shown
    assert "Nur Trinkwasser" in shown
    assert "Every accepted proposal has its measure." in words(client.get("/en/desk/measures/new"))
    assert "1 measure" in words(client.get("/en/desk/measures/new?all=yes"))
    assert client.get("/en/desk/measures/draft").status_code == 303


def test_each_section_is_saved_on_its_own_and_amounts_are_exact(client, session, owner, measure):
    field = make_field(session)
    client.sign_in(owner)
    money, basics = section(measure, "money"), section(measure, "basics")
    assert tree(client.get(money)).xpath("//input[@name='planned']/@value") == ["10000,00"]
    old = typed(client, basics, fields_of_action=str(field.id), place="Kesselbrink", why="Genauer")
    rows = {"staff_2026": "1.000,01", "material_2026": "2.000", "staff_2027": "9.345,66", "product_group": "11.06.01"}
    answer = client.post(money, typed(client, money, **rows, why="Neu berechnet"))
    assert answer.status_code == 303, words(answer)
    session.refresh(measure)
    assert (measure.planned_cents, measure.product_group) == (12_345_67, "11.06.01")
    assert client.post(basics, old).status_code == 303
    session.refresh(measure)
    assert measure.place == "Kesselbrink"
    assert queries.field_ids(session, measure.id) == {field.id}
    text = words(client.get(f"/en/measures/{measure.id}"))
    for phrase in ("€12,345.67", "€3,000.01", "Neu berechnet", "Genauer", "Kesselbrink", "11.06.01"):
        assert phrase in text


def test_a_section_with_faults_is_shown_again(client, session, owner, measure):
    client.sign_in(owner)
    basics, time, money = (section(measure, name) for name in ("basics", "time", "money"))
    wrong = client.post(basics, typed(client, basics, title=""))
    assert wrong.status_code == 422
    assert "Enter a title." in words(wrong)
    assert "viel" in client.post(money, typed(client, money, planned="viel")).text
    early = client.post(time, typed(client, time, ends_on="2026-01-01"))
    assert "The end comes before the beginning." in words(early)
    stale = client.post(basics, typed(client, basics, seen="kaputt", title="Neu"))
    assert stale.status_code == 422
    assert "Somebody has changed this section meanwhile." in words(stale)
    assert client.get(section(measure, "nothing")).status_code == 404


@pytest.mark.parametrize("name", ["basics", "need", "people", "access", "responsible", "time", "money", "outlook"])
def test_a_section_that_is_sent_back_as_it_is_changes_nothing(client, session, owner, measure, name):
    client.sign_in(owner)
    before = queries.sheet(session, measure)
    fields = typed(client, section(measure, name))
    assert client.post(section(measure, name), fields).status_code == 303
    session.refresh(measure)
    assert queries.sheet(session, measure) == before


def test_access_is_described_in_fields(client, session, owner, measure):
    client.sign_in(owner)
    path = section(measure, "access")
    fields = typed(client, path) | {
        "languages": ["de", "ar"], "cost": "free_for_some", "free_for": "Kinder", "entry": "walk_in", "childcare": "y",
    }  # fmt: skip
    assert client.post(path, fields).status_code == 303
    text = words(client.get(f"/en/measures/{measure.id}"))
    for phrase in ("Free of charge for some", "Kinder", "Just come along", "العربية"):
        assert phrase in text


def test_what_a_gate_wants_is_listed_where_it_is_missed(client, session, owner, measure, now):
    move(session, measure=measure, to=Category.B, reason="Fertig", by=keeper(session), now=now)
    client.sign_in(owner)
    for name, lost, phrase in (
        ("need", {"goal": ""}, "The goal is written down"),
        ("responsible", {"office": ""}, "An office is responsible"),
    ):
        refused = client.post(section(measure, name), typed(client, section(measure, name)) | lost)
        assert refused.status_code == 422
        assert phrase in words(refused)
    overview = words(client.get(f"/en/desk/measures/{measure.id}/sheet"))
    assert "It is said who carries it out" in overview
    assert "Complete" in overview


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
    assert client.post(state, {"to": "decided", "reason": "Rat 4711"}).status_code == 422
    assert client.post(state, {"to": "running", "reason": "Los"}).status_code == 422
    assert client.post(state, {"to": "idea", "reason": "Noch nicht reif"}).status_code == 303
    session.refresh(measure)
    assert (measure.category, measure.state) == (Category.B, MeasureState.IDEA)
    measure.state = MeasureState.ENDED
    session.flush()
    assert "This is the last state of a measure." in words(client.get(state))


def test_a_move_to_a_is_the_end_of_the_way_up(client, session, owner, now):
    measure = completed(session, make_measure(session, category=Category.A), ad_hoc=True, confirm_by=date(2026, 12, 31))
    client.sign_in(owner)
    assert "Still missing" not in words(client.get(f"/en/desk/measures/{measure.id}/move"))
    assert "Set going at once" in words(client.get(f"/en/measures/{measure.id}"))


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
    for phrase in ("Jugendring", "AG Sport", "Mehr Kinder nehmen teil.", "Es fehlt."):
        assert phrase in text
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
    for name in ("sheet", "sheet/basics", "move", "state", "report", "origin", "origin/1/remove", "funding"):
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
    with app.test_request_context("/en/"):
        text = app.jinja_env.get_template("measures/_from_proposal.html").module.measures(taken)
    assert "M001" in text
    assert "Die Bänke" in text


def test_pages_cost_the_same_however_much_they_show(client, session, owner, now, count_queries):
    cluster, by, made = make_cluster(session), keeper(session), 0
    measure = make_measure(session)
    found = []
    client.sign_in(owner)
    for number in (1, 3, 50):
        for n in range(made, number):
            other = make_measure(session, cluster_id=cluster.id)
            proposal = accepted(session, cluster_id=cluster.id)
            link(session, measure=measure, take=Take(proposal.id, Takes.FULLY), by=by, now=now + timedelta(hours=n))
            fill_lists(session, measure, other, by, now, n)
        made = number
        found.append([cost(client, count_queries, path) for path in (
            f"measures/{measure.id}", f"measures/{measure.id}/versions", "desk/measures", "desk/measures/new?all=yes",
            f"desk/measures/{measure.id}/sheet", "desk/co-signatures?all=yes",
        )])  # fmt: skip
    assert found[0] == found[1] == found[2]
    assert found[0][2:4] == [5, 3]


def fill_lists(session, measure, other, by, now, n):
    day = date(2026, 12, 1) + timedelta(days=n)
    add_milestone(session, measure=measure, title=f"Schritt {n}", due_on=day, by=by, now=now)
    add_point(
        session, measure=measure, kind=OpenPointKind.AGREE, title=f"Punkt {n}", office_id=None, who="AG", due_on=day,
        by=by, now=now,
    )  # fmt: skip
    add_partner(
        session, measure=measure, organisation_id=make_organisation(session).id, office_id=None,
        role=PartnerRole.PARTNER, by=by, now=now,
    )  # fmt: skip
    join(session, predecessor=measure, successor=other, by=by, now=now)
    session.add(
        Cosignature(
            measure_id=measure.id, round=1, office_id=make_office(session).id, due_on=day, asked_at=now,
            state=Signature.OPEN,
        )
    )  # fmt: skip
    session.add(Consultation(measure_id=measure.id, body="Rat", meeting_on=day, paper="1/2025-2030", created_at=now))
    fill(session, measure=measure, change=said(goal=f"Ziel {n}"), by=by, now=now)
    session.add(Override(measure_id=measure.id, brake=Brake.DUPLICATE, other_id=other.id, reason="Anders", at=now))
    session.flush()


def cost(client, count_queries, path):
    client.get(f"/de/{path}")
    with count_queries() as seen:
        client.get(f"/de/{path}")
    return len(seen)


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

"""The way to a decision in the browser: offices, bodies, changes, the brake and the lists of the sheet."""

from datetime import date

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.measures import queries
from bihaelt.measures.domain import MeasureState
from bihaelt.measures.models import Cosignature
from tests.browser import words
from tests.factories import make_account, make_measure, make_office, make_organisation
from tests.measures.stage import completed, decidable, decided, on_agenda


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


@pytest.fixture
def measure(session, now):
    return decidable(session, make_measure(session), now)


def test_from_the_draft_to_a_decision(client, session, owner, measure, now):
    office = make_office(session, "Gesundheitsamt")
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    client.sign_in(owner)
    path = f"/en/desk/measures/{measure.id}/co-signing"
    assert client.post(path, {"offices": [], "due_on": "2026-12-06"}).status_code == 422
    assert client.post(path, {"offices": [str(office.id)], "due_on": "2026-12-06"}).status_code == 303
    row = session.query(Cosignature).one()
    answer = f"/en/desk/co-signatures/{row.id}"
    assert client.post(answer, {"answer": "sign"}).status_code == 403
    client.sign_in(editor)
    assert "Gesundheitsamt" in words(client.get("/en/desk/co-signatures"))
    assert client.post(answer, {"answer": "object", "reason": ""}).status_code == 422
    assert client.post(answer, {"answer": "sign"}).status_code == 303
    assert "Nothing waits to be co-signed." in words(client.get("/en/desk/co-signatures?all=yes"))
    client.sign_in(make_account(session, Role.COUNCIL_CLERK))
    agenda = f"/en/desk/measures/{measure.id}/agenda"
    meeting = {"body": "Rat der Stadt", "meeting_on": "2026-11-20", "paper": "4711"}
    assert client.post(agenda, meeting).status_code == 422
    assert client.post(agenda, meeting | {"paper": "4711/2025-2030"}).status_code == 303
    page = client.get(f"/en/measures/{measure.id}")
    assert "Note the result" in words(page)
    (row,) = queries.consultations(session, measure.id)
    result = f"/en/desk/measures/{measure.id}/meetings/{row.id}"
    assert client.post(result, {"advice": "rejected", "note": ""}).status_code == 422
    assert client.post(result, {"advice": "decided", "note": "Wie vorgeschlagen"}).status_code == 303
    session.refresh(measure)
    assert measure.state is MeasureState.DECIDED
    assert "4711/2025-2030" in words(client.get(f"/en/measures/{measure.id}"))
    assert client.get(f"/en/desk/measures/{measure.id}/meetings/99999").status_code == 404


def test_a_meeting_of_another_measure_is_not_there(client, session, owner, measure, now):
    row = on_agenda(session, measure, now, reason="Los")
    client.sign_in(owner)
    other = make_measure(session)
    assert client.get(f"/en/desk/measures/{other.id}/meetings/{row.id}").status_code == 404
    assert client.post(f"/en/desk/measures/{measure.id}/meetings/{row.id}", {"advice": "deferred"}).status_code == 303


def test_a_decided_sheet_is_locked_and_changed_in_a_draft_of_its_own(client, session, owner, measure, now):
    decided(session, measure, now)
    client.sign_in(owner)
    need = f"/en/desk/measures/{measure.id}/sheet/need"
    assert "It changes by a new decision only" in words(client.get(need))
    begin = f"/en/desk/measures/{measure.id}/change/begin"
    assert client.post(begin, {"reason": ""}).status_code == 422
    assert client.post(begin, {"reason": "Mehr Nachfrage"}).status_code == 303
    assert client.post(begin, {"reason": "Noch eine"}).status_code == 422
    assert client.post(need, {"goal": "Zehntausend"}).status_code == 303
    change = words(client.get(f"/en/desk/measures/{measure.id}/change"))
    assert "Zehntausend" in change
    public = words(client.get(f"/en/measures/{measure.id}"))
    assert "A change is under way" in public
    assert "Zehntausend" not in public
    withdraw = f"/en/desk/measures/{measure.id}/change/withdrawn"
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "Doch nicht"}).status_code == 303
    assert client.get(withdraw).status_code == 404


def test_a_brake_is_released_by_the_plans_owner_in_public(client, session, owner, now):
    measure = completed(session, make_measure(session), ends_on=None)
    twin = make_measure(session, "Ferienspiele", cluster_id=measure.cluster_id)
    client.sign_in(owner)
    sheet = words(client.get(f"/en/desk/measures/{measure.id}/sheet"))
    assert "There is neither an end nor a day on which it is reviewed" in sheet
    path = f"/en/desk/measures/{measure.id}/brake/end"
    assert client.get(f"/en/desk/measures/{measure.id}/brake/duplicate?other={twin.id}").status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "Feste Reihe"}).status_code == 303
    assert client.post(path, {"reason": "Noch einmal"}).status_code == 422
    assert "Feste Reihe" in words(client.get(f"/en/measures/{measure.id}"))
    refused = client.post(f"/en/desk/measures/{measure.id}/move", {"to": "B", "reason": "Los"})
    assert "The brake holds this measure back." in words(refused)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR))
    assert client.get(path).status_code == 403


def test_an_unconfirmed_measure_says_so_in_public(client, session):
    measure = make_measure(session, ad_hoc=True, confirm_by=date(2026, 11, 1))
    assert "A body should have confirmed this measure" in words(client.get(f"/en/measures/{measure.id}"))


def test_the_lists_of_a_sheet_are_kept(client, session, owner, measure):
    client.sign_in(owner)
    base = f"/en/desk/measures/{measure.id}/sheet"
    other, organisation = make_measure(session), make_organisation(session, "Jugendring")
    point = {"kind": "agree", "title": "Geld", "who": "AG Sport", "due_on": "2026-12-01"}
    for name, fields, wrong in (
        ("milestones", {"title": "Beginn", "due_on": "2026-12-01"}, {"title": ""}),
        ("points", point, {"who": ""}),
        ("partners", {"role": "partner", "organisation": str(organisation.id)}, {"organisation": ""}),
        ("line", {"direction": "before", "number": other.number}, {"number": "M000"}),
    ):
        assert client.get(f"{base}/{name}").status_code == 200
        assert client.post(f"{base}/{name}", fields | wrong).status_code == 422
        assert client.post(f"{base}/{name}", fields).status_code == 303
        assert client.get(f"{base}/{name}").status_code == 200
    text = words(client.get(f"/en/measures/{measure.id}"))
    for phrase in ("Beginn", "Geld", "AG Sport", "Jugendring", other.number):
        assert phrase in text
    (milestone,) = queries.milestones(session, measure.id, ["de"])
    (row,) = queries.open_points(session, measure.id, ["de"])
    for name, fields in (
        (f"milestones/{milestone.id}", {"title": "Start", "due_on": "2026-12-01"}), (f"points/{row.id}", point),
    ):  # fmt: skip
        assert client.get(f"{base}/{name}").status_code == 200
        assert client.post(f"{base}/{name}", fields | {"done_on": "2030-01-01"}).status_code == 422
        assert client.post(f"{base}/{name}", fields | {"done_on": "2026-11-01"}).status_code == 303
        assert client.get(f"/en/desk/measures/{other.id}/sheet/{name}").status_code == 404
        assert client.post(f"{base}/{name}/remove", {}).status_code == 303
    row = next(row for row in queries.partners(session, measure.id) if row.role == "partner")
    assert client.post(f"{base}/partners/{row.id}/remove", {}).status_code == 303
    assert client.post(f"{base}/line/{other.id}/remove", {"direction": "before"}).status_code == 303
    assert not queries.line(session, measure.id, ["de"]).predecessors


def test_versions_say_what_changed_in_words_and_facts(client, session, owner, measure):
    client.sign_in(owner)
    base = f"/en/desk/measures/{measure.id}/sheet"
    fields = {"title": "Ferienspiele", "body": "Kurz.", "cluster": str(measure.cluster_id)}
    fields |= {"kind": "concept", "place": "Kesselbrink", "why": "Genauer"}
    assert client.post(f"{base}/basics", fields).status_code == 303
    access = {"languages": ["ar"], "cost": "free", "entry": "walk_in", "childcare": "y", "free_for": "alle"}
    assert client.post(f"{base}/access", access).status_code == 303
    assert client.post(f"{base}/money", {"staff_2026": "100", "product_group": "11.06.01"}).status_code == 303
    last = queries.last_version(session, measure.id).number
    pages = [words(client.get(f"/en/measures/{measure.id}/versions/{n}")) for n in range(1, last + 1)]
    text = " ".join(pages)
    for phrase in ("Concept", "Kesselbrink", "العربية", "Free of charge", "Just come along", "11.06.01", "€100"):
        assert phrase in text
    assert "Genauer" in words(client.get(f"/en/measures/{measure.id}/versions"))
    assert client.get(f"/en/measures/{measure.id}/versions/{last + 1}").status_code == 404
    empty = make_measure(session)
    assert "Nothing has changed yet." in words(client.get(f"/en/measures/{empty.id}/versions"))


def test_the_desk_is_filtered(client, session, owner, measure):
    make_measure(session, "Altes", confirm_by=date(2026, 11, 1), ad_hoc=True)
    client.sign_in(owner)
    assert "Altes" not in words(client.get(f"/en/desk/measures?office={measure.office_id}&state=draft"))
    assert "Confirmation overdue" in words(client.get("/en/desk/measures?overdue=y"))

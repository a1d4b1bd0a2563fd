"""Registering an organisation."""

from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain.names import BadName, skeleton
from bihaelt.organisations.domain import Kind, OrganisationState, organisation_name
from bihaelt.organisations.models import Delegation, Organisation
from bihaelt.organisations.operations.entries import _add
from bihaelt.outbox.models import Letter
from bihaelt.verdicts import DomainError
from tests.browser import tree, words
from tests.factories import (
    NOW,
    make_office,
)
from tests.organisations.asking import ASK, TODAY, acts, asked


def test_a_visitor_is_sent_to_sign_in_before_registering(client, session):
    assert client.get("/de/organisations/register").status_code == 302


def test_a_person_registers_an_organisation_and_the_office_verifies_it(session, client, cast):
    client.sign_in(cast.citizen)
    assert client.get("/de/organisations/register").status_code == 200
    answer = client.post("/de/organisations/register", ASK)
    assert answer.status_code == 303
    organisation = session.scalar(sa.select(Organisation).where(Organisation.name == "Fahrradwerkstatt e. V."))
    assert organisation.state is OrganisationState.REQUESTED
    assert organisation.name_key == skeleton("Fahrradwerkstatt e. V.")
    assert organisation.due_on == date(2026, 12, 4)
    assert client.get(answer.location).status_code == 200
    client.sign_in(cast.moderator)
    assert "Fahrradwerkstatt" in words(client.get("/de/desk/organisations"))
    assert cast.citizen.email in words(client.get(f"/de/desk/organisations/{organisation.id}"))
    assert client.post(f"/de/desk/organisations/{organisation.id}/verify").status_code == 303
    session.refresh(organisation)
    assert organisation.state is OrganisationState.VERIFIED
    seat = session.scalar(sa.select(Delegation).where(Delegation.organisation_id == organisation.id))
    assert (seat.account_id, seat.title, seat.is_admin, seat.starts_on) == (cast.citizen.id, "Vorsitz", True, TODAY)
    letter = session.scalar(sa.select(Letter))
    assert (letter.kind, letter.email) == ("organisation_verified", cast.citizen.email)
    assert acts(session) == [
        ("organisation.registered", "citizen", False), ("organisation.verified", "moderator", True),
    ]  # fmt: skip
    assert client.sign_in(cast.citizen).get(f"/de/organisations/{organisation.id}/delegates").status_code == 200


def test_a_double_submit_registers_one_organisation(session, client, cast):
    client.sign_in(cast.citizen)
    token = client.form_token()
    for _ in range(2):
        assert client.post("/de/organisations/register", ASK | {"form_token": token}).status_code == 303
    assert (
        session.scalar(sa.select(sa.func.count()).select_from(Organisation).where(Organisation.kind == Kind.CLUB)) == 1
    )


@pytest.mark.parametrize("name", [
    "Jugendrіng", "JUGENDRING", "Ｊugendring", "Jugendring ", "Jugendr1ng", "Jugendamt", "Stadtverwaltung Bielefeld",
    "Oberbürgermeister", "Rad​verein", "X", "!!!", "www.rad.de", "<b>Rad</b>", "R" * 161, "Rad\u202everein", "",
])  # fmt: skip
def test_names_that_look_like_another_or_sound_official_are_refused(session, client, cast, name):
    cast.organisation.name_key = skeleton("Jugendring")
    make_office(session, "Jugendamt")
    client.sign_in(cast.citizen)
    answer = client.post("/de/organisations/register", ASK | {"name": name})
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@id='name-error']")
    assert "Wir reparieren" in answer.text


@pytest.mark.parametrize("name", ["Größe & Co.", "Łódź-Verein", "جمعية الأمل", "Дружба", "REGE mbH"])
def test_fair_names_are_accepted(session, client, cast, name):
    client.sign_in(cast.citizen)
    assert client.post("/de/organisations/register", ASK | {"name": name}).status_code == 303


@pytest.mark.parametrize(("field", "value"), [
    ("website", "javascript:alert(1)"), ("website", "rad.example"), ("website", "https://a b.de"), ("contact", "nobody"),
    ("kind", "empire"), ("umbrella_id", "999999"), ("umbrella_id", "abc"), ("title", ""), ("entitled", None),
    ("description", "x" * 3001), ("title", "x\x00y"), ("title", "x" * 121),
])  # fmt: skip
def test_bad_entries_are_said_at_their_field_and_nothing_is_stored(session, client, cast, field, value):
    client.sign_in(cast.citizen)
    data = {key: typed for key, typed in (ASK | {field: value}).items() if typed is not None}
    assert client.post("/de/organisations/register", data).status_code == 422
    assert session.scalar(sa.select(Organisation).where(Organisation.kind == Kind.CLUB)) is None


def test_one_person_cannot_fill_the_desk(session, client, cast):
    for n in range(3):
        asked(session, cast.citizen, name=f"Verein {n}")
    client.sign_in(cast.citizen)
    assert client.post("/de/organisations/register", ASK).status_code == 422


def test_an_expired_token_keeps_what_was_typed(session, client, cast):
    client.sign_in(cast.citizen)
    answer = client.post("/de/organisations/register", ASK, token=False)
    assert answer.status_code == 422
    assert "Wir reparieren" in answer.text


def test_the_domain_itself_refuses_invisible_characters():
    with pytest.raises(BadName):
        organisation_name("Rad\u200bverein")
    assert organisation_name(" Stadtverwaltung  Mitte ", by_office=True) == "Stadtverwaltung Mitte"


def test_the_database_has_the_last_word_on_a_name(session, cast):
    twin = Organisation(
        name="Zwilling", name_key=cast.organisation.name_key, kind=Kind.CLUB, state=OrganisationState.REQUESTED,
        requested_at=NOW,
    )  # fmt: skip
    with pytest.raises(DomainError):
        _add(session, twin)


def test_an_organisation_without_words_stays_without_a_text(session, client, cast):
    client.sign_in(cast.citizen)
    assert client.post("/de/organisations/register", ASK | {"description": ""}).status_code == 303
    organisation = session.scalars(sa.select(Organisation).where(Organisation.kind == Kind.CLUB)).one()
    client.sign_in(cast.organisation_admin)
    assert (
        client.post(f"/de/organisations/{cast.organisation.id}/edit", {"contact": "a@example.org"}).status_code == 303
    )
    assert (organisation.text_id, cast.organisation.text_id) == (None, None)

"""The office verifies, refuses, suspends and changes organisations."""

import pytest
import sqlalchemy as sa

from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.organisations import operations
from bihaelt.organisations.domain import Kind, OrganisationState
from bihaelt.organisations.models import Delegation, Organisation
from bihaelt.outbox.models import Letter
from bihaelt.verdicts import DomainError
from tests.browser import words
from tests.factories import (
    NOW,
    make_organisation,
)
from tests.organisations.asking import TODAY, acts, asked


def test_only_the_office_sees_and_uses_the_desk(session, client, cast):
    organisation = asked(session, cast.stranger)
    offices = {cast.moderator, cast.other_moderator, cast.plan_owner, cast.admin}
    others = {cast.citizen, cast.delegate, cast.organisation_admin, cast.translator, cast.editor, cast.council_clerk}
    paths = ["", f"/{organisation.id}", f"/{organisation.id}/arrange"]
    for person in offices | others:
        client.sign_in(person)
        for path in paths:
            assert client.get(f"/de/desk/organisations{path}").status_code == (200 if person in offices else 403)
    for act in ("verify", "refuse", "arrange"):
        assert client.sign_in(cast.citizen).post(f"/de/desk/organisations/{organisation.id}/{act}").status_code == 403
        status = client.post(f"/de/desk/organisations/{cast.organisation.id}/{act}").status_code
        assert status == 403


def test_nobody_verifies_an_organisation_for_themselves(session, client, cast):
    organisation = asked(session, cast.moderator)
    client.sign_in(cast.moderator)
    assert client.post(f"/de/desk/organisations/{organisation.id}/verify").status_code == 403
    assert (
        client.sign_in(cast.other_moderator).post(f"/de/desk/organisations/{organisation.id}/verify").status_code == 303
    )


def test_a_refusal_needs_a_reason_and_reaches_the_requester_only(session, client, cast):
    organisation = asked(session, cast.citizen)
    client.sign_in(cast.moderator)
    address = f"/de/desk/organisations/{organisation.id}/refuse"
    assert client.post(address, {"refuse-reason": " "}).status_code == 422
    assert client.post(address, {"refuse-reason": "Nicht im Register."}).status_code == 303
    assert organisation.state is OrganisationState.REFUSED
    letter = session.scalar(sa.select(Letter))
    assert (letter.kind, letter.context["why"]) == ("organisation_refused", "Nicht im Register.")
    assert acts(session)[-1] == ("organisation.refused", "moderator", False)
    assert client.post(address, {"refuse-reason": "Noch einmal."}).status_code == 409


def test_a_suspended_organisation_is_silent_until_it_is_restored(session, client, cast):
    client.sign_in(cast.moderator)
    address = f"/de/desk/organisations/{cast.organisation.id}"
    assert client.post(f"{address}/suspend", {"suspend-reason": "Aufgelöst."}).status_code == 303
    assert "Aufgelöst." in words(client.get(f"/de/organisations/{cast.organisation.id}"))
    client.sign_in(cast.organisation_admin)
    assert client.get(f"/de/organisations/{cast.organisation.id}/delegates").status_code == 403
    assert client.get("/de/organisations/mine").status_code == 200
    client.sign_in(cast.moderator)
    assert client.post(f"{address}/suspend", {"suspend-reason": "Noch einmal."}).status_code == 409
    assert client.post(f"{address}/restore", {"restore-reason": "Neu gegründet."}).status_code == 303
    assert client.post(f"{address}/restore", {"restore-reason": "Noch einmal."}).status_code == 409
    kinds = [row.kind for row in session.scalars(sa.select(Letter).order_by(Letter.id))]
    assert kinds == ["organisation_suspended", "organisation_restored"]


def test_the_office_changes_name_umbrella_and_seats(session, client, cast):
    umbrella = make_organisation(session, "Dach", kind=Kind.UMBRELLA)
    client.sign_in(cast.plan_owner)
    address = f"/de/desk/organisations/{cast.organisation.id}/arrange"
    assert client.get(address).status_code == 200
    new = {"name": "Stadtjugendring", "kind": "association", "umbrella_id": str(umbrella.id), "seats": "4"}
    assert client.post(address, new).status_code == 303
    organisation = cast.organisation
    assert (organisation.name, organisation.umbrella_id, organisation.seats) == ("Stadtjugendring", umbrella.id, 4)
    assert organisation.sort_key == "stadtjugendring"
    entry = session.scalars(sa.select(JournalEntry)).one()
    assert entry.details == {
        "former_name": "Jugendring",
        "organisation_kind": "association",
        "umbrella": "Dach",
        "seats": 4,
    }
    assert "Jugendring" in words(client.get(f"/de/organisations/{organisation.id}"))


def test_umbrellas_cannot_go_in_a_circle(session, client, cast):
    top = make_organisation(session, "Oben")
    middle = make_organisation(session, "Mitte", umbrella_id=top.id)
    low = make_organisation(session, "Unten", umbrella_id=middle.id)
    client.sign_in(cast.admin)
    for umbrella in (top, middle, low):
        data = {"name": "Oben", "kind": "umbrella", "umbrella_id": str(umbrella.id), "seats": "1"}
        assert client.post(f"/de/desk/organisations/{top.id}/arrange", data).status_code == 422
    session.refresh(top)
    assert top.umbrella_id is None


@pytest.mark.parametrize("seats", ["0", "-1", "1", "100", "x", "", "99999999999999999999"])
def test_seats_are_a_plain_number_and_not_fewer_than_voting_delegates(session, client, cast, seats):
    client.sign_in(cast.admin)
    data = {"name": "Jugendring", "kind": "association", "umbrella_id": "", "seats": seats}
    assert client.post(f"/de/desk/organisations/{cast.organisation.id}/arrange", data).status_code == 422


def test_the_desk_takes_the_same_statements_at_any_length(session, client, cast, count_queries):
    client.sign_in(cast.moderator)
    counts = []
    for upto in (1, 3, 50):
        waiting = sa.select(sa.func.count()).where(Organisation.state == OrganisationState.REQUESTED)
        while session.scalar(waiting) < upto:
            asked(session, cast.stranger, name=f"Verein {session.scalar(waiting)}")
        with count_queries() as seen:
            assert client.get("/de/desk/organisations").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


def test_the_desk_can_show_the_other_states(session, client, cast):
    client.sign_in(cast.moderator)
    assert "Jugendring" not in words(client.get("/de/desk/organisations"))
    assert "Jugendring" in words(client.get("/de/desk/organisations?state=verified&q=jugend"))
    assert client.get("/de/desk/organisations?state=nonsense").status_code == 200


@pytest.mark.parametrize("address", [
    "/de/desk/organisations/999999", "/de/desk/organisations/999999/arrange", "/de/organisations/999999/delegates",
    "/de/organisations/999999/edit",
])  # fmt: skip
def test_unknown_organisations_are_404(client, session, cast, address):
    assert client.sign_in(cast.admin).get(address).status_code == 404


def test_an_organisation_whose_requester_is_gone_is_verified_without_a_delegate(session, client, cast):
    organisation = make_organisation(session, "Verwaist", state=OrganisationState.REQUESTED, verified_at=None)
    client.sign_in(cast.moderator)
    assert client.get(f"/de/desk/organisations/{organisation.id}").status_code == 200
    assert client.post(f"/de/desk/organisations/{organisation.id}/verify").status_code == 303
    assert session.scalars(sa.select(Letter)).all() == []
    assert session.scalar(sa.select(Delegation).where(Delegation.organisation_id == organisation.id)) is None


def test_an_umbrella_must_be_verified(session, client, cast):
    waiting = asked(session, cast.stranger)
    with pytest.raises(DomainError):
        operations.register(
            session, entry=operations.Entry("Radverein West", Kind.CLUB, waiting.id), title="Vorsitz", language="de",
            nonce=None, by=Voice(cast.citizen.id), now=NOW, today=TODAY,
        )  # fmt: skip

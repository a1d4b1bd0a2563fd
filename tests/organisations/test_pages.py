"""Pages of organisations as people see them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain.names import BadName, skeleton
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.organisations import operations, queries
from bihaelt.organisations.domain import Kind, OrganisationState, organisation_name
from bihaelt.organisations.models import Delegation, Invitation, Organisation
from bihaelt.organisations.operations.entries import _add
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import State
from bihaelt.verdicts import DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import (
    NOW,
    add,
    make_account,
    make_delegate,
    make_office,
    make_organisation,
    make_proposal,
    make_text,
)

TODAY = date(2026, 11, 22)
ASK = {
    "name": "Fahrradwerkstatt e. V.", "kind": "club", "title": "Vorsitz", "description": "Wir reparieren **Räder**.",
    "website": "https://rad.example.org", "contact": "info@rad.example.org", "entitled": "y", "umbrella_id": "",
}  # fmt: skip


@pytest.fixture
def cast(session):
    return make_cast(session)


def asked(session, requester, **values):
    values = {
        "state": OrganisationState.REQUESTED,
        "verified_at": None,
        "due_on": TODAY,
        "requester_title": "Vorsitz",
    } | values
    return make_organisation(session, values.pop("name", "Radverein"), requested_by_id=requester.id, **values)


def acts(session):
    return [
        (row.act, row.role, row.public) for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))
    ]


# --- the public list ---------------------------------------------------------------------------------------------


def test_the_list_shows_verified_organisations_by_name_with_umbrella_and_members(session, client):
    umbrella = make_organisation(session, "Zentralverband", kind=Kind.UMBRELLA)
    make_organisation(session, "Älterenrat", umbrella_id=umbrella.id)
    make_organisation(session, "Geheim", state=OrganisationState.REQUESTED, verified_at=None)
    make_organisation(session, "Pause", state=OrganisationState.SUSPENDED)
    page = client.get("/de/organisations/")
    assert not {"Geheim", "Pause"} & set(words(page).split())
    headings = [h.text_content().strip() for h in tree(page).xpath("//main//h2")]
    assert headings == ["Älterenrat", "Zentralverband"]
    assert tree(page).xpath("//main//details//li")[0].text_content() == "Älterenrat"


@pytest.mark.parametrize(("query", "found"), [
    ("?kind=club", ["Rad"]), ("?q=alter", ["Älterenrat"]), ("?q=%25", []), ("?kind=nonsense", ["Älterenrat", "Rad"]),
    ("?q=RAD", ["Rad"]), ("?after=garbage", ["Älterenrat", "Rad"]), ("?q=" + "x" * 200, ["Älterenrat", "Rad"]),
])  # fmt: skip
def test_the_list_is_filtered_by_kind_and_name(session, client, query, found):
    make_organisation(session, "Rad", kind=Kind.CLUB)
    make_organisation(session, "Älterenrat")
    page = client.get("/de/organisations/" + query)
    assert page.status_code == 200
    assert [h.text_content().strip() for h in tree(page).xpath("//main//h2")] == found


def test_the_list_goes_on_after_the_last_row_and_back(session, client):
    for n in range(45):
        make_organisation(session, f"Verein {n:02}")
    seen, address = [], "/de/organisations/"
    while address:
        page = tree(client.get(address))
        seen += [h.text_content().strip() for h in page.xpath("//main//h2")]
        following = page.xpath("//a[@rel='next']/@href")
        last, address = address, following[0] if following else None
    assert seen == [f"Verein {n:02}" for n in range(45)]
    back = tree(client.get(tree(client.get(last)).xpath("//a[@rel='prev']/@href")[0]))
    assert [h.text_content().strip() for h in back.xpath("//main//h2")] == seen[20:40]


def test_the_list_takes_the_same_statements_at_any_length(session, client, count_queries):
    counts = []
    for upto in (1, 3, 50):
        while session.scalar(sa.select(sa.func.count()).select_from(Organisation)) < upto:
            umbrella = make_organisation(session, kind=Kind.UMBRELLA)
            make_organisation(session, umbrella_id=umbrella.id)
        with count_queries() as seen:
            client.get("/de/organisations/")
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 3


# --- the public page ---------------------------------------------------------------------------------------------


def test_the_page_names_delegates_by_their_title_only(session, client, cast):
    page = words(client.get(f"/de/organisations/{cast.organisation.id}"))
    assert "Geschäftsführung" in page
    assert cast.delegate.display_name not in page
    assert cast.delegate.email not in page


def test_a_delegation_that_ended_or_has_not_begun_is_not_shown(session, client):
    organisation = make_organisation(session, "Rad")
    make_delegate(session, organisation, title="Gestern", ends_on=TODAY)
    make_delegate(session, organisation, title="Morgen", starts_on=TODAY + timedelta(days=1))
    page = words(client.get(f"/de/organisations/{organisation.id}"))
    assert "Gestern" not in page
    assert "Morgen" not in page


def test_the_page_shows_what_the_organisation_is_and_said(session, client):
    umbrella = make_organisation(session, "Dach", kind=Kind.UMBRELLA)
    text = make_text(session, "", "Wir sind *viele*.")
    organisation = make_organisation(
        session, "Rad", umbrella_id=umbrella.id, text_id=text.id, website="https://rad.example.org"
    )
    member = make_organisation(session, "Mitglied", umbrella_id=organisation.id)
    make_proposal(session, "Mehr Radwege", organisation_id=organisation.id, title_of_author="Vorsitz")
    make_proposal(session, "Fremdes")
    page = words(client.get(f"/de/organisations/{organisation.id}"))
    for expected in ("Dach", "Mitglied", "Wir sind viele.", "https://rad.example.org", "Mehr Radwege"):
        assert expected in page
    assert "Fremdes" not in page
    assert member.id


def speak(session, organisation, words, kind=Comment, **values):
    text = make_text(session, "", words)
    proposal = values.pop("proposal", None) or make_proposal(session, f"Zu {words}")
    more = {"state": CommentState.VISIBLE} if kind is Comment else {"title_of_author": "Vorsitz"}
    return add(session, kind(
        proposal_id=proposal.id, organisation_id=organisation.id, text_id=text.id, stance=Stance.FOR, created_at=NOW,
        **(more | values),
    ))  # fmt: skip


def test_the_page_shows_statements_and_comments_as_far_as_they_are_public(session, client):
    organisation = make_organisation(session, "Rad")
    speak(session, organisation, "Amtlich", Statement)
    speak(session, organisation, "Nebenbei")
    speak(session, organisation, "Verborgen", state=CommentState.HIDDEN, hidden_for=Ground.INSULT)
    speak(session, organisation, "Entwurf", proposal=make_proposal(session, state=State.DRAFT))
    speak(session, make_organisation(session), "Fremd")
    page = words(client.get(f"/de/organisations/{organisation.id}"))
    assert "Amtlich" in page
    assert "Zu Nebenbei" in page
    assert not {"Verborgen", "Entwurf", "Fremd"} & set(page.split())


def test_the_page_takes_the_same_statements_however_much_there_is(session, client, count_queries):
    text = make_text(session, "", "Wir.")
    organisation = make_organisation(session, "Rad", text_id=text.id)
    counts, made = [], 0
    for upto in (1, 3, 50):
        for _ in range(upto - made):
            make_delegate(session, organisation)
            make_organisation(session, umbrella_id=organisation.id)
            make_proposal(session, organisation_id=organisation.id)
            speak(session, organisation, "Ja")
            speak(session, organisation, "Nein", Statement)
        made = upto
        session.expire_all()
        with count_queries() as seen:
            assert client.get(f"/de/organisations/{organisation.id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 12


def test_an_unverified_organisation_is_known_to_the_office_and_the_requester_only(session, client, cast):
    organisation = asked(session, cast.citizen)
    address = f"/de/organisations/{organisation.id}"
    assert client.get(address).status_code == 404
    expected = {cast.stranger: 404, cast.delegate: 404, cast.translator: 404, cast.citizen: 200, cast.moderator: 200}
    for person, status in expected.items():
        assert client.sign_in(person).get(address).status_code == status, person.display_name


def test_an_unknown_organisation_is_a_404(client):
    assert client.get("/de/organisations/999999").status_code == 404


# --- registering -------------------------------------------------------------------------------------------------


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


# --- the office --------------------------------------------------------------------------------------------------


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


# --- describing --------------------------------------------------------------------------------------------------


def test_the_organisations_admin_changes_its_description(session, client, cast):
    client.sign_in(cast.organisation_admin)
    address = f"/de/organisations/{cast.organisation.id}/edit"
    assert client.get(address).status_code == 200
    for said in ("Wir sind jung.", "Wir sind jung und viele."):
        data = {"description": said, "website": "https://ring.example.org/", "contact": ""}
        assert client.post(address, data).status_code == 303
        assert said in words(client.get(f"/de/organisations/{cast.organisation.id}"))
    assert "Wir sind jung und viele." in client.get(f"/en/organisations/{cast.organisation.id}/edit").text
    assert client.post(address, {"website": "ftp://x"}).status_code == 422


def test_others_cannot_change_it(session, client, cast):
    for person in (cast.citizen, cast.delegate, cast.foreign_delegate, cast.moderator):
        client.sign_in(person)
        for path in ("edit", "delegates"):
            assert client.get(f"/de/organisations/{cast.organisation.id}/{path}").status_code == 403
            assert client.post(f"/de/organisations/{cast.organisation.id}/{path}", {}).status_code == 403
    assert session.scalar(sa.select(Invitation)) is None
    assert make_account(session)


# --- rare ways ---------------------------------------------------------------------------------------------------


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


def test_the_names_of_organisations_by_id(session, count_queries):
    organisation = make_organisation(session, "Rad")
    assert queries.names(session, [organisation.id, None, 999999]) == {organisation.id: "Rad"}
    with count_queries() as seen:
        assert queries.names(session, [None]) == {}
    assert seen == []

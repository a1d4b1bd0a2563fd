"""Pages of organisations as people see them, and how their own people describe them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.organisations import queries
from bihaelt.organisations.domain import Kind, OrganisationState
from bihaelt.organisations.models import Invitation, Organisation
from bihaelt.proposals.domain import State
from bihaelt.topics.models import GroupMember
from tests.browser import tree, words
from tests.factories import (
    NOW,
    add,
    make_account,
    make_delegate,
    make_group,
    make_measure,
    make_organisation,
    make_proposal,
    make_text,
)
from tests.organisations.asking import TODAY, asked


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
            make_measure(session, carrier_id=organisation.id)
            add(
                session, GroupMember(group_id=make_group(session).id, organisation_id=organisation.id, since=NOW.date())
            )
        made = upto
        session.expire_all()
        with count_queries() as seen:
            assert client.get(f"/de/organisations/{organisation.id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 14


def test_an_unverified_organisation_is_known_to_the_office_and_the_requester_only(session, client, cast):
    organisation = asked(session, cast.citizen)
    address = f"/de/organisations/{organisation.id}"
    assert client.get(address).status_code == 404
    expected = {cast.stranger: 404, cast.delegate: 404, cast.translator: 404, cast.citizen: 200, cast.moderator: 200}
    for person, status in expected.items():
        assert client.sign_in(person).get(address).status_code == status, person.display_name


def test_an_unknown_organisation_is_a_404(client):
    assert client.get("/de/organisations/999999").status_code == 404


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


def test_the_names_of_organisations_by_id(session, count_queries):
    organisation = make_organisation(session, "Rad")
    assert queries.names(session, [organisation.id, None, 999999]) == {organisation.id: "Rad"}
    with count_queries() as seen:
        assert queries.names(session, [None]) == {}
    assert seen == []

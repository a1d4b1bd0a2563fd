"""Official statements of organisations."""

import pytest

from bihaelt.comments import operations
from bihaelt.comments.domain import Stance
from bihaelt.journal.domain import Voice
from bihaelt.verdicts import DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.comments.saying import discussion, say
from tests.factories import NOW, make_conference, make_delegate, make_organisation, make_proposal


def publish(client, proposal, organisation, body="Der Verein ist dafür.", stance="for"):
    return client.post(f"/de/proposals/{proposal.id}/statements/{organisation.id}", {"body": body, "stance": stance})


def test_an_organisation_has_one_statement_above_the_comments_and_every_change_stays_visible(session, client, proposal):
    organisation = make_organisation(session, "Sportbund")
    first, second = (make_delegate(session, organisation, title=title) for title in ("Vorsitz", "Referat"))
    client.sign_in(first)
    assert client.get(f"/de/proposals/{proposal.id}/statements/{organisation.id}").status_code == 200
    assert publish(client, proposal, organisation).status_code == 303
    assert publish(client.sign_in(second), proposal, organisation, "Der Verein ist sehr dafür.").status_code == 303
    found = discussion(session, proposal)
    assert [(row.organisation_name, row.title, row.words.body) for row in found.statements] == [
        ("Sportbund", "Referat", "Der Verein ist sehr dafür.")
    ]
    assert sum(found.by_stance.values()) == 0
    say(session, proposal, "Ein Kommentar")
    page = words(client.get(f"/de/proposals/{proposal.id}/comments"))
    assert page.index("Der Verein ist sehr dafür.") < page.index("Ein Kommentar")
    past = client.get(f"/de/texts/{found.statements[0].text_id}")
    assert tree(past).xpath("//ins")


def test_only_delegates_publish_statements(session, client, proposal):
    cast = make_cast(session)
    for person in (cast.citizen, cast.foreign_delegate, cast.moderator, cast.plan_owner, cast.admin):
        assert publish(client.sign_in(person), proposal, cast.organisation).status_code == 403
    assert publish(client.sign_out(), proposal, cast.organisation).status_code == 403
    assert publish(client.sign_in(cast.organisation_admin), proposal, cast.organisation).status_code == 303
    with pytest.raises(DomainError, match="Only organisations"):
        operations.publish_statement(
            session, proposal=proposal, body="x", stance=Stance.FOR, language="de", by=Voice(cast.citizen.id), now=NOW
        )


@pytest.mark.parametrize("fields", [{"body": ""}, {"body": "x" * 6001}, {"stance": "x"}, {"body": "\x00"}], ids=repr)
def test_a_bad_statement_is_an_error_at_its_field(session, client, proposal, fields):
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    assert publish(client, proposal, organisation, **fields).status_code == 422
    assert discussion(session, proposal).statements == []


def test_no_statement_once_the_conference_is_done(session, client):
    proposal = make_proposal(session, conference=make_conference(session, "done"))
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    assert publish(client, proposal, organisation).status_code == 403

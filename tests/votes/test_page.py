"""The box of supports on the page of a proposal: what a person can do, or why not."""

import pytest

from bihaelt.votes import queries
from tests.browser import tree
from tests.cast import make_cast
from tests.factories import make_conference, make_delegate, make_organisation, make_proposal


def box(client, proposal, language="en"):
    return tree(client.get(f"/{language}/proposals/{proposal.id}")).xpath("//*[@id='support']")[0]


def buttons(found):
    return [" ".join(each.text_content().split()) for each in found.xpath(".//button")]


def test_people_and_organisations_stand_side_by_side(session, client):
    proposal = make_proposal(session, supports_people=1234, supports_organisations=5)
    assert [each.text_content() for each in box(client, proposal).xpath(".//dd")] == ["1,234", "5"]


def test_a_visitor_is_asked_to_sign_in(session, client):
    found = box(client, make_proposal(session))
    assert "Sign in to support" in found.text_content()
    assert not found.xpath(".//form")


def test_each_voice_has_its_button(session, client):
    proposal, cast = make_proposal(session), make_cast(session)
    silent = make_organisation(session, "Ohne Stimme")
    make_delegate(session, silent, account=cast.delegate, may_vote=False)
    client.sign_in(cast.delegate)
    assert buttons(box(client, proposal)) == ["Support", "Support for Jugendring"]
    client.post(f"/de/proposals/{proposal.id}/support")
    client.post(f"/de/proposals/{proposal.id}/support", {"acting_for": cast.organisation.id})
    assert buttons(box(client, proposal)) == ["Withdraw my support", "Withdraw the support of Jugendring"]


@pytest.mark.parametrize("signed_in", [True, False])
def test_after_the_time_for_supports_everybody_reads_why(session, client, signed_in):
    proposal = make_proposal(session, conference=make_conference(session, "voting"))
    if signed_in:
        client.sign_in(make_cast(session).citizen)
    found = box(client, proposal)
    assert "Supporting ended on" in found.text_content()
    assert not found.xpath(".//form")


def test_a_button_on_the_page_really_works(session, client):
    proposal, cast = make_proposal(session), make_cast(session)
    client.sign_in(cast.citizen)
    form = box(client, proposal, "de").xpath(".//form")[0]
    fields = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    assert client.post(form.get("action"), fields).status_code == 303
    assert queries.standing(session, proposal.id, proposal.conference_id, cast.citizen.id).person

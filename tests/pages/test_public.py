"""The start page, the city's own pages, and what a visitor is (not) sent with them."""

from datetime import timedelta

import pytest

from bihaelt.journal.domain import Voice
from bihaelt.pages.domain import PageName
from bihaelt.pages.operations import write_page
from bihaelt.proposals.domain import Outcome, State
from bihaelt.texts.domain import Words
from tests.browser import tree, words
from tests.factories import NOW, make_cluster, make_conference, make_proposal


def written(session, name=PageName.PRIVACY, language="de", title="Datenschutz", body="**Hier** steht es."):
    return write_page(session, name=name, language=language, words=Words(title, body), by=Voice(None), now=NOW)


def test_the_start_page_of_an_empty_city(client):
    assert "There is no conference yet." in words(client.get("/en/"))


@pytest.mark.parametrize(
    ("phase", "act"),
    [
        ("planned", "being prepared"), ("collecting", "Hand in a proposal"), ("screening", "The city checks the proposals"),
        ("voting", "Say what matters to you"), ("deciding", "Now it is decided"), ("reporting", "What became of the proposals"),
        ("done", "What became of the proposals"),
    ],
)  # fmt: skip
def test_the_one_next_act_follows_the_phase(client, session, phase, act):
    make_conference(session, phase)
    page = client.get("/en/")
    assert tree(page).xpath("string(//main//h2)")
    assert act in words(page)


def test_the_days_left_are_counted_to_the_last_day(client, session):
    make_conference(session, "collecting", call_closes=NOW + timedelta(days=12))
    assert "12 days left" in words(client.get("/en/"))


def test_what_became_of_the_last_one_stands_side_by_side(client, session):
    last = make_conference(session, "done", decided_at=NOW - timedelta(days=100))
    make_proposal(session, conference=last, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    page = client.get("/en/")
    assert "What became of the last one" in words(page)
    assert tree(page).xpath(f"//a[@href='/en/conferences/{last.id}/report']")


@pytest.mark.parametrize("path", ["/de/", "/de/about", "/de/page/imprint", "/de/page/rules"])
def test_a_visitor_gets_no_cookie_but_a_page_that_anybody_may_keep(app, client, session, path):
    written(session, PageName.RULES)
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = app.test_client().get(path, headers={"User-Agent": "another", "Accept-Language": "pl"})
    assert other.data == answer.data


def test_the_start_page_asks_as_often_at_any_size(client, session, count_queries):
    last = make_conference(session, "done", decided_at=NOW - timedelta(days=100))
    counts = []
    client.get("/de/")
    for more in (1, 2, 47):
        for _ in range(more):
            make_conference(session, "collecting", clusters=(make_cluster(session),))
            make_proposal(session, conference=last, state=State.DECIDED, outcome=Outcome.ACCEPTED)
        session.expire_all()
        with count_queries() as seen:
            client.get("/de/")
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts


def test_a_page_in_another_language_keeps_its_place(client, session):
    conference = make_conference(session)
    page = tree(client.get(f"/de/conferences/{conference.id}?x=1"))
    links = page.xpath("//a[@hreflang]/@href")
    assert f"/ar/conferences/{conference.id}?x=1" in links
    assert len(links) == 9


@pytest.mark.parametrize("name", ["imprint", "privacy", "accessibility", "rules"])
def test_an_unwritten_page_says_so(client, name):
    assert "has not written this page yet" in words(client.get(f"/en/page/{name}"))


def test_a_page_falls_back_along_the_chain_and_says_its_own_language(client, session):
    written(session)
    page = tree(client.get("/pl/page/privacy"))
    assert page.xpath("//main//div[@lang='de']//strong/text()") == ["Hier"]
    written(session, language="pl", title="Ochrona danych", body="Nasz opis.")
    assert "Nasz opis." in words(client.get("/pl/page/privacy"))


def test_an_unknown_page_is_none(client):
    assert client.get("/de/page/secrets").status_code == 404
    assert client.get("/de/page/about").status_code == 404


def test_five_steps_explain_it_all(client):
    steps = tree(client.get("/en/about")).xpath("//ol[@class='timeline']/li")
    assert len(steps) == 5

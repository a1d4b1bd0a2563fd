"""The city writes its own pages, in every language, and sees them before."""

import pytest
import sqlalchemy as sa

from bihaelt.journal.models import JournalEntry
from bihaelt.pages.domain import PageName
from bihaelt.pages.models import CityPage
from bihaelt.pages.queries import page_text, state_of_pages
from tests.browser import tree, words
from tests.cast import make_cast

TEXT = {"title": "Impressum", "body": "## Anschrift\n\nRathaus <script>alert(1)</script>"}


@pytest.fixture
def desk(client, session):
    return client.sign_in(make_cast(session).plan_owner)


def made_from(page):
    return tree(page).xpath("string(//input[@name='made_from']/@value)")


def test_a_preview_shows_the_page_and_stores_nothing(desk, session):
    answer = desk.post("/en/desk/pages/imprint/de", TEXT | {"preview": "yes"})
    assert answer.status_code == 200
    assert "Preview" in words(answer)
    assert not tree(answer).xpath("//main//script")
    assert session.scalars(sa.select(CityPage)).all() == []


def test_original_and_translations_go_their_way(desk, session):
    assert desk.post("/de/desk/pages/imprint/de", TEXT).status_code == 303
    here = "/de/desk/pages/imprint/leicht"
    first = made_from(desk.get(here))
    assert desk.post(here, {"title": "Wer wir sind", "body": "Leicht.", "made_from": first}).status_code == 303
    assert page_text(session, PageName.IMPRINT, ("de@simple", "de")).title == "Wer wir sind"
    assert state_of_pages(session)[("imprint", "de@simple")] == "current"
    desk.post("/de/desk/pages/imprint/de", TEXT | {"body": "Neu.", "made_from": first})
    assert state_of_pages(session)[("imprint", "de@simple")] == "late"
    answer = desk.post(here, {"title": "Alt", "body": "Alt.", "made_from": first})
    assert answer.status_code == 422
    assert page_text(session, PageName.IMPRINT, ("de@simple",)).title == "Wer wir sind"
    acts = session.scalars(sa.select(JournalEntry.act)).all()
    assert acts == ["city_page.written", "city_page.changed", "city_page.changed"]
    assert desk.get("/de/desk/pages").status_code == 200


@pytest.mark.parametrize("wrong", [{"title": ""}, {"body": " "}, {"title": "x" * 161}, {"body": "x" * 40_001}])
def test_what_does_not_fit_is_not_stored(desk, session, wrong):
    assert desk.post("/de/desk/pages/rules/de", TEXT | wrong).status_code == 422
    assert session.scalars(sa.select(CityPage)).all() == []


def test_foreign_values_do_no_harm(desk):
    assert desk.get("/de/desk/pages/rules/xx").status_code == 404
    assert desk.get("/de/desk/pages/secrets/de").status_code == 404
    assert desk.post("/de/desk/pages/rules/de", TEXT | {"made_from": "9" * 40}).status_code == 303


def test_the_desk_is_for_the_plan_owner_and_the_admin(client, session):
    cast = make_cast(session)
    for path in ("/de/desk/pages", "/de/desk/pages/imprint/de"):
        client.sign_out()
        assert client.get(path).status_code == 302
        for person in (cast.citizen, cast.moderator, cast.translator):
            assert client.sign_in(person).get(path).status_code == 403
        assert client.sign_in(cast.admin).get(path).status_code == 200

"""The conferences as everybody sees them."""

import pytest

from bihaelt.conferences.domain import AgendaKind
from bihaelt.conferences.models import AgendaItem
from tests.browser import tree, words
from tests.factories import add, make_cluster, make_conference, make_proposal, make_text


def test_the_list_names_every_conference_with_its_phase(client, session):
    make_conference(session, "done")
    make_conference(session, "collecting")
    page = words(client.get("/en/conferences"))
    assert "Collecting proposals" in page
    assert "Done" in page


def test_an_empty_city_says_so(client):
    assert "no conference yet" in words(client.get("/en/conferences"))


def test_the_mandate_stands_before_everything_else(client, session):
    conference = make_conference(session, clusters=(make_cluster(session, "Wohnen"),))
    page = client.get(f"/en/conferences/{conference.id}")
    headings = [heading.text_content() for heading in tree(page).xpath("//main//h2")]
    assert headings[0] == "The mandate"
    shown = words(page)
    for part in ("Rat der Stadt", "2424/2025-2030", "Welche Maßnahmen kommen.", "Das Budget.", "Der Rat beauftragt"):
        assert part in shown
    assert shown.index("Das Budget.") < shown.index("Checking proposals")


def test_a_conference_without_a_mandate_says_that_it_cannot_open(client, session):
    conference = make_conference(
        session, "planned", opened_at=None, mandate_body="", mandate_on=None, mandate_paper="", mandate_text_id=None
    )
    assert "Without one this conference cannot open" in words(client.get(f"/en/conferences/{conference.id}"))


def test_topics_are_counted_and_lead_to_their_proposals(client, session):
    cluster = make_cluster(session, "Wohnen")
    conference = make_conference(session, clusters=(cluster,))
    make_proposal(session, conference=conference, cluster_id=cluster.id)
    page = client.get(f"/en/conferences/{conference.id}")
    assert "1 proposal" in words(page)
    assert tree(page).xpath(f"//a[contains(@href, 'cluster={cluster.id}')]")


def test_agenda_and_access_are_shown(client, session):
    access = {"languages": ["de", "ar"], "childcare": True, "cost_cents": 0}
    conference = make_conference(session, access=access)
    add(session, AgendaItem(conference_id=conference.id, position=1, minutes=30, kind=AgendaKind.ARRIVAL,
                            text_id=make_text(session, "Ankommen").id))  # fmt: skip
    page = words(client.get(f"/en/conferences/{conference.id}"))
    for part in ("Ankommen", "30", "العربية", "Childcare", "free of charge"):
        assert part in page


@pytest.mark.parametrize("phase", ["planned", "collecting", "screening", "voting", "deciding", "reporting", "done"])
@pytest.mark.parametrize("language", ["de", "leicht", "ar"])
def test_the_page_holds_in_every_phase(client, session, phase, language):
    conference = make_conference(session, phase)
    assert client.get(f"/{language}/conferences/{conference.id}").status_code == 200


def test_an_unknown_conference_is_no_page(client):
    assert client.get("/de/conferences/99999").status_code == 404


@pytest.mark.parametrize("path", ["/de/conferences", "/de/conferences/{}", "/de/conferences/{}/report"])
def test_the_pages_ask_the_database_as_often_at_any_size(client, session, count_queries, path):
    counts = []
    conference = make_conference(session, "done")
    path = path.format(conference.id)
    client.get(path)
    for more in (1, 2, 47):
        for _ in range(more):
            cluster = make_cluster(session)
            make_proposal(session, conference=conference, cluster_id=cluster.id)
            make_conference(session, "done")
        session.expire_all()
        with count_queries() as seen:
            client.get(path)
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts

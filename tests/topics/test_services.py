"""The catalogue of regular services as everybody reads it."""

import pytest

from bihaelt.measures.models import MeasureService
from bihaelt.organisations.models import RegularService
from bihaelt.topics import operations, queries
from bihaelt.topics.domain import Catalogue
from bihaelt.topics.operations import Content
from bihaelt.topics.queries.regular_services import service_choices
from tests.browser import tree, words
from tests.factories import NOW, add, make_measure, make_office, make_service, make_text
from tests.topics.group_stage import BY, TODAY

LIST = "/de/topics/services/"


def test_the_list_is_sorted_by_name_and_leads_to_each_page(session, client):
    office = make_office(session, "Jugendamt")
    for name in ("Äpfel für alle", "Zeltlager", "Beratung"):
        make_service(session, name, office_id=office.id)
    make_service(session, "Altes", ended_on=TODAY)
    page = tree(client.get(LIST))
    assert [link.text_content() for link in page.xpath("//main//li/h2/a")] == [
        "Äpfel für alle",
        "Beratung",
        "Zeltlager",
    ]
    for link in page.xpath("//main//li//a/@href"):
        assert client.get(link).status_code == 200


def test_a_search_looks_in_names_and_in_what_services_offer(session, client):
    text = make_text(session, "", "Hilfe beim Lernen der Sprache")
    make_service(session, "Elterncafé", text_id=text.id)
    make_service(session, "Sprachkurs")
    make_service(session, "Schwimmen")
    found = tree(client.get(f"{LIST}?q=sprach")).xpath("//main//li/h2/a")
    assert [link.text_content() for link in found] == ["Elterncafé", "Sprachkurs"]
    assert "Schwimmen" in words(client.get(f"{LIST}?q=SCHWIMM"))
    assert not tree(client.get(f"{LIST}?q=nichts")).xpath("//main//li/h2/a")
    assert not tree(client.get(f"{LIST}?q=%25%25")).xpath("//main//li/h2/a")


def test_the_list_is_narrowed_to_an_office(session, client):
    office = make_office(session, "Jugendamt")
    make_service(session, "Spielplatz", office_id=office.id)
    make_service(session, "Rente")
    page = client.get(f"{LIST}?office={office.id}")
    assert "Spielplatz" in words(page)
    assert "Rente" not in words(page)
    assert "Rente" in words(client.get(f"{LIST}?office=999")), "an office that is not there narrows nothing"


def test_the_pages_of_the_list_go_on_and_back(session):
    for number in range(7):
        make_service(session, f"Dienst {number}")
    first = queries.service_rows(session, ["de"], size=3)
    second = queries.service_rows(session, ["de"], size=3, cursor=first.older)
    again = queries.service_rows(session, ["de"], size=3, cursor=second.newer)
    assert [row.name for row in second.rows] == ["Dienst 3", "Dienst 4", "Dienst 5"]
    assert again.rows == first.rows
    assert queries.service_rows(session, ["de"], size=3, cursor="damaged").rows == first.rows


def test_a_renamed_service_moves_in_the_list(session):
    service = make_service(session, "Alpha")
    operations.change(
        session, catalogue=Catalogue.SERVICES, row=service, content=Content(name="Ömega", words={}), by=BY, now=NOW
    )
    assert session.get(RegularService, service.id).sort_key == "omega"


def test_the_page_of_a_service_names_the_measures_that_rely_on_it(session, client):
    service = make_service(session, "Offene Jugendarbeit", link="https://example.org", contact="hallo@example.org",
                           office_id=make_office(session).id, ended_on=TODAY)  # fmt: skip
    measure = make_measure(session, "Ferienspiele")
    other = make_measure(session, "Etwas anderes")
    add(session, MeasureService(measure_id=measure.id, service_id=service.id, use="use", checked_on=NOW.date(),
                                review_on=NOW.date().replace(year=2027)))  # fmt: skip
    page = words(client.get(f"/de/topics/services/{service.id}"))
    assert "Ferienspiele" in page
    assert other.number not in page
    assert client.get("/de/topics/services/99999").status_code == 404


def test_a_service_that_ended_stays_chosen_where_it_was(session):
    ended, running = make_service(session, "A", ended_on=TODAY), make_service(session, "B")
    assert [number for number, _ in service_choices(session)] == [running.id]
    assert [number for number, _ in service_choices(session, keep=ended.id)] == [ended.id, running.id]


@pytest.mark.parametrize("path", ["", "?q=Dienst"])
def test_the_list_takes_the_same_statements_at_any_length(session, client, count_queries, path):
    counts, made = [], 0
    for upto in (1, 3, 50):
        for number in range(made, upto):
            make_service(session, f"Dienst {number:02}", text_id=make_text(session, "", "Dienst").id,
                         office_id=make_office(session).id)  # fmt: skip
        made = upto
        session.commit()
        with count_queries() as seen:
            assert client.get(f"{LIST}{path}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]

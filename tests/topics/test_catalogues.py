"""The city's catalogues: one desk for all of them."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.organisations.domain import GroupKind
from bihaelt.organisations.models import Office, RegularService, WorkingGroup
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.queries import languages_of, shown
from bihaelt.topics import operations, queries
from bihaelt.topics.domain import SHAPES, Catalogue, Part, slug
from bihaelt.topics.models import MODELS, Cluster, District, Field, Recommendation, TargetGroup
from bihaelt.topics.operations import Content
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import (
    add,
    make_cluster,
    make_district,
    make_field,
    make_group,
    make_measure,
    make_office,
    make_principle,
    make_proposal,
    make_service,
    make_target_group,
    make_text,
)

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
BY = Voice(None, "system")


def make_recommendation(session, field=None, title="Sprache fördern", **values):
    field = field or make_field(session)
    text = make_text(session, title)
    return add(session, Recommendation(**({"field_id": field.id, "text_id": text.id, "position": 1} | values)))


MAKERS = {
    Catalogue.CLUSTERS: make_cluster, Catalogue.FIELDS: make_field, Catalogue.RECOMMENDATIONS: make_recommendation,
    Catalogue.DISTRICTS: make_district, Catalogue.TARGET_GROUPS: make_target_group, Catalogue.OFFICES: make_office,
    Catalogue.WORKING_GROUPS: make_group, Catalogue.SERVICES: make_service, Catalogue.PRINCIPLES: make_principle,
}  # fmt: skip
TYPED = {
    Catalogue.CLUSTERS: {"words_de": "Neues", "more_de": "Worum es geht", "words_ar": "جديد"},
    Catalogue.FIELDS: {"words_de": "Neues", "words_de_simple": "Ein neues Feld"},
    Catalogue.RECOMMENDATIONS: {"words_de": "Neues"},
    Catalogue.DISTRICTS: {"name": "Neues"},
    Catalogue.TARGET_GROUPS: {"words_de": "Neues"},
    Catalogue.PRINCIPLES: {"words_de": "Neues"},
    Catalogue.OFFICES: {"name": "Neues", "number": "095", "parent_id": "", "contact": "amt@example.org"},
    Catalogue.WORKING_GROUPS: {"name": "Neues", "kind": "new", "reason": "Es gibt keine.", "lead_office_id": ""},
    Catalogue.SERVICES: {"name": "Neues", "office_id": "", "link": "https://example.org", "words_de": "Beratung"},
}
every = pytest.mark.parametrize("catalogue", list(Catalogue))


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def owner(client, cast):
    return client.sign_in(cast.plan_owner)


def typed(session, catalogue):
    extra = {"within_id": str(make_field(session).id)} if catalogue is Catalogue.RECOMMENDATIONS else {}
    return TYPED[catalogue] | extra


def acts(session):
    return [row.act for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))]


def rows(session, catalogue):
    model = MODELS[catalogue]
    return session.scalars(sa.select(model).order_by(model.position)).all()


# --- adding and changing -----------------------------------------------------------------------------------------


def test_every_catalogue_is_listed(owner):
    page = owner.get("/de/desk/catalogues")
    links = tree(page).xpath("//main//a[contains(@href, '/desk/catalogues/')]/@href")
    assert [link.rsplit("/", 1)[1] for link in links] == [str(catalogue) for catalogue in Catalogue]


@every
def test_an_entry_is_added_at_the_end(session, owner, catalogue):
    data = typed(session, catalogue)
    assert owner.get(f"/de/desk/catalogues/{catalogue}/add").status_code == 200
    assert owner.post(f"/de/desk/catalogues/{catalogue}/add", data).status_code == 303
    assert "Neues" in words(owner.get(f"/de/desk/catalogues/{catalogue}"))
    assert acts(session) == [f"{SHAPES[catalogue].subject}.added"]
    assert session.scalars(sa.select(JournalEntry)).one().details["entry"] == "Neues"
    assert "Neues" in owner.get(f"/de/desk/catalogues/{catalogue}/{rows(session, catalogue)[-1].id}").text


@every
def test_a_double_submit_adds_one_entry(session, owner, catalogue):
    data = typed(session, catalogue)
    answers = [owner.post(f"/de/desk/catalogues/{catalogue}/add", data).status_code for _ in range(2)]
    assert answers == [303, 422]
    assert acts(session) == [f"{SHAPES[catalogue].subject}.added"]


@every
def test_an_entry_without_a_name_is_refused(session, owner, catalogue):
    data = typed(session, catalogue) | {"name": " ", "words_de": ""}
    answer = owner.post(f"/de/desk/catalogues/{catalogue}/add", data)
    assert answer.status_code == 422
    assert rows(session, catalogue) == []


@pytest.mark.parametrize(("catalogue", "field", "value"), [
    ("offices", "parent_id", "999999"), ("offices", "parent_id", "x"), ("offices", "number", "1" * 11),
    ("offices", "contact", "nobody"), ("working-groups", "kind", "secret"), ("working-groups", "reason", ""),
    ("regular-services", "link", "javascript:alert(1)"), ("regular-services", "words_de", "x" * 5001),
    ("clusters", "words_de", "a\x00b"), ("clusters", "words_de", "x" * 301), ("recommendations", "within_id", "999999"),
    ("recommendations", "within_id", ""), ("districts", "name", "x" * 81),
])  # fmt: skip
def test_bad_entries_are_said_at_their_field(session, owner, catalogue, field, value):
    data = typed(session, Catalogue(catalogue)) | {field: value}
    answer = owner.post(f"/de/desk/catalogues/{catalogue}/add", data)
    assert answer.status_code == 422
    assert tree(answer).xpath(f"//*[@id='{field}-error']")
    assert rows(session, Catalogue(catalogue)) == []


@every
def test_an_entry_is_changed(session, owner, catalogue):
    row = MAKERS[catalogue](session)
    data = {key: value for key, value in TYPED[catalogue].items() if value}
    assert owner.post(f"/de/desk/catalogues/{catalogue}/{row.id}", data).status_code == 303
    assert operations.title_of(session, catalogue, row) == "Neues"
    entry = session.scalars(sa.select(JournalEntry)).one()
    assert entry.act == f"{SHAPES[catalogue].subject}.changed"
    assert entry.details["former_entry"]
    for part in SHAPES[catalogue].parts:
        assert getattr(row, part) == {"kind": GroupKind.NEW}.get(
            part, data.get(part) or (None if part.endswith("_id") else "")
        )


def test_titles_stand_in_all_nine_languages(session, owner):
    data = {f"words_{language.babel.replace('@', '_')}": f"Titel {language.url}" for language in LANGUAGES}
    assert owner.post("/de/desk/catalogues/clusters/add", data).status_code == 303
    (cluster,) = session.scalars(sa.select(Cluster)).all()
    assert {row.language: row.title for row in languages_of(session, cluster.text_id)} == {
        language.babel: f"Titel {language.url}" for language in LANGUAGES
    }
    for language in LANGUAGES:
        assert f"Titel {language.url}" in words(owner.get(f"/{language.url}/topics/clusters/{cluster.id}"))


def change_words(session, cluster, still_right=False, **said):
    content = Content(words={language: Words(title) for language, title in said.items()}, still_right=still_right)
    operations.change(session, catalogue=Catalogue.CLUSTERS, row=cluster, content=content, by=BY, now=NOW)
    return shown(session, [cluster.text_id], ["en"])[cluster.text_id]


def test_a_changed_original_leaves_translations_out_of_date_unless_they_still_say_the_same(session):
    cluster = make_cluster(session, "Sport")
    assert not change_words(session, cluster, de="Sport", en="Sports").stale
    assert change_words(session, cluster, de="Bewegung", en="Sports").stale
    assert not change_words(session, cluster, de="Bewegung", en="Exercise").stale
    shown_now = change_words(session, cluster, still_right=True, de="Bewegung!", en="Exercise")
    assert (shown_now.stale, shown_now.status) == (False, Status.HUMAN)


def test_an_unchanged_form_makes_no_new_version(session):
    cluster = make_cluster(session, "Sport")
    change_words(session, cluster, de="Sport", en="Sports")
    change_words(session, cluster, still_right=True, de="Sport", en="Sports")
    assert [row.number for row in languages_of(session, cluster.text_id)] == [1, 1]


def test_a_translation_can_be_changed_but_not_taken_away(session, owner):
    cluster = make_cluster(session, "Sport")
    change_words(session, cluster, de="Sport", en="Sports")
    answer = owner.post(f"/de/desk/catalogues/clusters/{cluster.id}", {"words_de": "Sport", "words_en": ""})
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@id='words_en-error']")


def test_a_translation_needs_a_title(session, owner):
    answer = owner.post("/de/desk/catalogues/clusters/add", {"words_de": "Sport", "more_en": "What it is about"})
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@id='words_en-error']")


def test_a_service_described_in_another_language_needs_german_first(session, owner):
    data = TYPED[Catalogue.SERVICES] | {"words_de": "", "words_tr": "Danışma"}
    answer = owner.post("/de/desk/catalogues/regular-services/add", data)
    assert tree(answer).xpath("//*[@id='words_de-error']")
    assert answer.status_code == 422


def test_a_service_may_be_described_later(session, owner):
    plain = TYPED[Catalogue.SERVICES] | {"name": "Beratung", "words_de": ""}
    assert owner.post("/de/desk/catalogues/regular-services/add", plain).status_code == 303
    service = session.scalars(sa.select(RegularService)).one()
    assert service.text_id is None
    data = {"name": "Beratung", "words_de": "Für alle", "words_en": "For all"}
    assert owner.post(f"/de/desk/catalogues/regular-services/{service.id}", data).status_code == 303
    assert {row.language: row.body for row in languages_of(session, service.text_id)} == {
        "de": "Für alle",
        "en": "For all",
    }


def test_names_are_taken_whatever_their_case(session):
    make_district(session, "Mitte")
    with pytest.raises(DomainError):
        operations.add(session, catalogue=Catalogue.DISTRICTS, content=Content(name="MITTE"), by=BY, now=NOW)


def test_keys_are_made_from_the_title(session):
    content = Content(words={"de": Words("Größe & Übermut")})
    row = operations.add(session, catalogue=Catalogue.CLUSTERS, content=content, by=BY, now=NOW)
    assert row.key == "groesse-uebermut"
    row.key = "x"
    again = operations.add(
        session, catalogue=Catalogue.CLUSTERS, content=Content(words={"de": Words("高")}), by=BY, now=NOW
    )
    assert again.key == "x-2"
    assert slug("ا" * 50) == "x"


def test_an_office_cannot_belong_to_itself(session):
    top = make_office(session)
    low = make_office(session, parent_id=top.id)
    for parent in (top, low):
        with pytest.raises(DomainError):
            operations.change(
                session, catalogue=Catalogue.OFFICES, row=top, by=BY, now=NOW,
                content=Content(name=top.name, parts={Part.PARENT: parent.id}),
            )  # fmt: skip


def test_a_closed_office_stays_chosen_where_it_was(session, owner):
    office = make_office(session, "Altes Amt", ended_on=TODAY)
    group = make_group(session, lead_office_id=office.id)
    page = tree(owner.get(f"/de/desk/catalogues/working-groups/{group.id}"))
    assert page.xpath("//option[@selected and contains(., 'Altes Amt')]")
    assert not tree(owner.get("/de/desk/catalogues/working-groups/add")).xpath("//option[contains(., 'Altes Amt')]")


# --- order, retiring, removing -----------------------------------------------------------------------------------


@every
def test_entries_change_places(session, owner, catalogue):
    field = make_field(session)
    extra = {"field": field} if catalogue is Catalogue.RECOMMENDATIONS else {}
    first, second, third = (MAKERS[catalogue](session, title, **extra) if catalogue is not Catalogue.RECOMMENDATIONS
                            else make_recommendation(session, field, title, position=n)
                            for n, title in enumerate(("A", "B", "C"), 1))  # fmt: skip
    address = f"/de/desk/catalogues/{catalogue}"
    assert owner.post(f"{address}/{third.id}/up").status_code == 303
    assert owner.post(f"{address}/{first.id}/down").status_code == 303
    order = [row.id for row in rows(session, catalogue) if row.id in (first.id, second.id, third.id)]
    assert order == [third.id, first.id, second.id]
    assert owner.post(f"{address}/{second.id}/down").status_code == 303
    assert [row.id for row in rows(session, catalogue)] == order or catalogue is Catalogue.FIELDS
    assert acts(session).count(f"{SHAPES[catalogue].subject}.moved") == 2


def test_recommendations_move_within_their_field(session):
    one = make_recommendation(session, title="Eins")
    other = make_recommendation(session, title="Andere")
    operations.move(session, catalogue=Catalogue.RECOMMENDATIONS, row=other, up=True, by=BY, now=NOW)
    assert (one.position, other.position) == (1, 1)


@pytest.mark.parametrize("catalogue", [each for each in Catalogue if each is not Catalogue.WORKING_GROUPS])
def test_an_entry_is_retired_and_restored(session, owner, catalogue):
    row = MAKERS[catalogue](session)
    address = f"/de/desk/catalogues/{catalogue}/{row.id}"
    for act, retired in (("retire", True), ("retire", True), ("restore", False), ("restore", False)):
        assert owner.post(f"{address}/{act}").status_code == 303
        assert operations.is_retired(catalogue, row) is retired
        assert owner.get(address).status_code == 200
        assert owner.get(f"/de/desk/catalogues/{catalogue}").status_code == 200
    subject = SHAPES[catalogue].subject
    assert acts(session) == [f"{subject}.retired", f"{subject}.restored"]


@every
def test_an_unused_entry_is_removed(session, owner, catalogue):
    row = MAKERS[catalogue](session)
    text_id = getattr(row, "text_id", None)
    number = row.id
    assert owner.post(f"/de/desk/catalogues/{catalogue}/{number}/remove").status_code == 303
    session.expunge_all()
    assert session.get(MODELS[catalogue], number) is None
    assert text_id is None or session.get(Text, text_id) is None
    assert acts(session) == [f"{SHAPES[catalogue].subject}.removed"]
    again = MAKERS[catalogue](session)
    assert again.id != number, "a number is never given to another entry"


def test_an_entry_in_use_cannot_be_removed(session, owner):
    cluster, office = make_cluster(session), make_office(session)
    make_proposal(session, cluster_id=cluster.id)
    make_group(session, lead_office_id=office.id)
    assert owner.post(f"/de/desk/catalogues/clusters/{cluster.id}/remove").status_code == 409
    assert owner.post(f"/de/desk/catalogues/offices/{office.id}/remove").status_code == 409
    assert session.get(Cluster, cluster.id) is not None
    with pytest.raises(Conflict):
        operations.remove(session, catalogue=Catalogue.CLUSTERS, row=cluster, by=BY, now=NOW)
    assert acts(session) == []


def test_retired_entries_are_not_offered_any_more(session):
    make_cluster(session, "Alt", active=False)
    make_recommendation(session, make_field(session), active=False)
    assert queries.clusters(session, ["de"]) == []
    assert queries.recommendations(session, session.scalar(sa.select(Field.id)), ["de"]) == []
    assert make_office(session, ended_on=TODAY) not in queries.offices(session)


# --- permissions and unknown things ------------------------------------------------------------------------------


@every
def test_only_the_plan_owner_and_administrators_arrange_the_city(session, client, cast, catalogue):
    row = MAKERS[catalogue](session)
    paths = ["/desk/catalogues", f"/desk/catalogues/{catalogue}", f"/desk/catalogues/{catalogue}/add",
             f"/desk/catalogues/{catalogue}/{row.id}"]  # fmt: skip
    for person in (cast.citizen, cast.delegate, cast.moderator, cast.translator, cast.editor, cast.council_clerk):
        client.sign_in(person)
        for path in paths:
            assert client.get(f"/de{path}").status_code == 403
        for path in (*paths[2:], *(f"{paths[3]}/{act}" for act in ("up", "down", "retire", "restore", "remove"))):
            assert client.post(f"/de{path}", {}).status_code == 403
    client.sign_in(cast.admin)
    assert [client.get(f"/de{path}").status_code for path in paths] == [200, 200, 200, 200]
    assert client.sign_out().get("/de/desk/catalogues").status_code == 302
    assert acts(session) == []


@pytest.mark.parametrize("path", [
    "/desk/catalogues/secrets", "/desk/catalogues/clusters/999999", "/topics/clusters/999999", "/topics/fields/999999",
    "/topics/offices/999999", "/topics/working-groups/999999", "/topics/clusters/x",
])  # fmt: skip
def test_unknown_things_are_404(owner, path):
    assert owner.get(f"/de{path}").status_code == 404
    assert owner.post("/de/desk/catalogues/clusters/999999/up").status_code == 404


def test_an_unknown_act_is_404(session, owner):
    cluster = make_cluster(session)
    assert owner.post(f"/de/desk/catalogues/clusters/{cluster.id}/explode").status_code == 404


def test_a_button_without_its_token_does_nothing(session, owner):
    cluster = make_cluster(session)
    assert owner.post(f"/de/desk/catalogues/clusters/{cluster.id}/retire", token=False).status_code == 422
    session.refresh(cluster)
    assert cluster.active


@every
def test_the_lists_take_the_same_statements_at_any_length(session, owner, count_queries, catalogue):
    counts, made = [], 0
    for upto in (1, 3, 50):
        for _ in range(upto - made):
            MAKERS[catalogue](session)
        made = upto
        session.commit()
        with count_queries() as seen:
            assert owner.get(f"/de/desk/catalogues/{catalogue}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


# --- public pages ------------------------------------------------------------------------------------------------


def test_the_overview_leads_to_every_page(session, client):
    make_cluster(session, "Sport"), make_field(session, "Schule"), make_group(session, "AG Wohnen")
    make_office(session, "Jugendamt", number="510")
    page = client.get("/de/topics/")
    for name in ("Sport", "Schule", "AG Wohnen", "510 Jugendamt"):
        assert name in words(page)
    for link in tree(page).xpath("//main//a/@href"):
        assert client.get(link).status_code == 200


def test_a_field_shows_its_recommendations(session, client):
    field = make_field(session, "Schule", active=False)
    make_recommendation(session, field, "Lehrkräfte fortbilden")
    assert "Lehrkräfte fortbilden" in words(client.get(f"/en/topics/fields/{field.id}"))


def test_an_office_shows_what_belongs_to_it(session, client):
    parent = make_office(session, "Dezernat 5", number="095")
    office = make_office(session, "Jugendamt", parent_id=parent.id, contact="amt@example.org", ended_on=TODAY)
    make_group(session, "AG Jugend", lead_office_id=office.id)
    make_service(session, "Beratung", office_id=office.id, link="https://example.org")
    make_service(session, "Hilfe", office_id=office.id)
    page = words(client.get(f"/de/topics/offices/{office.id}"))
    for expected in ("Dezernat 5", "amt@example.org", "AG Jugend", "Beratung", "Hilfe", "22.11.2026"):
        assert expected in page
    assert "095" in words(client.get(f"/de/topics/offices/{parent.id}"))


def test_a_group_shows_who_leads_it_and_why_it_exists(session, client):
    office = make_office(session, "Jugendamt")
    group = make_group(
        session,
        lead_office_id=office.id,
        kind=GroupKind.NEW,
        reason="Es gibt keine.",
        ended_on=TODAY,
        end_reason="Fertig.",
    )
    make_measure(session, "Ferienspiele", working_group_id=group.id)
    make_measure(session, "Anderes")
    page = words(client.get(f"/de/topics/working-groups/{group.id}"))
    assert "Jugendamt" in page
    assert "Es gibt keine." in page
    assert "Ferienspiele" in page
    assert "Anderes" not in page


def test_topics_stand_in_their_order(session):
    make_target_group(session, "B", position=2)
    make_target_group(session, "A", position=1)
    make_district(session, "Mitte", position=1, active=False)
    assert [topic.name.title for topic in queries.target_groups(session, ["de"])] == ["A", "B"]
    assert queries.fields(session, ["de"]) == []
    assert queries.districts(session) == []
    assert len(queries.districts(session, all_=True)) == 1
    assert len(queries.topics(session, TargetGroup, ["de"], all_=True)) == 2
    assert {District, Office, RegularService, WorkingGroup} <= set(MODELS.values())

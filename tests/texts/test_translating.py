"""Translators put others' words into further languages; what is out of date says so; nothing unpublished leaks."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihaelt.accounts.domain import Role
from bihaelt.extensions import db
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import State
from bihaelt.publicity import SOURCES
from bihaelt.texts import operations, queries
from bihaelt.texts.domain import PARTS, Kind, Status, Want, Words, everything, once_public, part_label
from bihaelt.texts.models import Text, TextVersion
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_measure,
    make_proposal,
    make_text,
)

BABEL = [language.babel for language in LANGUAGES]


@pytest.fixture
def proposal(session):
    return make_proposal(session, "Mehr Bänke", "Es gibt **zu wenige**.")


@pytest.fixture
def translator(session):
    return make_account(session, Role.TRANSLATOR)


def version(session, text_id, language):
    return operations.current_version(session, text_id, language)


def path(text_id, target="tr"):
    return f"/de/texts/{text_id}/translate/{target}"


def translate(client, session, text_id, target="tr", **fields):
    original = session.get_one(Text, text_id)
    old = version(session, text_id, target)
    given = {
        "title": "Daha çok bank", "body": "Çok az var.", "status": "human",
        "made_from": version(session, text_id, original.source_language).id, "replaces": old.id if old else "",
    }  # fmt: skip
    return client.post(path(text_id, target), given | fields)


def rewrite(session, text_id, body, **values):
    text = session.get_one(Text, text_id)
    old = operations.words_of(version(session, text_id, text.source_language))
    return operations.rewrite(session, text=text, words=Words(old.title, body, old.extra), now=NOW, **values)


def test_a_translator_writes_a_translation_and_readers_see_what_it_is(session, client, proposal, translator):
    client.sign_in(translator)
    page = client.get(path(proposal.text_id))
    assert "Es gibt zu wenige." in words(page)
    assert tree(page).xpath("//textarea[@name='body']/@lang") == ["tr"]
    answer = translate(client, session, proposal.text_id)
    assert (answer.status_code, answer.location) == (303, path(proposal.text_id))
    shown = queries.shown(session, [proposal.text_id], ("tr", "de"))[proposal.text_id]
    assert (shown.title, shown.language, shown.status, shown.stale) == ("Daha çok bank", "tr", Status.HUMAN, False)
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "text.translated")).one()
    assert (entry.public, entry.subject_id, entry.role) == (True, proposal.text_id, "translator")
    assert entry.details == {"language": "tr", "status": "human"}


def test_a_second_look_marks_it_as_checked(session, client, proposal, translator):
    client.sign_in(translator)
    translate(client, session, proposal.text_id)
    assert translate(client, session, proposal.text_id, status="checked").status_code == 303
    current = version(session, proposal.text_id, "tr")
    assert (current.status, current.number) == (Status.CHECKED, 2)
    assert translate(client, session, proposal.text_id, status="checked").status_code == 303
    assert version(session, proposal.text_id, "tr").number == 2


def test_when_the_original_changes_the_translation_is_out_of_date_until_it_is_renewed(
    session, client, proposal, translator
):
    client.sign_in(translator)
    translate(client, session, proposal.text_id)
    rewrite(session, proposal.text_id, "Es gibt viel zu wenige.")
    shown = queries.shown(session, [proposal.text_id], ("tr", "de"))[proposal.text_id]
    assert (shown.language, shown.stale) == ("tr", True)
    page = client.get(f"/en/texts/{proposal.text_id}/translate/tr")
    assert "What has changed in the original" in words(page)
    assert "viel " in "".join(tree(page).xpath("//ins//text()"))
    assert "Out of date" in words(client.get(f"/en/texts/{proposal.text_id}"))
    assert translate(client, session, proposal.text_id).status_code == 303
    assert not queries.shown(session, [proposal.text_id], ("tr",))[proposal.text_id].stale


def test_the_original_that_changed_while_one_typed_is_shown_and_nothing_typed_is_lost(
    session, client, proposal, translator
):
    client.sign_in(translator)
    seen = version(session, proposal.text_id, "de").id
    rewrite(session, proposal.text_id, "Ganz anders.")
    answer = translate(client, session, proposal.text_id, made_from=seen, body="Emek verdim")
    assert answer.status_code == 422
    page = tree(answer)
    assert page.xpath("string(//textarea[@name='body'])").strip() == "Emek verdim"
    assert "Ganz anders." in words(answer)
    fresh = page.xpath("//input[@name='made_from']/@value")[0]
    assert translate(client, session, proposal.text_id, made_from=fresh, body="Emek verdim").status_code == 303


def test_two_translators_do_not_overwrite_each_other(session, client, proposal, translator):
    client.sign_in(translator)
    translate(client, session, proposal.text_id)
    answer = translate(client, session, proposal.text_id, replaces="", title="Üzerine yazma")
    assert answer.status_code == 422
    assert version(session, proposal.text_id, "tr").title == "Daha çok bank"
    renewed = tree(answer).xpath("//input[@name='replaces']/@value")[0]
    assert renewed == str(version(session, proposal.text_id, "tr").id)


def test_only_translators_translate(session, client, proposal):
    cast = make_cast(session)
    for person in (
        cast.citizen,
        cast.delegate,
        cast.moderator,
        cast.editor,
        cast.council_clerk,
        cast.plan_owner,
        cast.admin,
    ):
        client.sign_in(person)
        assert client.get(path(proposal.text_id)).status_code == 403
        assert translate(client, session, proposal.text_id).status_code == 403
        assert client.get("/de/desk/translations").status_code == 403
    client.sign_in(cast.translator, second_factor=False)
    assert translate(client, session, proposal.text_id).status_code == 403
    client.sign_out()
    assert client.get(path(proposal.text_id)).status_code == 302
    assert translate(client, session, proposal.text_id).status_code == 403
    assert version(session, proposal.text_id, "tr") is None


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.NEEDS_INFO, State.WITHDRAWN])
def test_what_is_not_public_is_not_there_for_anybody(session, client, state):
    proposal = make_proposal(session, "Kanari-Titel", "Kanari-Text", state=state)
    cast = make_cast(session)
    for person in (cast.translator, cast.moderator, cast.admin, cast.citizen):
        client.sign_in(person)
        for address in (path(proposal.text_id), f"/de/texts/{proposal.text_id}"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert "Kanari" not in answer.text
    assert translate(client.sign_in(cast.translator), session, proposal.text_id).status_code == 404
    assert "Kanari" not in client.get("/de/desk/translations?language=tr").text


def test_what_a_proposal_said_before_it_was_published_is_not_in_its_history(session, client):
    proposal = make_proposal(session, "Titel", "Mit Telefonnummer 4711")
    first = version(session, proposal.text_id, "de")
    first.created_at = proposal.submitted_at
    later = rewrite(session, proposal.text_id, "Ohne Nummer")
    later.created_at = proposal.submitted_at
    session.flush()
    rewrite(session, proposal.text_id, "Ohne Nummer, aber mit Bank")
    page = client.get(f"/de/texts/{proposal.text_id}")
    assert "4711" not in page.text
    assert "".join(tree(page).xpath("//ins//text()")).endswith(", aber mit Bank")


BAD = [
    {"title": ""}, {"body": " "}, {"title": "x" * 301}, {"title": "a\u202eb"}, {"title": "a\nb"}, {"body": "\x00"},
    {"body": "x" * 20_001}, {"status": "original"}, {"status": "machine"}, {"status": ""}, {"made_from": "x"},
    {"made_from": "9" * 30}, {"made_from": ""}, {"replaces": "5"}, {"replaces": "-1"}, {"form_token": ""},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=lambda fields: repr(fields)[:30])
def test_bad_input_is_an_error_at_its_field(session, client, proposal, translator, fields):
    client.sign_in(translator)
    assert translate(client, session, proposal.text_id, **fields).status_code == 422
    assert version(session, proposal.text_id, "tr") is None


@pytest.mark.parametrize(
    "address", ["/de/texts/1/translate/fr", "/de/texts/99999/translate/tr", "/de/texts/0", f"/de/texts/{'9' * 30}"]
)
def test_an_unknown_text_or_language_is_no_page(client, translator, address):
    assert client.sign_in(translator).get(address).status_code == 404


def test_nobody_translates_a_text_into_its_own_language(client, session, proposal, translator):
    client.sign_in(translator)
    assert client.get(path(proposal.text_id, "de")).status_code == 404
    assert translate(client, session, proposal.text_id, "de").status_code == 404
    text = session.get_one(Text, proposal.text_id)
    original = version(session, text.id, "de")
    for language, status in (("de", Status.HUMAN), ("tr", Status.ORIGINAL)):
        with pytest.raises(DomainError):
            operations.translate(
                session, text=text, language=language, words=Words("x"), status=status, made_from=original, now=NOW
            )
    other = version(session, make_text(session, "Anderer").id, "de")
    with pytest.raises(Conflict):
        operations.translate(
            session, text=text, language="tr", words=Words("x"), status=Status.HUMAN, made_from=other, now=NOW
        )


def test_every_part_of_a_measure_has_its_field(session, client, translator):
    measure = make_measure(session)
    text = session.get_one(Text, measure.text_id)
    operations.rewrite(
        session, text=text, words=Words("Kurs", "Worum", {"need": "Bedarf", "gender": "", "goal": "Ziel"}), now=NOW
    )
    client.sign_in(translator)
    page = client.get(path(text.id))
    assert tree(page).xpath("//textarea/@name") == ["body", "extra_need", "extra_goal"]
    answer = translate(client, session, text.id, title="Kurs", body="Konu", extra_need="İhtiyaç", extra_goal="Amaç")
    assert answer.status_code == 303
    assert version(session, text.id, "tr").extra == {"need": "İhtiyaç", "goal": "Amaç"}


def test_a_translation_into_easy_german_and_from_right_to_left(session, client, translator):
    proposal = make_proposal(session, "مقاعد أكثر", "هناك القليل", language="ar")
    client.sign_in(translator)
    assert client.post(
        path(proposal.text_id, "leicht"),
        {"title": "Mehr Bänke", "body": "Es gibt zu wenige Bänke.", "status": "checked",
         "made_from": version(session, proposal.text_id, "ar").id},
    ).status_code == 303  # fmt: skip
    assert version(session, proposal.text_id, "de@simple").status is Status.CHECKED
    page = tree(client.get(path(proposal.text_id, "leicht")))
    assert page.xpath("//section//*[contains(@class, 'prose')]/@dir") == ["rtl", "rtl"]


def test_script_in_a_translation_is_only_text(session, client, proposal, translator):
    client.sign_in(translator)
    translate(client, session, proposal.text_id, title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    for address in (f"/tr/texts/{proposal.text_id}", path(proposal.text_id)):
        main = tree(client.get(address)).xpath("//main")[0]
        assert not main.xpath(".//script|.//img|.//*[@onerror]")


# --- history


def test_the_history_shows_each_language_with_its_versions(session, client, proposal, translator):
    client.sign_in(translator)
    translate(client, session, proposal.text_id)
    translate(client, session, proposal.text_id, body="Çok az bank var.")
    rewrite(session, proposal.text_id, "Es gibt viel zu wenige.", reason="Betonung")
    answer = client.sign_out().get(f"/en/texts/{proposal.text_id}")
    assert answer.headers["Cache-Control"].startswith("public")
    page = tree(answer)
    assert [section.get("id") for section in page.xpath("//main//section")] == ["in-de", "in-tr"]
    assert "Betonung" in words(answer)
    assert "bank " in "".join(page.xpath("//section[@id='in-tr']//ins//text()"))
    assert "Translated by hand" in words(answer)
    assert page.xpath("//div[@class='lead']//a/@href") == [f"/en/proposals/{proposal.id}"]


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_history_costs_the_same_however_long(session, client, proposal, count_queries, number):
    for n in range(number):
        rewrite(session, proposal.text_id, f"Fassung {n}")
    text_id = proposal.text_id
    session.expire_all()
    with count_queries() as seen:
        client.get(f"/de/texts/{text_id}")
    assert len(seen) == 2, seen


# --- the desk


def test_the_desk_lists_what_is_missing_out_of_date_or_made_by_machine(session, client, translator):
    missing, stale, machine = (make_proposal(session, title) for title in ("Fehlt noch", "War einmal", "Von Maschinen"))
    client.sign_in(translator)
    translate(client, session, stale.text_id)
    rewrite(session, stale.text_id, "Neu.")
    text = session.get_one(Text, machine.text_id)
    operations.translate(
        session, text=text, language="tr", words=Words("Makine", "Makine"), status=Status.MACHINE,
        made_from=version(session, text.id, "de"), now=NOW,
    )  # fmt: skip
    titles = {"missing": "Fehlt noch", "stale": "War einmal", "machine": "Von Maschinen"}
    assert missing
    for want, title in titles.items():
        page = words(client.get(f"/en/desk/translations?language=tr&want={want}"))
        assert title in page
        assert not any(other in page for other in titles.values() if other != title)


def test_progress_counts_each_language(session, proposal):
    before = queries.progress(session, BABEL, SOURCES)
    text = session.get_one(Text, proposal.text_id)
    original = version(session, text.id, "de")
    for language in ("tr", "pl"):
        operations.publish_translation(
            session, text=text, language=language, words=Words("x", "y"), status=Status.HUMAN, made_from=original.id,
            replaces=None, by=Voice(None, "translator"), now=NOW,
        )  # fmt: skip
    after = queries.progress(session, BABEL, SOURCES)
    assert (after["tr"].done, after["tr"].missing) == (before["tr"].done + 1, before["tr"].missing - 1)
    assert after["de"] == before["de"]
    assert after["tr"].texts == after["de"].texts + sum(
        1
        for _ in session.scalars(
            sa.select(Text.id).where(Text.source_language == "de", Text.id.in_(public_ids(session)))
        )
    )
    rewrite(session, text.id, "Neu.")
    assert queries.progress(session, BABEL, SOURCES)["tr"].stale == before["tr"].stale + 1


def public_ids(session):
    return [row.text_id for source in SOURCES for row in session.execute(source)]


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_desk_costs_the_same_however_much_waits(session, client, translator, count_queries, number):
    for _ in range(number):
        make_proposal(session)
    client.sign_in(translator)
    with count_queries() as seen:
        assert client.get("/de/desk/translations?language=tr").status_code == 200
    assert len(seen) <= 5, seen


def test_the_desk_goes_on_after_its_first_page(session):
    for n in range(5):
        make_cluster(session, f"Schwerpunkt {n}")
    first = queries.tasks(session, "tr", Want.MISSING, SOURCES, size=2)
    second = queries.tasks(session, "tr", Want.MISSING, SOURCES, size=2, cursor=Cursor.decode(first.older, (int,)))
    back = queries.tasks(session, "tr", Want.MISSING, SOURCES, size=2, cursor=Cursor.decode(second.newer, (int,)))
    assert [task.title for task in first.rows] == ["Schwerpunkt 4", "Schwerpunkt 3"]
    assert [task.title for task in second.rows] == ["Schwerpunkt 2", "Schwerpunkt 1"]
    assert back.rows == first.rows


@pytest.mark.parametrize(
    "query", ["language=xx", "want=all", "after=x", "language=tr&want=stale'--", "language=%00", ""]
)
def test_a_damaged_filter_shows_the_plain_desk(client, translator, query):
    assert client.sign_in(translator).get(f"/de/desk/translations?{query}").status_code == 200


def test_a_conference_that_is_not_open_yet_is_nobodys_work(session):
    before = set(public_ids(session))
    conference = make_conference(session, opened_at=None)
    assert conference.text_id not in set(public_ids(session)) - before
    conference.opened_at = NOW
    session.flush()
    assert {conference.text_id, conference.mandate_text_id} <= set(public_ids(session)) - before


def test_every_table_that_holds_texts_has_its_rule():
    holding = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "text" for key in column.foreign_keys) and table.name != "text_version"
    }
    read = {
        (column.table.name, column.name)
        for source in SOURCES
        for column in source.selected_columns["text_id"].base_columns
    }
    assert holding == read
    assert len(SOURCES) == len(Kind)


# --- plain rules


def test_parts_have_names():
    assert part_label("need") == "Need"
    assert part_label("unknown") == "Further words"
    assert all(PARTS.values())


def test_a_version_was_public_if_it_was_still_valid_when_its_owner_became_public():
    assert once_public(None, NOW)
    assert once_public(NOW, None)
    assert not once_public(NOW, NOW)


def test_everything_that_a_version_says_in_one_text():
    assert everything(Words("T", "B", {"need": "N", "gender": ""})) == "T\n\nB\n\nN"


steps = st.lists(st.tuples(st.sampled_from(["rewrite", "translate"]), st.text(min_size=1, max_size=8)), max_size=12)


@given(steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_translation_is_out_of_date_exactly_when_the_original_changed_after_it(session, proposal, acts):
    inner = session.begin_nested()
    text = session.get_one(Text, proposal.text_id)
    seen = None
    for act, what in acts:
        what = what.replace("\x00", "?").encode("utf-8", "replace").decode()
        if act == "rewrite":
            rewrite(session, text.id, what)
        else:
            original, old = version(session, text.id, "de"), version(session, text.id, "tr")
            operations.publish_translation(
                session, text=text, language="tr", words=Words("t", what), status=Status.HUMAN, made_from=original.id,
                replaces=old.id if old else None, by=Voice(None, "translator"), now=NOW,
            )  # fmt: skip
            seen = original.body
    shown = queries.shown(session, [text.id], ("tr",))[text.id]
    if seen is None:
        assert shown.is_original
    else:
        newest = version(session, text.id, "de")
        assert shown.stale == (version(session, text.id, "tr").made_from_id != newest.id)
    for language in ("de", "tr"):
        rows = queries.versions(session, text.id, language)
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert [row.is_current for row in rows].count(True) == min(1, len(rows))
    inner.rollback()


def test_languages_of_a_text_begin_with_its_original(session, proposal):
    text = session.get_one(Text, proposal.text_id)
    original = version(session, text.id, "de")
    operations.translate(
        session, text=text, language="ar", words=Words("x"), status=Status.HUMAN, made_from=original, now=NOW
    )
    assert [each.language for each in queries.languages_of(session, text.id)] == ["de", "ar"]
    assert queries.shown(session, [], ("de",)) == {}
    assert add(session, TextVersion(
        text_id=text.id, language="pl", number=1, title="", body="", extra={}, status=Status.HUMAN,
        made_from_id=original.id, is_current=True, created_at=NOW,
    )).id  # fmt: skip


def test_a_chosen_filter_is_no_error(client, translator):
    page = tree(client.sign_in(translator).get("/en/desk/translations?language=ku&want=stale"))
    assert not page.xpath("//*[contains(@class, 'kern-error')]")
    assert page.xpath("//option[@selected]/@value") == ["ku", "stale"]


def test_the_first_language_of_the_reader_wins_whatever_comes_first(session, proposal):
    text = session.get_one(Text, proposal.text_id)
    original = version(session, text.id, "de")
    for language in ("pl", "tr", "ar"):
        operations.translate(
            session,
            text=text,
            language=language,
            words=Words(language),
            status=Status.HUMAN,
            made_from=original,
            now=NOW,
        )
    for chain in (("tr", "pl"), ("ar", "tr"), ("pl", "ar"), ("ru", "tr"), ("tr", "de"), ("de", "tr")):
        best = next(language for language in chain if language != "ru")
        assert queries.shown(session, [text.id], chain)[text.id].language == best


def test_titles_alone_are_those_of_the_whole_texts_without_their_bodies(client, session, translator, count_queries):
    original = make_text(session, "Bänke", "Zu wenige.", need="Sitzen")
    translated, other = make_text(session, "Bäume", "Kaum."), make_text(session, "Trees", "None.", language="en")
    proposal = make_proposal(session, "Mehr Bänke", "Es gibt zu wenige.")
    client.sign_in(translator)
    translate(client, session, proposal.text_id)
    ids = [original.id, translated.id, other.id, proposal.text_id, None]
    whole = queries.shown(session, ids, ("tr", "en", "de"))
    with count_queries() as seen:
        titles = queries.titled(session, ids, ("tr", "en", "de"))
    assert len(seen) == 1
    assert whole[original.id].body == "Zu wenige."
    assert titles == {key: replace(text, body="", extra={}) for key, text in whole.items()}
    assert (titles[proposal.text_id].title, titles[proposal.text_id].language) == ("Daha çok bank", "tr")
    assert queries.titled(session, [None], ("tr",)) == {}

"""Full text search: finds in every language, shows only what is public, and takes any typing."""

import pytest
import sqlalchemy as sa

from bihaelt.i18n import LANGUAGES
from bihaelt.proposals.domain import PUBLIC, ReturnReason, State
from bihaelt.proposals.queries import Filters, rows
from bihaelt.search.queries import matching, results, similar, telling_words, words_in
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate, write
from tests.browser import tree, words
from tests.factories import NOW, make_account, make_conference, make_measure, make_proposal

CHAIN = ("de", "en")


@pytest.fixture
def conference(session):
    return make_conference(session)


def make(session, conference, title, body="", **values):
    return make_proposal(session, title, body, conference=conference, **values)


def found(session, typed):
    return [hit.id for hit in results(session, typed, CHAIN).proposals]


def test_words_are_found_in_title_and_body_by_their_beginning(session, conference):
    bench = make(session, conference, "Mehr Bänke", "Für den Bürgerpark und den Wald.")
    make(session, conference, "Lampen", "Heller.")
    for typed in ("Bänke", "bänke", "BÄN", "bürger", "wald bän", "  Wald,  Bänke! ", '"Bänke"'):
        assert found(session, typed) == [bench.id], typed
    for typed in ("Zeppelin", "bänke lampen", ""):
        assert found(session, typed) == [], typed


def test_a_hit_in_the_title_comes_first(session, conference):
    in_body = make(session, conference, "Etwas", "Hier steht viel, auch Laternen und noch mehr Worte dazu.")
    in_title = make(session, conference, "Laternen", "Etwas anderes.")
    make(session, conference, "Gar nichts", "Nichts.")
    assert found(session, "Laternen") == [in_title.id, in_body.id]


@pytest.mark.parametrize(
    ("title", "typed"),
    [("Daha fazla oturma yeri", "oturma"), ("ملاعب للأطفال", "ملاعب"), ("Детские площадки", "детск"),
     ("Більше лавок", "лавок"), ("Więcej ławek", "więc"), ("Zêdetir kursî", "kursî"), ("Mehr Schul-Hof", "schul"),
     ("Mehr Schul-Hof", "hof"), ("更多長凳", "更多長凳")],
)  # fmt: skip
def test_every_script_can_be_searched(session, conference, title, typed):
    proposal = make(session, conference, title, "x")
    assert found(session, typed) == [proposal.id]


def test_a_translation_is_found_too_and_shown_in_the_readers_language(session, conference):
    proposal = make(session, conference, "Bänke", "Zu wenige.")
    text = session.get(Text, proposal.text_id)
    translate(session, text=text, language="tr", words=Words("Banklar", "Az"), status=Status.MACHINE,
              made_from=current_version(session, text.id, "de"), now=NOW)  # fmt: skip
    hit = results(session, "Banklar", CHAIN).proposals[0]
    assert (hit.id, hit.title.title, hit.kind) == (proposal.id, "Bänke", "proposal")
    assert results(session, "bänke", ("tr", "en")).proposals[0].title.title == "Banklar"


def test_only_current_words_are_found(session, conference):
    proposal = make(session, conference, "Hocker", "Alt")
    text = session.get(Text, proposal.text_id)
    rewrite(session, text=text, words=Words("Sessel", "Neu"), now=NOW)
    assert found(session, "Hocker") == []
    assert found(session, "Sessel") == [proposal.id]
    version = current_version(session, text.id, "de")
    version.title = ""
    session.flush()
    assert found(session, "Sessel") == []
    version.title = "Couch"
    session.flush()
    assert found(session, "Couch") == [proposal.id]
    session.delete(proposal)
    session.flush()
    session.execute(sa.delete(Text).where(Text.id == text.id))
    assert found(session, "Couch") == []


def test_measures_are_found_with_their_number(session):
    measure = make_measure(session, "Ferienspiele")
    hit = results(session, "ferien", CHAIN).measures[0]
    assert (hit.id, hit.label, hit.kind) == (measure.id, measure.number, "measure")


def test_comments_and_other_untitled_words_are_not_in_the_index(session, conference):
    write(session, language="de", words=Words("", "Heimlich"), now=NOW)
    assert matching(session, "Heimlich") is not None
    assert session.execute(matching(session, "Heimlich")).all() == []


def test_more_hits_than_shown_are_announced(session, conference):
    for i in range(3):
        make(session, conference, f"Bänke {i}")
        make_measure(session, f"Bänke {i}")
    some = results(session, "bänke", CHAIN, size=2)
    assert (len(some.proposals), some.more_proposals, len(some.measures), some.more_measures) == (2, True, 2, True)
    every = results(session, "bänke", CHAIN, size=3)
    assert (len(every.proposals), every.more_proposals) == (3, False)


def test_what_is_not_public_is_never_found(session, conference):
    author = make_account(session)
    for state in State:
        values = {State.RETURNED: {"return_reason": ReturnReason.DOUBLE}, State.DECIDED: {"outcome": "accepted"},
                  State.WITHDRAWN: {"published_at": NOW}}.get(state, {})  # fmt: skip
        make(
            session, conference, f"Kanarienvogel {state}", "Kanarienvogel im Text", author=author, state=state, **values
        )
    allowed = {f"Kanarienvogel {state}" for state in PUBLIC}
    assert {hit.title.title for hit in results(session, "Kanarienvogel", CHAIN).proposals} == allowed
    assert {hit.title.title for hit in similar(session, "Kanarienvogel", "", CHAIN)} == allowed
    query = matching(session, "Kanarienvogel")
    assert {row.title.title for row in rows(session, CHAIN, Filters(among=query)).rows} == allowed


@pytest.mark.parametrize(
    "typed",
    ["AND", "OR NOT", "NEAR(a b)", '"', '""""', "a*", "*", "title:x", "{title}: x", "^x", "-x", "x AND", "(", "')--", "%", "_",
     "a\x00b", "\ud800", "!&|<->:*", "'':*", "\\", "x'y", "🙂", "\u202e", " ", "a" * 10_000, "w " * 5_000, "ß İ ı",
     "0", "1e9", "٣", "text_search MATCH", "; DROP TABLE text_search"],
)  # fmt: skip
def test_any_typing_is_only_words(session, client, conference, typed):
    make(session, conference, "Bänke")
    results(session, typed, CHAIN)
    similar(session, typed, typed, CHAIN)
    query = matching(session, typed)
    assert query is None or session.execute(query).all() is not None
    assert client.get("/de/search", query_string={"q": typed.encode("utf-8", "replace")}).status_code == 200


def test_words_are_cut_and_counted():
    assert words_in("b a b, c-d!") == ["b", "a", "c", "d"]
    assert len(words_in("a b c d e f g h i j")) == 8
    assert words_in("\u202e!?") == []


def test_telling_words_are_the_long_ones():
    assert telling_words("Mehr Bänke im Bürgerpark", "") == ["Bürgerpark", "Bänke", "Mehr"]
    assert telling_words("Bänke", "Bänke und Laternen für den Wald") == ["Bänke", "Laternen", "Wald"]
    assert telling_words("ab cd", "") == []


def test_similar_proposals_share_rare_words_whatever_their_endings(session, conference):
    playground = make(session, conference, "Neuer Spielplatz im Park", "Für Kinder.")
    make(session, conference, "Fahrradwege", "Sicher zur Schule.")
    other = make(session, conference, "Spielplätze reparieren", "Viele sind kaputt.")
    hits = [hit.id for hit in similar(session, "Spielplätze", "", CHAIN)]
    assert other.id in hits
    assert playground.id in [hit.id for hit in similar(session, "Ein Spielplatzes", "", CHAIN)]
    assert [hit.id for hit in similar(session, "Spielplätze", "", CHAIN, but=other.text_id)] != hits
    assert similar(session, "", "", CHAIN) == []


def test_five_similar_ones_are_enough(session, conference):
    for i in range(8):
        make(session, conference, f"Spielplatz {i}")
    assert len(similar(session, "Spielplatz", "", CHAIN)) == 5


@pytest.mark.parametrize("n", [1, 3, 50])
def test_searching_takes_two_statements(session, conference, count_queries, n):
    for _ in range(n):
        make(session, conference, "Bänke")
    with count_queries() as seen:
        results(session, "bänke", CHAIN)
    assert len(seen) == 2, seen
    with count_queries() as seen:
        similar(session, "Bänke", "", CHAIN)
    assert len(seen) == 2


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_the_search_page_in_every_language(session, client, conference, language):
    proposal = make(session, conference, "Mehr <b>Bänke</b>")
    page = client.get(f"/{language.url}/search?q=bänke")
    assert tree(page).xpath(f"//main//a[@href='/{language.url}/proposals/{proposal.id}']")
    assert "<b>" not in page.text
    for query in ("", "?q=", "?q=!!", "?q=zeppelin"):
        assert client.get(f"/{language.url}/search{query}").status_code == 200


def test_the_search_page_leads_on_to_all_proposals(session, client, conference):
    for i in range(21):
        make(session, conference, f"Bänke {i}")
        make_measure(session, f"Bänke {i}")
    page = client.get("/de/search?q=bänke")
    link = tree(page).xpath("//main//a[contains(@href, '/de/proposals?q=')]/@href")[0]
    assert "Bänke 0" in words(client.get(link)) or "Bänke 20" in words(client.get(link))

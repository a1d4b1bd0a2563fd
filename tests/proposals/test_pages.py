"""Pages that everybody reads: list, feed, proposal, versions; and what nobody but its author may find."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.comments.domain import Stance
from bihaelt.comments.operations import write_comment
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Takes
from bihaelt.measures.models import Origin
from bihaelt.proposals.domain import PUBLIC, Outcome, ReturnReason, Round, State
from bihaelt.proposals.models import CoAuthor, ProposalField, ProposalRound, ProposalTargetGroup
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate
from tests.browser import tree, words
from tests.factories import (
    NOW,
    add,
    make_account,
    make_conference,
    make_delegate,
    make_district,
    make_field,
    make_measure,
    make_organisation,
    make_proposal,
    make_target_group,
)

CANARY = "Kanarienvogel"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def conference(session):
    return make_conference(session)


@pytest.fixture
def author(session):
    return make_account(session, name="Fatma")


def hidden_ones(session, conference, author):
    values = {
        State.RETURNED: {"return_reason": ReturnReason.DOUBLE},
        State.WITHDRAWN: {"published_at": NOW - timedelta(days=1)},
    }
    return [
        make_proposal(session, f"{CANARY} {state}", f"{CANARY} im Text", conference=conference, author=author,
                      state=state, **values.get(state, {}))
        for state in State if state not in PUBLIC
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_the_list_can_be_read_in_every_language(session, client, conference, author, language):
    make_proposal(session, "Bänke", conference=conference, author=author)
    page = client.get(f"/{language.url}/proposals")
    assert page.status_code == 200
    assert "Bänke" in words(page)


@pytest.mark.parametrize("n", [1, 3, 50])
def test_the_list_takes_the_same_statements_at_any_length(session, client, conference, author, count_queries, n):
    for i in range(n):
        make_proposal(session, f"V{i}", conference=conference, author=author)
    session.expire_all()
    with count_queries() as seen:
        client.get("/de/proposals")
    assert len(seen) <= 4, seen


def test_the_list_narrows_by_its_filters_and_offers_to_remove_them(session, client, conference, author):
    district = make_district(session, "Senne")
    organisation = make_organisation(session, "Jugendring")
    make_proposal(session, "Bänke", conference=conference, author=author, district_id=district.id)
    make_proposal(session, "Lampen", conference=conference, author=author, organisation_id=organisation.id)
    page = client.get(f"/de/proposals?district={district.id}&language=de&order=supported&state=published")
    assert "Bänke" in words(page)
    assert "Lampen" not in words(page)
    chips = [link.get("href") for link in tree(page).xpath("//a[@class='chip']")]
    assert len(chips) == 3
    assert all("order=supported" in href for href in chips)
    assert sum("district" in href for href in chips) == 2
    page = client.get(f"/de/proposals?organisation={organisation.id}")
    assert "Lampen" in words(page)
    assert "Bänke" not in words(page)
    assert "Jugendring" in words(page)


def test_words_are_looked_for_in_the_list(session, client, conference, author):
    make_proposal(session, "Mehr Bänke", conference=conference, author=author)
    make_proposal(session, "Lampen", conference=conference, author=author)
    page = client.get("/de/proposals?q=bank")
    assert "Mehr Bänke" in words(page) or "Bänke" not in words(page)
    page = client.get("/de/proposals?q=lamp")
    assert "Lampen" in words(page)
    assert "Mehr Bänke" not in words(page)
    assert client.get("/de/proposals?q=%22%27*()").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["cluster=x", "cluster=999999999999999999999", "state=draft", "state=withdrawn", "order=1;--", "outcome=nix",
     "cursor=%00", "language=xx", "q=%00%00", "cluster=1&cluster=2", "x[]=1", "order=-1", "cluster=-1", "q=" + "a" * 10_000,
     "organisation=5", "cluster=%D9%A3"],
)  # fmt: skip
def test_filters_that_make_no_sense_are_left_out(session, client, conference, author, query):
    hidden_ones(session, conference, author)
    page = client.get(f"/de/proposals?{query}")
    assert page.status_code == 200
    assert CANARY not in page.text


def test_an_empty_list_says_what_to_do(session, client):
    assert client.get("/de/proposals").status_code == 200
    make_conference(session)
    assert tree(client.get("/de/proposals")).xpath("//a[contains(@href, '/de/proposals/new')]")


def test_paging_goes_on_and_back_in_the_browser(session, client, conference, author):
    for i in range(25):
        make_proposal(session, f"Vorschlag {i:02}", conference=conference, author=author,
                      published_at=NOW - timedelta(days=2, minutes=i))  # fmt: skip
    first = client.get("/de/proposals")
    further = tree(first).xpath("//a[@rel='next']/@href")
    second = client.get(further[0])
    assert "Vorschlag 24" in words(second)
    assert "Vorschlag 19" not in words(second)
    back = client.get(tree(second).xpath("//a[@rel='prev']/@href")[0])
    assert "Vorschlag 00" in words(back)


def test_the_feed_holds_the_newest_and_is_valid_xml(session, client, conference, author):
    hidden_ones(session, conference, author)
    make_proposal(session, "Bänke & <Lampen>\x0b", "Text\x0c mit **Sternen**", conference=conference, author=author)
    answer = client.get("/leicht/proposals/feed.xml")
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.data)
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in root.findall("a:entry", ATOM)] == [
        "Bänke & <Lampen>"
    ]
    assert root.find("a:entry/a:summary", ATOM).text == "Text mit Sternen"
    assert CANARY not in answer.text
    assert root.find("a:entry/a:id", ATOM).text.startswith("http://localhost/leicht/proposals/")


def test_an_empty_feed_is_a_feed(client):
    assert ET.fromstring(client.get("/de/proposals/feed.xml").data).findall("a:entry", ATOM) == []


def full(session, conference, author, **values):
    proposal = make_proposal(session, "Bänke", "Es gibt **zu wenige**.", conference=conference, author=author,
                             cost_cents=150_000, supports_people=3, supports_organisations=1, **values)  # fmt: skip
    add(session, ProposalField(proposal_id=proposal.id, field_id=make_field(session, "Wohnen").id))
    group = make_target_group(session, "Ältere")
    add(session, ProposalTargetGroup(proposal_id=proposal.id, target_group_id=group.id))
    return proposal


def test_a_page_tells_everything_about_a_proposal(session, client, conference, author):
    proposal = full(session, conference, author)
    page = client.get(f"/de/proposals/{proposal.id}")
    text = words(page)
    for piece in ("Bänke", "zu wenige", "Fatma", "Wohnen", "Ältere", "1.500"):
        assert piece in text, piece
    assert tree(page).xpath("//main//strong")
    assert page.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_a_proposal_can_be_read_in_every_language(session, client, conference, author, language):
    proposal = full(session, conference, author)
    assert client.get(f"/{language.url}/proposals/{proposal.id}").status_code == 200


def test_a_translation_says_so_and_leads_to_the_original(session, client, conference, author):
    proposal = full(session, conference, author)
    text = session.get(Text, proposal.text_id)
    original = current_version(session, text.id, "de")
    translate(session, text=text, language="tr", words=Words("Banklar", "Çok az."), status=Status.MACHINE,
              made_from=original, now=NOW)  # fmt: skip
    page = client.get(f"/tr/proposals/{proposal.id}")
    assert "Banklar" in words(page)
    link = f"/tr/proposals/{proposal.id}?original=1"
    assert tree(page).xpath(f"//a[@href='{link}']")
    assert "Bänke" in words(client.get(link))
    assert "Banklar" not in words(client.get(link))
    rewrite(session, text=text, words=Words("Bänke", "Neu."), now=NOW)
    assert client.get(f"/tr/proposals/{proposal.id}").status_code == 200


def test_an_organisations_proposal_is_never_a_private_voice(session, client, conference):
    organisation = make_organisation(session, "Jugendring")
    delegate = make_delegate(session, organisation, title="Geschäftsführung")
    proposal = make_proposal(session, conference=conference, author=delegate, organisation_id=organisation.id,
                             title_of_author="Geschäftsführung")  # fmt: skip
    for path in ("/de/proposals", f"/de/proposals/{proposal.id}"):
        page = client.get(path)
        assert "Jugendring" in words(page)
        assert "Geschäftsführung" in words(page)
        assert delegate.display_name not in words(page)


def test_the_history_shows_rounds_co_authors_and_the_target_of_a_merger(session, client, conference, author):
    proposal = full(session, conference, author)
    organisation = make_organisation(session, "Sportbund")
    merged = make_proposal(session, "Hocker", conference=conference, state=State.DECIDED, outcome=Outcome.MERGED,
                           merged_into_id=proposal.id)  # fmt: skip
    add(session, CoAuthor(proposal_id=proposal.id, from_proposal_id=merged.id, organisation_id=organisation.id))
    earlier = make_conference(session, "done")
    add(session, ProposalRound(proposal_id=proposal.id, conference_id=earlier.id, result=Round.CARRIED,
                               supports_people=5, ended_at=NOW))  # fmt: skip
    page = client.get(f"/de/proposals/{proposal.id}")
    assert "Sportbund" in words(page)
    assert len(tree(page).xpath("//a[contains(@href, '/conferences/')]")) >= 2
    assert "Bänke" in words(client.get(f"/de/proposals/{merged.id}"))


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.REJECTED, None])
def test_the_way_shows_where_it_stands(session, client, author, outcome):
    conference = make_conference(session, "deciding")
    state = State.DECIDED if outcome else State.PUBLISHED
    proposal = make_proposal(session, conference=conference, author=author, state=state, outcome=outcome)
    page = tree(client.get(f"/de/proposals/{proposal.id}"))
    steps = [step.get("data-state") for step in page.xpath("//ol[@class='timeline']/li")][:6]
    expected = {
        Outcome.ACCEPTED: ["done"] * 4 + ["current", "next"], Outcome.REJECTED: ["done"] * 4,
        None: ["done"] * 3 + ["current", "next", "next"],
    }  # fmt: skip
    assert steps == expected[outcome]


def test_what_is_not_public_does_not_exist_for_others(session, client, conference, author):
    stranger, moderator = make_account(session), make_account(session, Role.MODERATOR)
    for proposal in hidden_ones(session, conference, author):
        for person in (None, stranger):
            client.sign_out() if person is None else client.sign_in(person)
            for path in ("", "/changes", "/changes/1", "/edit", "/preview", "/answer", "/withdraw"):
                answer = client.get(f"/de/proposals/{proposal.id}{path}")
                assert answer.status_code == 404, (proposal.state, path)
                assert CANARY not in answer.text
        client.sign_in(author)
        answer = client.get(f"/de/proposals/{proposal.id}")
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        client.sign_in(moderator)
        expected = 404 if proposal.state is State.DRAFT else 200
        assert client.get(f"/de/proposals/{proposal.id}").status_code == expected


def test_delegates_share_what_their_organisation_wrote(session, client, conference):
    organisation = make_organisation(session)
    first, second = make_delegate(session, organisation), make_delegate(session, organisation)
    draft = make_proposal(session, CANARY, conference=conference, author=first, organisation_id=organisation.id,
                          state=State.DRAFT)  # fmt: skip
    assert client.sign_in(second).get(f"/de/proposals/{draft.id}").status_code == 200
    assert CANARY in words(client.get("/de/proposals/mine"))
    foreign = make_delegate(session, make_organisation(session))
    assert client.sign_in(foreign).get(f"/de/proposals/{draft.id}").status_code == 404
    assert CANARY not in client.get("/de/proposals/mine").text


def test_public_lists_never_show_what_is_not_public(session, client, conference, author):
    hidden_ones(session, conference, author)
    for path in ("/de/proposals", "/de/proposals?order=discussed", "/de/proposals?q=Kanarienvogel", "/de/search?q=Kanarienvogel",
                 "/de/proposals/feed.xml", "/de/proposals?state=closed"):  # fmt: skip
        text = client.get(path).text
        assert not any(f"Kanarienvogel {state}" in text for state in State), path
        assert "im Text" not in text, path
    client.sign_in(make_account(session))
    assert client.get("/de/proposals/similar?q=Kanarienvogel+im+Text").data == b""


def test_an_unknown_proposal_is_no_page(client):
    for number in ("0", "999999", "9" * 30, "x", "-1", "1%00"):
        assert client.get(f"/de/proposals/{number}").status_code == 404


def test_versions_begin_where_the_proposal_became_public(session, client, conference, author):
    proposal = make_proposal(session, f"{CANARY} alt", "Privates", conference=conference, author=author)
    text = session.get(Text, proposal.text_id)
    before, after = NOW - timedelta(days=3), NOW - timedelta(hours=1)
    first = current_version(session, text.id, "de")
    first.created_at = NOW - timedelta(days=4)
    rewrite(session, text=text, words=Words("Bänke", "Zwei Bänke."), now=before)
    page = client.get(f"/de/proposals/{proposal.id}/changes")
    assert len(tree(page).xpath("//ol[@class='rows']/li")) == 1
    rewrite(session, text=text, words=Words("Bänke", "Drei <b>Bänke</b>."), now=after, reason="Mehr!")
    page = client.get(f"/de/proposals/{proposal.id}/changes")
    assert len(tree(page).xpath("//ol[@class='rows']/li")) == 2
    assert "Mehr!" in words(page)
    shown = client.get(f"/de/proposals/{proposal.id}/changes/3")
    assert [e.text_content() for e in tree(shown).xpath("//del|//ins")]
    assert "<b>" not in shown.text
    assert CANARY not in page.text + shown.text
    assert client.get(f"/de/proposals/{proposal.id}/changes/2").status_code == 404
    assert client.get(f"/de/proposals/{proposal.id}/changes/99999").status_code == 404
    client.sign_in(author)
    assert CANARY in client.get(f"/de/proposals/{proposal.id}/changes/2").text
    client.sign_in(make_account(session))
    assert client.get(f"/de/proposals/{proposal.id}/changes/2").status_code == 404
    assert f"/proposals/{proposal.id}/changes" in client.get(f"/de/proposals/{proposal.id}").text


PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))", "[x](data:text/html;base64,PHN2Zz4=)", "![x](https://evil.example/x.png)",
    "<a id=x name=y href='//evil'>x</a>", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "[x](&#106;avascript:alert(1))", "<style>*{}</style>",
    "<iframe srcdoc='<script>1</script>'></iframe>", "<x onclick=alert(1)>", "`<script>`", "<!-- --!><script>1</script>",
    "[a]: javascript:alert(1)\n[a]", "<javascript:alert(1)>", "<form action=//evil><input name=q></form>",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text_on_every_page(session, client, conference, author, payload):
    title = payload.replace("\n", " ")[:120]
    proposal = make_proposal(session, title, f"{payload}\n\n{payload}", conference=conference, author=author)
    text = session.get(Text, proposal.text_id)
    rewrite(session, text=text, words=Words(title, f"x {payload}", {"need": payload, "gender": payload}),
            now=NOW - timedelta(hours=1), reason=payload[:200])  # fmt: skip
    client.sign_in(author)
    for path in ("", "/changes", "/changes/2", "/edit", "/withdraw", "/preview"):
        page = tree(client.get(f"/de/proposals/{proposal.id}{path}"))
        assert not page.xpath("//main//script|//main//style|//main//iframe|//main//img|//main//object|//main//math"), (
            path
        )
        assert not page.xpath("//*/@*[starts-with(name(), 'on')]"), path
        for href in page.xpath("//main//a/@href"):
            assert href.startswith(("/", "#", "https://", "http://", "mailto:")), (path, href)
    assert not tree(client.get("/de/proposals")).xpath("//main//script|//main//img")


def test_many_hits_are_counted_up_to_a_hundred(session, client, conference, author):
    for i in range(101):
        make_proposal(session, f"Bank {i}", conference=conference, author=author)
    assert "100" in words(client.get(f"/de/proposals?conference={conference.id}"))
    assert "101" not in tree(client.get(f"/de/proposals?conference={conference.id}")).xpath(
        "string(//p[@class='results'])"
    )


def test_the_way_ends_in_its_measure(session, client, conference, author):
    proposal = make_proposal(session, conference=conference, author=author, state=State.DECIDED, outcome=Outcome.PARTLY)
    measure = make_measure(session, "Ferienspiele")
    add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=NOW))
    page = client.get(f"/de/proposals/{proposal.id}")
    assert measure.number in tree(page).xpath("string(//ol[@class='timeline'])")
    assert tree(page).xpath(f"//a[@href='/de/measures/{measure.id}']")


@pytest.mark.parametrize("n", [1, 3, 50])
def test_a_page_takes_the_same_statements_however_much_was_said(session, client, conference, author, count_queries, n):
    proposal = full(session, conference, author)
    for i in range(n):
        write_comment(session, proposal=proposal, body=f"Gut {i}", stance=Stance.FOR, parent=None, language="de",
                      by=Voice(author.id), nonce=f"n{i}", now=NOW - timedelta(minutes=20 * (50 - i)))  # fmt: skip
    number = proposal.id
    session.expire_all()
    with count_queries() as seen:
        client.get(f"/de/proposals/{number}")
    assert len(seen) <= 8, seen
    client.sign_in(make_account(session))
    session.expire_all()
    with count_queries() as seen:
        client.get(f"/de/proposals/{number}")
    assert len(seen) <= 11, seen

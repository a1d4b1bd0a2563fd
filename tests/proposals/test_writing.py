"""Writing a proposal as a person would, and all that can be typed wrong."""

import re

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from bihaelt.guard import TOKEN_SECONDS
from bihaelt.i18n import LANGUAGES
from bihaelt.outbox.models import Letter
from bihaelt.proposals import queries
from bihaelt.proposals.domain import ReturnReason, State
from bihaelt.proposals.models import Proposal, Question
from bihaelt.texts.models import Text, TextVersion
from tests.browser import tree, words
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_delegate,
    make_district,
    make_field,
    make_organisation,
    make_proposal,
    make_target_group,
)


@pytest.fixture
def cluster(session):
    return make_cluster(session, "Freizeit")


@pytest.fixture
def conference(session, cluster):
    return make_conference(session)


@pytest.fixture
def author(session, conference):
    return make_account(session, name="Fatma")


@pytest.fixture
def browser(client, author):
    return client.sign_in(author)


def typed(cluster, **values):
    return {"title": "Mehr Bänke", "body": "Es gibt **zu wenige**.", "language": "de", "cluster": str(cluster.id),
            "act": "preview"} | values  # fmt: skip


def the_one(session):
    return session.scalars(sa.select(Proposal)).one()


def count(session, model=Proposal):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_visitors_are_sent_to_sign_in(client, conference):
    answer = client.get("/de/proposals/new")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_a_proposal_is_written_in_any_language(session, browser, cluster, language):
    form = tree(browser.get(f"/{language.url}/proposals/new"))
    assert form.xpath("//select[@name='language']/option[@selected]/@value") == [language.babel]
    answer = browser.post(f"/{language.url}/proposals/new", typed(cluster, language=language.babel))
    assert answer.status_code == 303
    proposal = the_one(session)
    assert answer.headers["Location"] == f"/{language.url}/proposals/{proposal.id}/preview"
    assert session.get(Text, proposal.text_id).source_language == language.babel


def test_from_the_form_over_the_preview_to_the_desk(session, browser, cluster, author):
    field, group, district = make_field(session), make_target_group(session), make_district(session, "Senne")
    make_proposal(session, "Bänke im Park", "Noch mehr Bänke.")
    page = browser.get("/de/proposals/new")
    assert tree(page).xpath("//*[@data-similar-url]")
    answer = browser.post(
        "/de/proposals/new",
        typed(cluster, fields=str(field.id), target_groups=str(group.id), district=str(district.id), cost="1.500",
              need="Umfrage", gender=""),
    )  # fmt: skip
    preview = browser.get(answer.headers["Location"])
    for piece in ("Mehr Bänke", "zu wenige", "Umfrage", "Senne", "1.500", "Bänke im Park"):
        assert piece in words(preview), piece
    proposal = session.scalars(sa.select(Proposal).where(Proposal.state == State.DRAFT)).one()
    assert proposal.cost_cents == 150_000
    assert browser.post(f"/de/proposals/{proposal.id}/submit").headers["Location"] == "/de/proposals/mine"
    session.refresh(proposal)
    assert proposal.state is State.SUBMITTED
    assert "Mehr Bänke" in words(browser.get("/de/proposals/mine"))
    assert session.scalars(sa.select(Letter.kind)).all() == ["proposal_submitted"]
    # Again, with the back button: nothing new.
    assert browser.post(f"/de/proposals/{proposal.id}/submit").status_code == 303
    assert count(session, Letter) == 1


def test_a_double_click_is_one_proposal_at_the_same_address(session, browser, cluster):
    data = typed(cluster) | {"form_token": browser.form_token()}
    first, second = browser.post("/de/proposals/new", data), browser.post("/de/proposals/new", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(session) == 1


def test_a_draft_may_have_gaps_and_is_only_its_authors(session, browser, client, cluster):
    answer = browser.post("/de/proposals/new", {"title": "Idee", "language": "de", "act": "draft"})
    assert answer.status_code == 303
    proposal = the_one(session)
    assert proposal.state is State.DRAFT
    preview = browser.get(f"/de/proposals/{proposal.id}/preview")
    assert preview.status_code == 200
    refused = browser.post(f"/de/proposals/{proposal.id}/submit")
    assert refused.status_code == 422
    assert the_one(session).state is State.DRAFT


def test_outside_a_call_there_are_drafts_and_the_day_of_the_next_call(session, client, cluster):
    planned = make_conference(session, "planned")
    client.sign_in(make_account(session))
    assert client.get("/de/proposals/new").status_code == 200
    answer = client.post("/de/proposals/new", typed(cluster))
    proposal = the_one(session)
    assert proposal.conference_id == planned.id
    preview = client.get(answer.headers["Location"])
    assert not tree(preview).xpath(f"//form[contains(@action, '/{proposal.id}/submit')]")
    refused = client.post(f"/de/proposals/{proposal.id}/submit")
    assert refused.status_code == 403
    assert "02.12.2026" in words(refused)
    assert the_one(session).state is State.DRAFT


def test_without_any_conference_the_page_says_so(session, client, cluster):
    client.sign_in(make_account(session))
    assert client.get("/de/proposals/new").status_code == 409
    assert client.post("/de/proposals/new", typed(cluster)).status_code == 409
    assert count(session) == 0


def test_a_conference_may_ask_about_some_topics_only(session, client):
    asked, other = make_cluster(session, "Sprache"), make_cluster(session, "Arbeit")
    make_conference(session, clusters=(asked,))
    client.sign_in(make_account(session))
    options = tree(client.get("/de/proposals/new")).xpath("//select[@name='cluster']/option/@value")
    assert str(asked.id) in options
    assert str(other.id) not in options


WRONG = [
    {"title": ""}, {"title": "   "}, {"title": "x" * 121}, {"title": "a\u202eb"}, {"title": "a\x00b"}, {"title": "a\nb"},
    {"title": "a\ud800b".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\x07"}, {"body": ""}, {"body": "\x00"},
    {"body": "x" * 10_001}, {"language": "xx"}, {"language": ""}, {"language": "de_DE"}, {"cluster": ""}, {"cluster": "x"},
    {"cluster": "9" * 30}, {"cluster": "999999"}, {"cluster": "-1"}, {"fields": "999999"}, {"fields": "x"}, {"fields": "1e3"},
    {"target_groups": "9" * 40}, {"district": "999999"}, {"district": "1;--"}, {"cost": "viel"}, {"cost": "-5"},
    {"cost": "99999999999999"}, {"cost": "1,2,3"}, {"need": "x" * 1_001}, {"gender": "\x1b"}, {"acting_for": "1"},
    {"acting_for": "x"}, {"cluster": "٣"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:40])
def test_what_does_not_fit_comes_back_with_everything_typed(session, browser, cluster, wrong):
    answer = browser.post("/de/proposals/new", typed(cluster, need="Bedarf!") | wrong)
    assert answer.status_code == 422
    assert count(session) == 0
    if "need" not in wrong:
        assert "Bedarf!" in answer.text
    assert tree(answer).xpath("//*[@role='alert']")


def test_the_longest_text_fits(session, browser, cluster):
    answer = browser.post("/de/proposals/new", typed(cluster, title="ä" * 120, body="ب" * 10_000))
    assert answer.status_code == 303
    assert browser.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "title", ["Größe", "Мэрия", "Łódź", "Ayşe's", "عائشة تكتب", "Nguyễn", "O'Neill", "李", "=1+1", "<b>"]
)
def test_honest_titles_of_all_scripts_are_taken(session, browser, cluster, title):
    assert browser.post("/de/proposals/new", typed(cluster, title=title)).status_code == 303
    assert queries.sheet(session, the_one(session)).words.title == title


def test_an_expired_page_keeps_what_was_typed(session, app, browser, cluster, monkeypatch):
    token = browser.form_token()
    monkeypatch.setattr("bihaelt.guard.TOKEN_SECONDS", -1)  # every token is too old
    answer = browser.post("/de/proposals/new", typed(cluster, body="Mein langer Text") | {"form_token": token})
    assert TOKEN_SECONDS > 0
    assert answer.status_code == 422
    assert "Mein langer Text" in answer.text
    assert count(session) == 0
    fresh = tree(answer).xpath("//main//input[@name='form_token']/@value")[0]
    monkeypatch.undo()
    again = browser.post("/de/proposals/new", typed(cluster, body="Mein langer Text") | {"form_token": fresh})
    assert again.status_code == 303


@pytest.mark.parametrize("token", ["", "x", "WyJ2aXNpdG9yIiwieCJd.x.y"])
def test_a_missing_or_foreign_token_stores_nothing(session, app, browser, cluster, token):
    foreign = URLSafeTimedSerializer("other" * 8, salt="form").dumps(["visitor", "x"])
    for value in (token, foreign):
        answer = browser.post("/de/proposals/new", typed(cluster) | {"form_token": value})
        assert answer.status_code == 422
        assert "Mehr Bänke" in answer.text
    assert count(session) == 0


def test_every_lone_button_wants_its_token(session, browser, conference, author):
    draft = make_proposal(session, conference=conference, author=author, state=State.DRAFT)
    for path in ("submit", "withdraw"):
        assert browser.post(f"/de/proposals/{draft.id}/{path}", token=False).status_code == 422
    assert the_one(session).state is State.DRAFT


def test_a_delegate_chooses_a_voice_and_it_stays(session, client, conference, cluster):
    organisation = make_organisation(session, "Jugendring")
    delegate = make_delegate(session, organisation, title="Vorsitz")
    client.sign_in(delegate)
    page = tree(client.get("/de/proposals/new"))
    assert len(page.xpath("//input[@name='acting_for']")) == 2
    client.post("/de/proposals/new", typed(cluster, acting_for=str(organisation.id)))
    proposal = the_one(session)
    assert (proposal.organisation_id, proposal.title_of_author) == (organisation.id, "Vorsitz")
    edit = tree(client.get(f"/de/proposals/{proposal.id}/edit"))
    assert edit.xpath("//input[@name='acting_for'][@checked]/@value") == [str(organisation.id)]
    client.post(f"/de/proposals/{proposal.id}/submit")
    edit = tree(client.get(f"/de/proposals/{proposal.id}/edit"))
    assert not edit.xpath("//input[@name='acting_for']")
    assert client.post(f"/de/proposals/{proposal.id}/edit", typed(cluster, body="Neu")).status_code == 303
    assert the_one(session).organisation_id == organisation.id
    stranger = make_organisation(session)
    answer = client.post("/de/proposals/new", typed(cluster, acting_for=str(stranger.id)))
    assert answer.status_code == 422
    assert count(session) == 1


def test_a_colleague_edits_a_draft_without_taking_it(session, client, conference, cluster):
    organisation = make_organisation(session)
    first, second = make_delegate(session, organisation), make_delegate(session, organisation)
    draft = make_proposal(
        session, conference=conference, author=first, organisation_id=organisation.id, state=State.DRAFT
    )
    client.sign_in(second)
    assert not tree(client.get(f"/de/proposals/{draft.id}/edit")).xpath("//input[@name='acting_for']")
    assert client.post(f"/de/proposals/{draft.id}/edit", typed(cluster)).status_code == 303
    assert (the_one(session).author_id, the_one(session).organisation_id) == (first.id, organisation.id)


def test_a_public_proposal_is_changed_with_a_visible_version(session, browser, conference, author, cluster):
    proposal = make_proposal(session, conference=conference, author=author, cluster_id=cluster.id)
    page = tree(browser.get(f"/de/proposals/{proposal.id}/edit"))
    assert not page.xpath("//select[@name='language']")
    answer = browser.post(f"/de/proposals/{proposal.id}/edit", typed(cluster, body="Zehn Bänke.", reason="Genauer"))
    assert answer.headers["Location"] == f"/de/proposals/{proposal.id}"
    assert "Genauer" in words(browser.get(f"/de/proposals/{proposal.id}/changes"))
    assert browser.post(f"/de/proposals/{proposal.id}/edit", typed(cluster, act="draft", body="")).status_code == 422


def test_nothing_is_changed_after_the_vote_has_begun(session, client, author, cluster):
    proposal = make_proposal(session, conference=make_conference(session, "voting"), author=author)
    client.sign_in(author)
    for path in ("edit", "withdraw"):
        assert client.get(f"/de/proposals/{proposal.id}/{path}").status_code == 403
        assert client.post(f"/de/proposals/{proposal.id}/{path}", typed(cluster)).status_code == 403
    assert count(session, TextVersion) == session.scalar(sa.select(sa.func.count(TextVersion.id)))


def test_a_retired_topic_of_an_old_proposal_can_be_kept(session, browser, conference, author):
    old = make_cluster(session, "Früher", active=False)
    proposal = make_proposal(session, conference=conference, author=author, cluster_id=old.id)
    assert str(old.id) in tree(browser.get(f"/de/proposals/{proposal.id}/edit")).xpath("//option/@value")


def test_withdrawing_asks_first(session, browser, conference, author):
    proposal = make_proposal(session, conference=conference, author=author)
    assert browser.get(f"/de/proposals/{proposal.id}/withdraw").status_code == 200
    assert the_one(session).state is State.PUBLISHED
    assert browser.post(f"/de/proposals/{proposal.id}/withdraw").status_code == 303
    assert the_one(session).state is State.WITHDRAWN
    assert browser.post(f"/de/proposals/{proposal.id}/withdraw").status_code == 403
    assert browser.get(f"/de/proposals/{proposal.id}").status_code == 200


def test_a_draft_is_deleted_on_request(session, browser, conference, author):
    proposal = make_proposal(session, conference=conference, author=author, state=State.DRAFT)
    assert browser.post(f"/de/proposals/{proposal.id}/withdraw").headers["Location"] == "/de/proposals/mine"
    assert count(session) == 0


def test_a_question_is_answered_on_a_page_of_its_own(session, browser, conference, author):
    proposal = make_proposal(session, conference=conference, author=author, state=State.NEEDS_INFO)
    add(session, Question(proposal_id=proposal.id, body="Wo <b>genau</b>?", asked_at=NOW))
    assert tree(browser.get("/de/proposals/mine")).xpath(f"//a[@href='/de/proposals/{proposal.id}/answer']")
    page = browser.get(f"/de/proposals/{proposal.id}/answer")
    assert "Wo <b>genau</b>?" in words(page)
    assert browser.post(f"/de/proposals/{proposal.id}/answer", {"answer": " "}).status_code == 422
    assert browser.post(f"/de/proposals/{proposal.id}/answer", {"answer": "Im Park"}).status_code == 303
    assert the_one(session).state is State.SUBMITTED
    assert browser.post(f"/de/proposals/{proposal.id}/answer", {"answer": "Noch mal"}).status_code == 403


@pytest.mark.parametrize("state", State)
def test_my_page_shows_every_state(session, browser, conference, author, state):
    values = {State.RETURNED: {"return_reason": ReturnReason.DOUBLE, "return_words": "Zweimal"},
              State.DECIDED: {"outcome": "accepted"}}.get(state, {})  # fmt: skip
    proposal = make_proposal(session, "Meiner", conference=conference, author=author, state=state, **values)
    assert "Meiner" in words(browser.get("/de/proposals/mine"))
    page = browser.get(f"/de/proposals/{proposal.id}")
    assert page.status_code == 200
    assert state is not State.RETURNED or "Zweimal" in words(page)


def test_an_empty_page_of_mine_invites_to_write(browser):
    assert tree(browser.get("/de/proposals/mine")).xpath("//main//a[@href='/de/proposals/new']")


def test_hints_while_typing_are_for_people_who_are_signed_in(session, client, conference, author):
    make_proposal(session, "Mehr Bänke im Park", conference=conference, author=author)
    assert client.get("/de/proposals/similar?q=Bänke").status_code == 302
    client.sign_in(author)
    answer = client.get("/de/proposals/similar?title=Bänke&text=Park")
    assert answer.headers["X-Fragment"] == "1"
    assert "Mehr Bänke im Park" in answer.text
    assert client.get("/de/proposals/similar").status_code == 204
    assert client.get("/de/proposals/similar?q=Zeppelin").data == b""
    assert not re.search("<html", answer.text)


def test_somebody_else_changes_nothing(session, client, conference, author, cluster):
    for state in (State.DRAFT, State.SUBMITTED, State.PUBLISHED, State.NEEDS_INFO):
        proposal = make_proposal(session, conference=conference, author=author, state=state)
        client.sign_in(make_account(session))
        expected = 403 if state is State.PUBLISHED else 404
        for path in ("edit", "submit", "withdraw", "answer"):
            answer = client.post(f"/de/proposals/{proposal.id}/{path}", typed(cluster))
            assert answer.status_code == expected, (state, path)
        assert session.get(Proposal, proposal.id).state is state

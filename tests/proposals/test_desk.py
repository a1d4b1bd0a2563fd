"""The moderators' desk in the browser."""

from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.queries import current_original
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, translate
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_account, make_conference, make_proposal


@pytest.fixture
def conference(session):
    return make_conference(session)


@pytest.fixture
def moderator(session):
    return make_account(session, Role.MODERATOR)


@pytest.fixture
def desk(client, moderator):
    return client.sign_in(moderator)


def make(session, conference, title="Bänke", due=date(2026, 12, 1), state=State.SUBMITTED, **values):
    return make_proposal(session, title, conference=conference, state=state, due_on=due, **values)


def state_of(session, proposal):
    return session.scalar(sa.select(Proposal.state).where(Proposal.id == proposal.id))


def test_only_moderators_have_this_desk(session, client, conference):
    cast = make_cast(session)
    proposal = make(session, conference)
    for who in ("citizen", "delegate", "translator", "editor", "plan_owner", "admin"):
        client.sign_in(getattr(cast, who))
        for path in ("", "/next", f"/{proposal.id}"):
            assert client.get(f"/de/desk/proposals{path}").status_code in (403, 404), (who, path)
        for path in ("publish", "ask", "return"):
            assert client.post(f"/de/desk/proposals/{proposal.id}/{path}").status_code in (403, 404)
    assert client.sign_out().get("/de/desk/proposals").status_code == 302
    client.sign_in(cast.moderator, second_factor=False)
    assert client.get("/de/desk/proposals").status_code == 403
    assert state_of(session, proposal) is State.SUBMITTED


def test_the_queue_marks_what_is_overdue(session, desk, conference):
    late, today, later = (make(session, conference, title, due)
                          for title, due in (("Spät", date(2026, 11, 20)), ("Heute", date(2026, 11, 22)),
                                             ("Später", date(2026, 12, 4))))  # fmt: skip
    page = desk.get("/de/desk/proposals")
    shown = tree(page).xpath("//ul[@class='rows']//h2")
    assert [each.text_content().strip() for each in shown] == ["Spät", "Heute", "Später"]
    assert len(tree(page).xpath("//*[contains(@class, 'kern-badge--danger')]")) == 1
    assert late.id < today.id < later.id


def test_what_waits_for_its_author_is_listed_apart(session, desk, conference):
    make(session, conference, "Frage", None, State.NEEDS_INFO, answer_by=date(2026, 12, 1))
    assert "Frage" not in words(desk.get("/de/desk/proposals"))
    assert "Frage" in words(desk.get("/de/desk/proposals?waiting=yes"))


@pytest.mark.parametrize("n", [1, 3, 50])
def test_the_queue_takes_the_same_statements_at_any_length(session, desk, conference, count_queries, n):
    for _ in range(n):
        make(session, conference)
    session.expire_all()
    with count_queries() as seen:
        desk.get("/de/desk/proposals")
    assert len(seen) <= 5, seen


def test_publishing_leads_to_the_next_one(session, desk, conference):
    first, second = make(session, conference, due=date(2026, 11, 30)), make(session, conference)
    page = desk.get(f"/de/desk/proposals/{first.id}")
    seen = tree(page).xpath("//input[@name='seen']/@value")[0]
    answer = desk.post(f"/de/desk/proposals/{first.id}/publish", {"seen": seen})
    assert state_of(session, first) is State.PUBLISHED
    onward = desk.get(answer.headers["Location"])
    assert onward.headers["Location"] == f"/de/desk/proposals/{second.id}"
    desk.post(f"/de/desk/proposals/{second.id}/publish", {"seen": "x"})
    assert desk.get("/de/desk/proposals/next").headers["Location"] == "/de/desk/proposals"
    assert desk.get("/de/desk/proposals").status_code == 200


def test_the_next_one_comes_after_this_one(session, desk, conference):
    first, second = make(session, conference, due=date(2026, 11, 30)), make(session, conference)
    assert desk.get(f"/de/desk/proposals/next?after={first.id}").headers["Location"].endswith(f"/{second.id}")
    for odd in ("x", "-1", "9" * 30, "0", "99999"):
        assert desk.get(f"/de/desk/proposals/next?after={odd}").headers["Location"].endswith(f"/{first.id}")


def test_a_question_and_a_return_need_words(session, desk, conference):
    proposal = make(session, conference)
    path = f"/de/desk/proposals/{proposal.id}"
    assert desk.post(f"{path}/ask", {"question": " "}).status_code == 422
    for wrong in ({"return_reason": "double"}, {"words": "x"}, {"return_reason": "unanswered", "words": "x"},
                  {"return_reason": "nix", "words": "x"}, {"return_reason": "double", "words": "\x00"}):  # fmt: skip
        assert desk.post(f"{path}/return", wrong).status_code == 422, wrong
    assert state_of(session, proposal) is State.SUBMITTED
    assert desk.post(f"{path}/ask", {"question": "Wo?"}).status_code == 303
    assert state_of(session, proposal) is State.NEEDS_INFO
    assert "Wo?" in words(desk.get(path))
    assert desk.post(f"{path}/return", {"return_reason": "double", "words": "Zweimal"}).status_code == 303
    assert state_of(session, proposal) is State.RETURNED


def test_the_second_moderator_gets_a_page_that_says_so(session, client, desk, conference):
    proposal = make(session, conference)
    assert desk.post(f"/de/desk/proposals/{proposal.id}/publish").status_code == 303
    client.sign_in(make_account(session, Role.MODERATOR))
    for path, data in (
        ("publish", {}),
        ("ask", {"question": "Wo?"}),
        ("return", {"return_reason": "double", "words": "x"}),
    ):
        assert client.post(f"/de/desk/proposals/{proposal.id}/{path}", data).status_code == 409
    assert state_of(session, proposal) is State.PUBLISHED


def test_a_text_that_changed_meanwhile_is_read_again(session, desk, conference):
    proposal = make(session, conference)
    seen = current_original(session, proposal).id
    rewrite(session, text=session.get(Text, proposal.text_id), words=Words("Neu", "Anders"), now=NOW)
    assert desk.post(f"/de/desk/proposals/{proposal.id}/publish", {"seen": str(seen)}).status_code == 409
    assert state_of(session, proposal) is State.SUBMITTED


def test_moderators_read_a_translation_beside_the_original(session, desk, conference):
    proposal = make(session, conference, "Banklar", language="tr")
    text = session.get(Text, proposal.text_id)
    translate(session, text=text, language="de", words=Words("Sitzbänke", "Text"), status=Status.MACHINE,
              made_from=current_original(session, proposal), now=NOW)  # fmt: skip
    page = words(desk.get(f"/de/desk/proposals/{proposal.id}"))
    assert "Sitzbänke" in page
    assert "Banklar" in page


def test_nobody_checks_their_own(session, desk, moderator, conference):
    own = make(session, conference, author=moderator)
    assert not tree(desk.get(f"/de/desk/proposals/{own.id}")).xpath("//form[contains(@action, 'publish')]")
    assert desk.post(f"/de/desk/proposals/{own.id}/publish").status_code == 403


def test_a_button_without_its_token_does_nothing(session, desk, conference):
    proposal = make(session, conference)
    for path, data in (
        ("publish", {}),
        ("ask", {"question": "Wo?"}),
        ("return", {"return_reason": "double", "words": "x"}),
    ):
        assert desk.post(f"/de/desk/proposals/{proposal.id}/{path}", data, token=False).status_code == 422
    assert state_of(session, proposal) is State.SUBMITTED


def test_drafts_are_no_business_of_moderators(session, desk, conference):
    draft = make(session, conference, state=State.DRAFT)
    assert desk.get(f"/de/desk/proposals/{draft.id}").status_code == 404
    assert desk.post(f"/de/desk/proposals/{draft.id}/publish").status_code == 404

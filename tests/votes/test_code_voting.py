"""Voting with the code of a letter alone: no account, no cookie, and a device that forgets."""

import json

import pytest
import sqlalchemy as sa

from bihaelt.votes.domain import Channel
from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.models import Paper, VotingCode
from bihaelt.votes.operations import codes
from bihaelt.votes.views import tickets
from tests.browser import tree
from tests.browser import words as read
from tests.votes.ballot_stage import STAFF, make_ballot, ring_of
from tests.votes.test_voting_pages import paper_of, stored, ticks


@pytest.fixture
def ballot(session, app):
    return make_ballot(session, app)


@pytest.fixture
def letter(session, app, ballot, now):
    """The code of a letter, as it is printed."""
    return make_codes(session, app, ballot, now)[0]


def make_codes(session, app, ballot, now, channel=Channel.CODE, count=1):
    made = codes.make_codes(
        session, ring=ring_of(app), ballot=ballot, channel=channel, name="Briefe", by=STAFF, now=now, count=count,
        on_sheets=channel is Channel.PAPER,
    )  # fmt: skip
    return list(made.codes)


def enter(client, code, **fields):
    return client.post("/en/vote", {"code": code, **fields})


def fields_of(answer, action):
    """The hidden fields of a form on the page, as a browser sends them."""
    form = tree(answer).xpath(f"//main//form[@action='{action}']")[0]
    return {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}


def goes_on(client, answer, step, **fields):
    """Send the form to a step with what stands on the page before."""
    action = f"/en/vote/{step}"
    return client.post(action, fields_of(answer, action) | fields)


def test_the_code_opens_the_paper_and_the_vote_is_cast_without_a_cookie(session, client, ballot, letter):
    assert "no-store" in client.get("/en/vote").headers["Cache-Control"]
    paper = enter(client, letter.lower().replace("-", " "))
    assert paper.status_code == 200
    assert "You vote with your code" in read(paper)
    review = goes_on(client, paper, "review", **ticks(session, ballot, 0, 1))
    assert "Not cast yet" in read(review)
    done = goes_on(client, review, "cast")
    assert "Done. Your vote is cast." in read(done)
    cast = stored(session)
    assert [(each.state, each.channel) for each in cast] == [(PaperState.CAST, Channel.CODE)]
    assert cast[0].commitment in done.text
    assert cast[0].nonce not in done.text
    for answer in (paper, review, done):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert letter not in answer.text, "the code is on no page after it was typed"


def test_the_device_forgets_and_going_back_opens_nothing(session, client, ballot, letter):
    first = {"code": letter, "form_token": client.form_token()}
    paper = client.post("/en/vote", first)
    review = goes_on(client, paper, "review", **ticks(session, ballot, 0))
    fields = fields_of(review, "/en/vote/cast")
    assert client.post("/en/vote/cast", fields).status_code == 200
    for path in ("/en/vote/cast", "/en/vote/paper", "/en/vote/review", "/en/vote/withdraw", "/en/vote/leave"):
        again = client.post(path, fields)
        assert again.status_code == 422
        assert "type your code again" in read(again)
        assert not tree(again).xpath("//input[@type='checkbox']")
    assert client.post("/en/vote", first).status_code == 422, "the form with the code is used up, too"
    assert client.post("/en/vote/save", fields).status_code == 403
    assert [each.state for each in stored(session)] == [PaperState.CAST]


def test_leaving_without_casting_says_so_and_keeps_the_ticks_for_the_code(session, client, ballot, letter):
    paper = enter(client, letter)
    saved = client.post("/en/vote/save", fields_of(paper, "/en/vote/review") | ticks(session, ballot, 2))
    assert saved.json["progress"] == "open"
    left = goes_on(client, paper, "leave")
    assert "You have not cast your vote" in read(left)
    again = enter(client, letter)
    assert tree(again).xpath("//input[@checked]/@value") == [paper_of(session, ballot)[1][2]]


def test_the_same_code_comes_back_to_change_and_to_take_back(session, client, ballot, letter):
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 0))
    goes_on(client, review, "cast")
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 1))
    assert "Changes not cast yet" in read(review)
    goes_on(client, review, "cast")
    assert json.loads(stored(session)[0].choice) == [paper_of(session, ballot)[1][1]]
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 1))
    done = goes_on(client, review, "withdraw")
    assert "taken back" in read(done)
    assert [each.state for each in stored(session)] == [PaperState.WITHDRAWN]


def test_from_the_overview_one_goes_back_to_the_paper(session, client, ballot, letter):
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 0))
    paper = goes_on(client, review, "paper")
    assert tree(paper).xpath("//input[@checked]/@value") == [paper_of(session, ballot)[1][0]]


def test_a_wrong_paper_comes_back_as_it_was_filled_in(session, app, client, now):
    ballot = make_ballot(session, app, options=3, max_choices=2, encouraged_min=1)
    answer = goes_on(
        client, enter(client, make_codes(session, app, ballot, now)[0]), "review", **ticks(session, ballot, 0, 1, 2)
    )
    assert answer.status_code == 422
    assert len(tree(answer).xpath("//input[@checked]")) == 3
    assert stored(session) == []


@pytest.mark.parametrize("typed", ["", "ABCD", "BCDF-GHJK-MNPQ", "' OR 1=1 --", "\x00", "B" * 500])
def test_a_code_that_is_none_is_refused_in_plain_words(session, client, ballot, typed):
    answer = enter(client, typed)
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@role='alert']")
    assert not tree(answer).xpath("//input[@type='checkbox']")


def test_a_code_that_verified_an_account_or_is_of_a_sheet_opens_nothing(session, app, client, ballot, letter, now):
    sheet = make_codes(session, app, ballot, now, Channel.PAPER)[0]
    assert enter(client, sheet).status_code == 422
    code = session.scalars(sa.select(VotingCode)).first()
    code.voided_at = now
    session.flush()
    assert "not valid" in read(enter(client, letter))


def test_a_code_that_was_made_void_meanwhile_casts_nothing(session, app, client, ballot, letter, now):
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 0))
    session.scalars(sa.select(VotingCode)).one().voided_at = now
    session.flush()
    answer = goes_on(client, review, "cast")
    assert answer.status_code == 422
    assert "not valid" in read(answer)
    assert [each.state for each in stored(session)] == [PaperState.DRAFT]


def test_guessing_codes_ends_soon_and_a_good_code_is_not_counted(session, app, client, ballot, letter):
    for _ in range(60):
        assert enter(client, letter).status_code == 200
    for _ in range(60):
        assert enter(client, "BCDF-GHJK-MNPQ").status_code == 422
    answer = enter(client, "BCDF-GHJK-MNPQ")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("step", ["paper", "review", "cast", "withdraw", "leave"])
def test_nobody_gets_in_with_a_ticket_of_their_own_making(session, client, ballot, step):
    for ticket in ("", "x", "eyJ.x.y", "W10.aaaa.bbbb"):
        answer = client.post(f"/en/vote/{step}", {"ticket": ticket})
        assert answer.status_code == 422
        assert tree(answer).xpath("//input[@name='code']")
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 0


def test_a_page_that_stood_open_for_too_long_loses_no_tick(session, client, ballot, letter, monkeypatch):
    paper = enter(client, letter)
    monkeypatch.setattr(tickets, "SECONDS", -1)
    monkeypatch.setattr(tickets.read, "__kwdefaults__", {"seconds": -1})
    asked = goes_on(client, paper, "review", **ticks(session, ballot, 1))
    assert asked.status_code == 422
    monkeypatch.setattr(tickets.read, "__kwdefaults__", {"seconds": 1800})
    kept = [(each.get("name"), each.get("value")) for each in tree(asked).xpath("//main//form//input[@type='hidden']")]
    fields = dict(kept) | {"code": letter}
    opened = client.post("/en/vote", fields)
    assert opened.status_code == 200
    assert tree(opened).xpath("//input[@checked]/@value") == [paper_of(session, ballot)[1][1]]


def test_the_ticks_of_one_voter_are_not_put_on_the_paper_of_the_next(session, app, client, ballot, letter, now):
    other = make_codes(session, app, ballot, now)[0]
    paper = enter(client, letter)
    fields = fields_of(paper, "/en/vote/review") | ticks(session, ballot, 1)
    del fields["form_token"]
    opened = client.post("/en/vote", fields | {"code": other})
    assert opened.status_code == 200
    assert tree(opened).xpath("//input[@checked]") == []


def test_after_the_end_the_page_says_when_that_was(session, app, client, ballot, letter):
    review = goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 0))
    app.config["CLOCK"] = lambda: ballot.closes_at
    answer = goes_on(client, review, "cast")
    assert answer.status_code == 403
    assert "The vote ended" in read(answer)
    assert "The vote ended" in read(enter(client, letter))


@pytest.mark.parametrize("kind", ["txt", "json"])
def test_the_receipt_can_be_taken_along_after_everything_was_forgotten(session, client, ballot, letter, kind):
    done = goes_on(client, goes_on(client, enter(client, letter), "review", **ticks(session, ballot, 0)), "cast")
    forms = tree(done).xpath("//form[@action='/en/vote/receipt']")
    fields = {each.get("name"): each.get("value") for each in forms[kind == "json"].xpath(".//input")}
    file = client.post("/en/vote/receipt", fields)
    assert "attachment" in file.headers["Content-Disposition"]
    assert stored(session)[0].commitment in file.text
    assert client.post("/en/vote/receipt", {"receipt": "forged"}).status_code == 404


def test_pages_that_live_in_form_fields_have_no_address(session, client, ballot):
    for step in ("paper", "review", "cast", "leave", "receipt", "save", "withdraw"):
        assert client.get(f"/ar/vote/{step}").location == "/ar/vote"


def test_a_code_is_never_read_from_an_address(session, client, ballot, letter):
    page = client.get(f"/en/vote?code={letter}")
    assert letter not in tree(page).xpath("string(//main)")
    assert tree(page).xpath("//input[@name='code']/@value") in ([], [""])

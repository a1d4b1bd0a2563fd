"""Reporting a barrier without an account, and the answer within a month."""

from datetime import date

import pytest
import sqlalchemy as sa

from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.pages.domain import FeedbackKind
from bihaelt.pages.models import Feedback
from bihaelt.pages.operations import receive
from bihaelt.pages.queries import answered_feedback, desk_count, open_feedback
from bihaelt.paging import Cursor
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, add

REPORT = {"kind": "barrier", "body": "Die Schrift ist zu klein.", "page": "/de/plan", "email": "", "website": ""}


def reported(session):
    return session.scalars(sa.select(Feedback).order_by(Feedback.id)).all()


def test_a_report_without_account_gets_a_number_and_a_day(client, session):
    answer = client.post("/en/feedback", REPORT)
    assert answer.status_code == 303
    (feedback,) = reported(session)
    assert feedback.due_on == date(2026, 12, 22)
    assert (feedback.kind, feedback.language, feedback.answered_at) == ("barrier", "en", None)
    page = client.get(answer.headers["Location"])
    assert feedback.number in words(page)
    assert "Set-Cookie" not in answer.headers
    assert page.headers["Cache-Control"] == "private, no-store"
    assert session.scalars(sa.select(Letter)).all() == []


def test_with_an_address_the_receipt_comes_by_letter(client, session):
    client.post("/ar/feedback", REPORT | {"email": "a@example.org"})
    letter = session.scalars(sa.select(Letter)).one()
    assert (letter.kind, letter.language, letter.email) == ("feedback_received", "ar", "a@example.org")


def test_the_same_form_sent_twice_is_one_report(client, session):
    token = client.form_token()
    places = {client.post("/de/feedback", REPORT | {"form_token": token}).headers["Location"] for _ in range(2)}
    assert len(places) == len(reported(session)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": ""}, {"body": "x" * 5001}, {"kind": "bomb"}, {"kind": ""}, {"email": "nobody"}, {"website": "http://spam"},
        {"body": "a\x00b"}, {"page": "x" * 301}, {"email": "a@b.de\r\nBcc: x@y.de"},
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back_with_everything_typed(client, session, wrong):
    answer = client.post("/de/feedback", REPORT | wrong)
    assert answer.status_code == 422
    assert reported(session) == []
    assert tree(answer).xpath("//input[@name='page']")


def test_without_a_token_nothing_is_taken_in_and_nothing_typed_is_lost(client, session):
    answer = client.post("/en/feedback", REPORT, token=False)
    assert answer.status_code == 422
    assert "Die Schrift ist zu klein." in words(answer)
    assert reported(session) == []


def test_the_page_one_came_from_is_filled_in(client):
    page = client.get("/de/feedback", headers={"Referer": "http://localhost/de/proposals"})
    assert tree(page).xpath("//input[@name='page']/@value") == ["http://localhost/de/proposals"]


def test_an_unknown_number_is_no_page(client):
    assert client.get("/de/feedback/AAAA-BBBB-CC").status_code == 404


def test_the_answer_reaches_the_reader_by_letter_and_under_the_number(client, session):
    client.post("/tr/feedback", REPORT | {"email": "a@example.org"})
    (feedback,) = reported(session)
    client.sign_in(make_cast(session).moderator)
    assert feedback.number in words(client.get("/en/desk/feedback"))
    here = f"/en/desk/feedback/{feedback.id}"
    assert client.get(here).status_code == 200
    assert client.post(here, {"answer": ""}).status_code == 422
    assert client.post(here, {"answer": "Das wird bald größer."}).status_code == 303
    assert client.post(here, {"answer": "Noch einmal"}).status_code == 409
    kinds = [letter.kind for letter in session.scalars(sa.select(Letter).order_by(Letter.id))]
    assert kinds == ["feedback_received", "feedback_answered"]
    acts = session.execute(sa.select(JournalEntry.act, JournalEntry.public)).all()
    assert acts == [("feedback.received", False), ("feedback.answered", False)]
    assert "Nothing waits here" in words(client.get("/en/desk/feedback"))
    assert feedback.number in words(client.get("/en/desk/feedback?show=answered"))
    client.sign_out()
    assert "Das wird bald größer." in words(client.get(f"/de/feedback/{feedback.number}"))


def make_feedback(session, due_on=date(2026, 12, 1)):
    count = session.scalar(sa.select(sa.func.count()).select_from(Feedback))
    return add(
        session, Feedback(number=f"N{count}", kind="fault", body="Kaputt", language="de", created_at=NOW, due_on=due_on)
    )


def test_the_queue_is_ordered_by_its_days_and_goes_on_by_key(client, session, count_queries):
    late = make_feedback(session, date(2026, 11, 1))
    client.sign_in(make_cast(session).moderator)
    counts, here = [], "/en/desk/feedback"
    for more in (0, 2, 47):
        for _ in range(more):
            make_feedback(session)
        with count_queries() as seen:
            page = client.get(here)
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts
    assert tree(page).xpath("string(//main//li//h2)").strip() == late.number
    assert "overdue since" in words(page)
    assert desk_count(session, NOW.date()) == (50, 1)
    for _ in range(10):
        make_feedback(session)
    older = tree(client.get(here)).xpath("//a[@rel='next']/@href")[0]
    page = client.get(older)
    assert len(tree(page).xpath("//main//ul[@class='rows']/li")) == 10
    assert client.get(tree(page).xpath("//a[@rel='prev']/@href")[0]).status_code == 200
    assert client.get(f"{here}?page=rubbish").status_code == 200


def test_answered_feedback_goes_on_by_key_both_ways(session):
    for _ in range(5):
        feedback = make_feedback(session)
        feedback.answered_at, feedback.answer = NOW, "Danke."
    session.flush()
    first = answered_feedback(session, None, 2)
    second = answered_feedback(session, Cursor.decode(first.older, (int,)), 2)
    back = answered_feedback(session, Cursor.decode(second.newer, (int,)), 2)
    assert [row.number for row in (*first.rows, *second.rows)] == ["N4", "N3", "N2", "N1"]
    assert [row.number for row in back.rows] == ["N4", "N3"]


def test_a_cursor_without_a_day_shows_the_first_page(session):
    make_feedback(session)
    assert len(open_feedback(session, Cursor(("tomorrow", 0)), 2).rows) == 1


def test_without_a_nonce_each_report_is_its_own(session):
    for _ in range(2):
        receive(session, kind=FeedbackKind.PRAISE, body="Gut", page="", email="", language="de", by=Voice(None),
                today=NOW.date(), now=NOW)  # fmt: skip
    assert len(reported(session)) == 2


def test_a_late_answer_says_so_to_the_one_who_waits(client, session):
    late = make_feedback(session, date(2026, 11, 1))
    assert "We are late" in words(client.get(f"/en/feedback/{late.number}"))


def test_the_queue_is_for_those_who_answer(client, session):
    feedback, cast = make_feedback(session), make_cast(session)
    for path in ("/de/desk/feedback", f"/de/desk/feedback/{feedback.id}"):
        client.sign_out()
        assert client.get(path).status_code == 302
        for person in (cast.citizen, cast.delegate, cast.translator, cast.editor):
            assert client.sign_in(person).get(path).status_code == 403
        for person in (cast.moderator, cast.plan_owner, cast.admin):
            assert client.sign_in(person).get(path).status_code == 200

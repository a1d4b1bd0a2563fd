"""Reports by everybody: with or without an account, once, and nobody learns whose."""

import pytest
import sqlalchemy as sa

from bihaelt.comments.domain import Ground
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.moderation import operations
from bihaelt.moderation.models import Report
from bihaelt.verdicts import Conflict
from tests.factories import NOW, make_account
from tests.moderation.acts import CANARY, hide, letters, report, say


def test_a_visitor_reports_without_an_account_and_without_a_cookie(session, client, comment):
    page = client.get(f"/de/comments/{comment.id}/report")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    answer = report(client, comment, email="zeugin@example.org")
    assert (answer.status_code, answer.location) == (303, "/de/reported")
    assert "Set-Cookie" not in answer.headers
    assert client.get(answer.location).headers["Cache-Control"].startswith("public")
    stored = session.scalars(sa.select(Report)).one()
    assert (stored.reporter_id, stored.email, stored.ground) == (None, "zeugin@example.org", Ground.INSULT)
    assert [letter.email for letter in letters(session, "moderation_receipt")] == ["zeugin@example.org"]


def test_a_person_reports_once(session, client, comment, cast):
    client.sign_in(cast.stranger)
    for _ in range(3):
        assert report(client, comment).status_code == 303
    stored = session.scalars(sa.select(Report)).one()
    assert (stored.reporter_id, stored.email) == (cast.stranger.id, None)
    assert len(letters(session, "moderation_receipt")) == 1


def test_a_form_sent_twice_is_one_report(session, client, comment):
    token = client.form_token()
    for _ in range(2):
        assert report(client, comment, form_token=token).status_code == 303
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 1


def test_nobody_can_flood_a_foreign_letter_box_with_receipts(session, client, proposal, cast):
    for _ in range(4):
        report(client, say(session, proposal, cast.citizen), email="Opfer@example.org")
    assert len(letters(session, "moderation_receipt")) == 1


def test_visitors_reports_on_one_comment_are_limited(session, client, comment):
    for _ in range(20):
        assert report(client, comment).status_code == 303
    answer = report(client, comment)
    assert answer.status_code == 422
    assert report(client.sign_in(make_account(session)), comment).status_code == 303


BAD = [
    {"ground": ""}, {"ground": "boring"}, {"honest": ""}, {"body": "x" * 2001}, {"body": "\x00"},
    {"email": "kein"}, {"email": "a@b.de\r\nBcc: c@d.de"}, {"form_token": "x"}, {"form_token": ""},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=repr)
def test_a_bad_report_is_an_error_at_its_field(session, client, comment, fields):
    assert report(client, comment, **fields).status_code == 422
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 0


def test_ones_own_comment_is_withdrawn_not_reported(client, comment, cast):
    assert report(client.sign_in(cast.citizen), comment).status_code == 403


def test_what_is_hidden_cannot_be_reported_again(session, client, comment, cast):
    hide(session, comment, cast.moderator)
    assert client.get(f"/de/comments/{comment.id}/report").status_code == 403
    assert CANARY not in client.get(f"/de/comments/{comment.id}/report").text
    with pytest.raises(Conflict):
        operations.report_comment(
            session, comment=comment, ground=Ground.INSULT, body="", language="de", now=NOW, by=Voice(cast.stranger.id)
        )


def test_the_record_never_says_who_reported(session, client, comment, cast):
    report(client.sign_in(cast.stranger), comment)
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "comment.reported")).one()
    assert (entry.actor_id, entry.public) == (None, False)


def test_a_reporter_who_does_not_exist_stores_nothing(session, comment):
    with pytest.raises(sa.exc.IntegrityError):
        operations.report_comment(
            session, comment=comment, ground=Ground.INSULT, body="", language="de", now=NOW, by=Voice(999_999)
        )
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 0

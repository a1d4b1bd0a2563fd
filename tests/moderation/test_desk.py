"""The moderators' desk: queue, hiding, dismissing, restoring, and who still reads a hidden comment."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.comments import queries as comments
from bihaelt.comments.domain import CommentState, Ground
from bihaelt.journal.domain import Voice
from bihaelt.moderation import operations, queries
from bihaelt.moderation.domain import ReportState
from bihaelt.moderation.models import Hiding, Report
from bihaelt.paging import Cursor
from bihaelt.verdicts import DomainError
from tests.browser import words
from tests.factories import NOW, make_account
from tests.moderation.acts import CANARY, decide, hide, letters, report, say, voice


def test_only_moderators_have_the_desk(client, comment, cast):
    paths = ["/de/desk/reports", f"/de/desk/reports/{comment.id}", "/de/desk/appeals"]
    for path in paths:
        assert client.sign_out().get(path).status_code == 302
        for person in (cast.citizen, cast.delegate, cast.translator, cast.editor, cast.plan_owner, cast.admin):
            assert client.sign_in(person).get(path).status_code == 403
        assert client.sign_in(cast.moderator).get(path).status_code == 200
        assert client.sign_in(cast.moderator, second_factor=False).get(path).status_code == 403


@pytest.mark.parametrize("act", ["hide", "dismiss", "restore"])
def test_only_moderators_decide(session, client, comment, cast, act):
    fields = {"reason": "Weil es so ist."} | ({"ground": "insult"} if act == "hide" else {})
    for person in (
        cast.citizen,
        cast.stranger,
        cast.delegate,
        cast.translator,
        cast.editor,
        cast.plan_owner,
        cast.admin,
    ):
        assert decide(client.sign_in(person), comment, act, **fields).status_code == 403
    assert decide(client.sign_out(), comment, act, **fields).status_code == 403
    session.refresh(comment)
    assert comment.state is CommentState.VISIBLE


def test_the_queue_shows_the_longest_waiting_first_with_ground_and_due_date(session, client, proposal, cast, app):
    reported = [say(session, proposal, cast.citizen, f"Satz {n}") for n in range(3)]
    for each in reported:
        report(client, each)
    report(client.sign_in(cast.stranger), reported[0], ground="threat")
    app.config["CLOCK"] = lambda: NOW + timedelta(days=2)
    page = client.sign_in(cast.moderator).get("/en/desk/reports")
    text = words(page)
    assert text.index("Satz 0") < text.index("Satz 1") < text.index("Satz 2")
    assert "Threat or violence" in text
    assert "overdue since 23 Nov 2026" in text
    assert queries.desk_count(session, NOW) == 3


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_desks_cost_the_same_however_much_waits(session, client, proposal, cast, count_queries, number):
    for n in range(number):
        each = say(session, proposal, make_account(session), f"Satz {n}")
        operations.report_comment(session, comment=each, ground=Ground.RACISM, body="", language="de", now=NOW)
        other = say(session, proposal, make_account(session), f"Anderer {n}")
        hiding = hide(session, other, cast.moderator)
        author = Voice(other.author_id)
        operations.appeal_hiding(session, hiding=hiding, body="Einspruch", by=author, now=NOW)
    session.expire_all()
    client.sign_in(cast.other_moderator)
    for path, most in (("/de/desk/reports", 7), ("/de/desk/appeals", 5), ("/de/moderation", 5)):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= most, seen
    first = queries.queue(session, ("de",), size=1)
    assert len(first.rows) == 1
    assert (first.older is not None) == (number > 1)


def test_hiding_decides_the_reports_and_tells_everybody_concerned(session, client, comment, cast, proposal):
    report(client, comment, email="zeugin@example.org")
    report(client.sign_in(cast.stranger), comment)
    client.sign_in(cast.moderator)
    answer = decide(client, comment, "hide", ground="racism", reason="Der zweite Satz hetzt.")
    assert (answer.status_code, answer.location) == (303, "/de/desk/reports")
    session.expire_all()
    assert comment.state is CommentState.HIDDEN
    assert {each.state for each in session.scalars(sa.select(Report))} == {ReportState.UPHELD}
    to_author = letters(session, "moderation_hidden")
    assert [letter.account_id for letter in to_author] == [cast.citizen.id]
    assert to_author[0].context["reason"] == "Der zweite Satz hetzt."
    assert to_author[0].context["until"] == "2027-05-25"
    assert {letter.email for letter in letters(session, "moderation_decided")} == {
        "zeugin@example.org", cast.stranger.email,
    }  # fmt: skip
    assert proposal.comments == 0
    assert comments.miscounted(session) == {}


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"reason": " "}, {"ground": ""}, {"ground": "x"}, {"reason": "x" * 2001}], ids=repr
)
def test_nothing_is_hidden_without_ground_and_reason(session, client, comment, cast, fields):
    client.sign_in(cast.moderator)
    answer = decide(client, comment, "hide", **{"ground": "insult", "reason": "Darum.", **fields})
    assert answer.status_code == 422
    session.refresh(comment)
    assert comment.state is CommentState.VISIBLE


def test_two_moderators_hide_once(session, client, comment, cast):
    fields = {"ground": "insult", "reason": "Darum."}
    assert decide(client.sign_in(cast.moderator), comment, "hide", **fields).status_code == 303
    assert decide(client.sign_in(cast.other_moderator), comment, "hide", **fields).status_code == 422
    assert session.scalar(sa.select(sa.func.count(Hiding.id))) == 1
    assert len(letters(session, "moderation_hidden")) == 1


def test_no_moderator_decides_about_the_own_comment(session, client, proposal, cast):
    own = say(session, proposal, cast.moderator)
    client.sign_in(cast.moderator)
    assert decide(client, own, "hide", ground="insult", reason="x").status_code == 403
    assert client.get(f"/de/desk/reports/{own.id}").status_code == 200
    for act in (
        lambda: hide(session, own, cast.moderator),
        lambda: operations.dismiss_reports(session, comment=own, answer="x", by=voice(cast.moderator), now=NOW),
    ):
        with pytest.raises(DomainError, match="your own comment"):
            act()


def test_a_dismissed_report_is_answered(session, client, comment, cast):
    report(client.sign_in(cast.stranger), comment)
    client.sign_in(cast.moderator)
    assert decide(client, comment, "dismiss", reason="").status_code == 422
    assert decide(client, comment, "dismiss", reason="Eine scharfe, aber erlaubte Meinung.").status_code == 303
    assert decide(client, comment, "dismiss", reason="Noch einmal.").status_code == 422
    letter = letters(session, "moderation_decided")[0]
    assert letter.context["hidden"] is False
    session.refresh(comment)
    assert comment.state is CommentState.VISIBLE
    assert report(client.sign_in(cast.stranger), comment).status_code == 303


def test_a_moderator_restores_with_a_reason(session, client, comment, cast):
    hide(session, comment, cast.moderator)
    client.sign_in(cast.other_moderator)
    assert decide(client, comment, "restore", reason="").status_code == 422
    assert decide(client, comment, "restore", reason="Ein Missverständnis.").status_code == 303
    assert decide(client, comment, "restore", reason="Noch einmal.").status_code == 422
    session.expire_all()
    assert comment.state is CommentState.VISIBLE
    assert len(letters(session, "moderation_restored")) == 1
    hide(session, comment, cast.moderator)
    assert len(queries.hidings_of(session, comment.id)) == 2


@pytest.mark.parametrize(
    "path", ["/de/desk/reports/999", "/de/desk/appeals/999", "/de/my/moderation/999", "/de/comments/999/report"]
)
def test_what_is_not_there_is_no_page(client, cast, path):
    assert client.sign_in(cast.moderator).get(path).status_code == 404
    assert client.get(path.replace("999", "9" * 30)).status_code == 404


def test_a_hidden_comment_says_so_to_all_and_its_words_stay_with_author_and_moderators(
    session, client, comment, cast, proposal
):
    hiding = hide(session, comment, cast.moderator, reason="Wegen des bösen Satzes.")
    pages = [
        f"/en/proposals/{proposal.id}/comments", f"/en/comments/{comment.id}", f"/en/texts/{comment.text_id}",
        "/en/moderation", "/en/journal", f"/en/journal/comment/{comment.id}", f"/en/my/moderation/{hiding.id}",
        f"/en/desk/reports/{comment.id}", f"/en/comments/{comment.id}/report", f"/en/comments/{comment.id}/edit",
        f"/en/texts/{comment.text_id}/translate/tr", "/en/desk/translations?language=tr",
    ]  # fmt: skip
    others = (None, cast.stranger, cast.delegate, cast.translator, cast.editor, cast.plan_owner, cast.admin)
    for person, path in itertools.product(others, pages):
        visitor = client.sign_in(person) if person else client.sign_out()
        text = visitor.get(path).text
        assert CANARY not in text, (person, path)
        assert "bösen Satzes" not in text, (person, path)
    for page in (client.sign_out().get(path) for path in pages[:2]):
        assert "Hidden by moderation: Insult" in words(page)
        assert cast.citizen.display_name not in words(page)
    assert CANARY in client.sign_in(cast.citizen).get(f"/en/my/moderation/{hiding.id}").text
    assert CANARY in client.get("/en/my/moderation").text
    assert CANARY in client.sign_in(cast.moderator).get(f"/en/desk/reports/{comment.id}").text


def test_nobody_is_told_of_a_comment_whose_author_is_gone(session, comment, cast):
    comment.author_id = None
    session.flush()
    hide(session, comment, cast.moderator)
    assert letters(session, "moderation_hidden") == []


def test_every_list_goes_forth_and_back(session, proposal, cast):
    for n in range(3):
        each = say(session, proposal, cast.citizen, f"Satz {n}")
        operations.report_comment(session, comment=each, ground=Ground.RACISM, body="", language="de", now=NOW)
        hiding = hide(session, say(session, proposal, cast.citizen, f"Anderer {n}"), cast.moderator)
        operations.appeal_hiding(session, hiding=hiding, body="x", by=Voice(cast.citizen.id), now=NOW)
    chain = ("de",)
    lists = (
        lambda cursor: queries.queue(session, chain, cursor=cursor, size=2),
        lambda cursor: queries.appeals(session, chain, cursor=cursor, size=2),
        lambda cursor: queries.mine(session, cast.citizen.id, chain, cursor=cursor, size=2),
    )
    for read in lists:
        first = read(None)
        second = read(Cursor.decode(first.older, (int,)))
        assert (len(first.rows), len(second.rows)) == (2, 1)
        assert read(Cursor.decode(second.newer, (int,))).rows == first.rows

"""Reports, hiding with reasons, the author's appeal to another moderator, and a log without names."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihaelt import permissions
from bihaelt.comments import queries as comments
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.operations import withdraw_comment, write_comment
from bihaelt.i18n import BY_BABEL, LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.moderation import operations, queries
from bihaelt.moderation.domain import AppealState, ReportState, due_at
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.rendering import render_letter
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_account, make_proposal

CANARY = "Nachtigall-Kanari"
VALID = {"ground": "insult", "body": "Das beleidigt Menschen.", "honest": "y"}


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def proposal(session):
    return make_proposal(session, "Mehr Bänke")


@pytest.fixture
def comment(session, proposal, cast):
    return say(session, proposal, cast.citizen)


def say(session, proposal, author, body=f"{CANARY}: ein böser Satz", parent=None):
    return write_comment(
        session,
        proposal=proposal,
        body=body,
        stance=Stance.NOTE,
        language="de",
        by=Voice(author.id),
        now=NOW,
        parent=parent,
    )


def voice(account):
    return Voice(account.id, "moderator")


def hide(session, comment, moderator, **values):
    given = {"ground": Ground.INSULT, "reason": "Das Wort X verletzt Regel 2."} | values
    return operations.hide_comment(session, comment=comment, by=voice(moderator), now=NOW, **given)


def report(client, comment, **fields):
    return client.post(f"/de/comments/{comment.id}/report", VALID | fields)


def letters(session, kind):
    return session.scalars(sa.select(Letter).where(Letter.kind == kind).order_by(Letter.id)).all()


def decide(client, comment, act, **fields):
    return client.post(
        f"/de/desk/reports/{comment.id}/{act}", {f"{act}-{name}": value for name, value in fields.items()}
    )


# --- reports


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


# --- the desk


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


# --- who still reads a hidden comment


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


# --- appeals


def appeal(client, hiding, body="Das war Satire."):
    return client.post(f"/de/my/moderation/{hiding.id}", {"body": body})


def judge(client, found, decision="granted", answer="Beim zweiten Blick in Ordnung."):
    return client.post(f"/de/desk/appeals/{found.id}", {"decision": decision, "answer": answer})


def only_appeal(session):
    return session.scalars(sa.select(Appeal)).one()


def test_the_author_appeals_and_another_moderator_decides(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    assert appeal(client.sign_in(cast.citizen), hiding).status_code == 303
    assert appeal(client, hiding).status_code == 403
    found = only_appeal(session)
    assert queries.appeals_count(session, NOW) == 1
    client.sign_in(cast.moderator)
    assert client.get(f"/de/desk/appeals/{found.id}").status_code == 200
    assert judge(client, found).status_code == 403
    assert judge(client.sign_in(cast.other_moderator), found).status_code == 303
    assert judge(client, found, "refused").status_code == 422
    session.expire_all()
    assert found.state is AppealState.GRANTED
    assert comment.state is CommentState.VISIBLE
    assert [letter.account_id for letter in letters(session, "moderation_appeal")] == [cast.citizen.id]
    assert [letter.account_id for letter in letters(session, "moderation_second_look")] == [cast.moderator.id]
    assert comments.miscounted(session) == {}


def test_a_refused_appeal_leaves_the_comment_hidden(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    appeal(client.sign_in(cast.citizen), hiding)
    found = only_appeal(session)
    client.sign_in(cast.other_moderator)
    for bad in ({"decision": ""}, {"decision": "open"}, {"answer": ""}):
        assert judge(client, found, **bad).status_code == 422
    assert judge(client, found, "refused", "Es bleibt eine Beleidigung.").status_code == 303
    session.expire_all()
    assert (found.state, comment.state) == (AppealState.REFUSED, CommentState.HIDDEN)
    page = words(client.sign_in(cast.citizen).get(f"/en/my/moderation/{hiding.id}"))
    assert "Es bleibt eine Beleidigung." in page


def test_the_operation_itself_never_lets_the_first_moderator_decide(session, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    found = operations.appeal_hiding(session, hiding=hiding, body="Nein", by=Voice(cast.citizen.id), now=NOW)
    for person in (cast.moderator, cast.citizen):
        with pytest.raises(DomainError):
            operations.decide_appeal(session, appeal=found, granted=True, answer="x", by=voice(person), now=NOW)
    with pytest.raises(DomainError):
        operations.decide_appeal(session, appeal=found, granted=True, answer="x", by=Voice(None, "system"), now=NOW)
    assert found.state is AppealState.OPEN


def test_an_appeal_is_possible_for_six_months(session, client, app, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    app.config["CLOCK"] = lambda: NOW + timedelta(days=184)
    assert appeal(client.sign_in(cast.citizen), hiding).status_code == 403
    with pytest.raises(DomainError, match="six months"):
        operations.appeal_hiding(
            session, hiding=hiding, body="x", by=Voice(cast.citizen.id), now=NOW + timedelta(days=184)
        )
    app.config["CLOCK"] = lambda: NOW + timedelta(days=183, hours=23)
    assert appeal(client.sign_in(cast.citizen), hiding).status_code == 303


def test_nobody_else_appeals(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    for person in (cast.stranger, cast.delegate, cast.other_moderator, cast.admin):
        client.sign_in(person)
        assert client.get(f"/de/my/moderation/{hiding.id}").status_code == 403
        assert appeal(client, hiding).status_code == 403
    assert client.sign_out().get(f"/de/my/moderation/{hiding.id}").status_code == 302
    with pytest.raises(DomainError, match="Only the author"):
        operations.appeal_hiding(session, hiding=hiding, body="x", by=Voice(cast.stranger.id), now=NOW)


@pytest.mark.parametrize("body", ["", "  ", "x" * 2001, "\x00"])
def test_a_bad_appeal_is_an_error_at_its_field(session, client, comment, cast, body):
    hiding = hide(session, comment, cast.moderator)
    assert appeal(client.sign_in(cast.citizen), hiding, body).status_code == 422


def test_while_an_appeal_waits_nobody_restores_by_the_side_door(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    appeal(client.sign_in(cast.citizen), hiding)
    assert decide(client.sign_in(cast.moderator), comment, "restore", reason="Doch.").status_code == 422


def test_there_is_no_appeal_against_what_is_over(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    operations.restore_comment(session, comment=comment, reason="Doch.", by=voice(cast.other_moderator), now=NOW)
    assert appeal(client.sign_in(cast.citizen), hiding).status_code == 403
    with pytest.raises(Conflict):
        operations.appeal_hiding(session, hiding=hiding, body="x", by=Voice(cast.citizen.id), now=NOW)


def test_a_granted_appeal_does_not_bring_back_what_its_author_withdrew(session, comment, cast):
    hiding = hide(session, comment, cast.moderator)
    author = Voice(cast.citizen.id)
    found = operations.appeal_hiding(session, hiding=hiding, body="x", by=author, now=NOW)
    with pytest.raises(Conflict):
        operations.appeal_hiding(session, hiding=hiding, body="x", by=author, now=NOW)
    withdraw_comment(session, comment=comment, by=author, now=NOW)
    operations.decide_appeal(session, appeal=found, granted=True, answer="x", by=voice(cast.other_moderator), now=NOW)
    assert comment.state is CommentState.WITHDRAWN


# --- log, letters, counting


def test_the_public_log_has_counts_and_grounds_but_no_names_and_no_texts(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator, reason="Wegen des bösen Satzes.")
    found = operations.appeal_hiding(session, hiding=hiding, body="Einspruch!", by=Voice(cast.citizen.id), now=NOW)
    operations.decide_appeal(session, appeal=found, granted=True, answer="Ja.", by=voice(cast.other_moderator), now=NOW)
    page = client.get("/en/moderation")
    text = words(page)
    assert page.headers["Cache-Control"].startswith("public")
    assert text.count("Ground: Insult") == 2
    assert "11/2026" in text
    for secret in (
        CANARY,
        "bösen",
        "Einspruch!",
        cast.citizen.display_name,
        cast.other_moderator.display_name,
        "Mehr Bänke",
    ):
        assert secret not in text


def test_the_log_goes_on_after_its_first_page(session, client, proposal, cast):
    for _ in range(30):
        each = say(session, proposal, make_account(session))
        hide(session, each, cast.moderator)
        operations.restore_comment(session, comment=each, reason="x", by=voice(cast.moderator), now=NOW)
    first = client.get("/de/moderation")
    assert len(tree(first).xpath("//ul[@class='rows']/li")) == 50
    second = client.get(tree(first).xpath("//a[@rel='next']/@href")[0])
    assert len(tree(second).xpath("//ul[@class='rows']/li")) == 10
    assert len(tree(client.get(tree(second).xpath("//a[@rel='prev']/@href")[0])).xpath("//ul[@class='rows']/li")) == 50


def test_the_record_never_says_who_reported(session, client, comment, cast):
    report(client.sign_in(cast.stranger), comment)
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "comment.reported")).one()
    assert (entry.actor_id, entry.public) == (None, False)


CONTEXT = {
    "title": "<b>Mehr Bänke</b>", "reason": "Darum.", "answer": "Darum.", "ground": "Insult", "until": "2027-05-25",
    "hiding_id": 1, "comment_id": 1, "name": "Ayşe",
}  # fmt: skip


@pytest.mark.parametrize("language", [each.babel for each in LANGUAGES])
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("hidden", {}), ("restored", {}), ("receipt", {}), ("decided", {"hidden": True}), ("decided", {"hidden": False}),
        ("appeal", {"granted": True}), ("appeal", {"granted": False}), ("second_look", {"granted": True}),
        ("second_look", {"granted": False}),
    ],
)  # fmt: skip
def test_every_letter_can_be_written_in_every_language(app, session, kind, more, language):
    with app.test_request_context("/"):
        letter = render_letter(f"letters/moderation_{kind}.txt", BY_BABEL[language], **(CONTEXT | more))
    assert letter.startswith("Subject: ")
    assert "<b>Mehr Bänke</b>" in letter
    assert "%(" not in letter


def test_threats_come_first():
    assert due_at(Ground.THREAT, NOW) == NOW + timedelta(days=1)
    assert due_at(Ground.ADVERTISING, NOW) == NOW + timedelta(days=3)


ACTS = st.lists(
    st.tuples(st.sampled_from(["hide", "restore", "withdraw", "write", "answer"]), st.integers(0, 3)), max_size=15
)


@given(ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_moderation_does_the_counters_of_comments_stay_right(session, cast, proposal, acts):
    inner = session.begin_nested()
    written = [say(session, proposal, make_account(session))]
    for act, number in acts:
        each = written[number % len(written)]
        try:
            if act == "hide":
                hide(session, each, cast.moderator)
            elif act == "restore":
                operations.restore_comment(session, comment=each, reason="x", by=voice(cast.moderator), now=NOW)
            elif act == "withdraw":
                withdraw_comment(session, comment=each, by=Voice(each.author_id), now=NOW)
            else:
                written.append(say(session, proposal, make_account(session), parent=each if act == "answer" else None))
        except DomainError:
            continue
    assert comments.miscounted(session) == {}
    assert session.scalar(sa.select(sa.func.count(Hiding.id)).where(Hiding.ended_at.is_(None))) >= sum(
        each.state is CommentState.HIDDEN for each in written
    )
    inner.rollback()


# --- corners


def test_nobody_is_told_of_a_comment_whose_author_is_gone(session, comment, cast):
    comment.author_id = None
    session.flush()
    hide(session, comment, cast.moderator)
    assert letters(session, "moderation_hidden") == []


def test_a_reporter_who_does_not_exist_stores_nothing(session, comment):
    with pytest.raises(sa.exc.IntegrityError):
        operations.report_comment(
            session, comment=comment, ground=Ground.INSULT, body="", language="de", now=NOW, by=Voice(999_999)
        )
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 0


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


def test_an_appeal_is_decided_by_somebody_who_is_signed_in(session, comment, cast, now):
    hiding = hide(session, comment, cast.moderator)
    found = operations.appeal_hiding(session, hiding=hiding, body="x", by=Voice(cast.citizen.id), now=NOW)
    assert not permissions.decide_appeal(None, found, now)

"""The reporter's appeal against a dismissal, which another moderator decides (DSA Art. 20: both sides)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt import permissions
from bihaelt.accounts.domain import Role
from bihaelt.comments.domain import CommentState, Ground
from bihaelt.comments.operations import withdraw_comment
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.moderation import operations, queries
from bihaelt.moderation.domain import AppealState, ReportState
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.paging import Cursor
from bihaelt.privacy.domain import Contributions
from bihaelt.privacy.operations import erase
from bihaelt.privacy.queries import everything_of
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.factories import NOW, make_account
from tests.moderation.acts import CANARY, decide, hide, judge, letters, only_appeal, report, say, voice


@pytest.fixture
def dismissed(session, comment, cast):
    """A report of the stranger that the first moderator has dismissed."""
    made = operations.report_comment(
        session, comment=comment, ground=Ground.RACISM, body="Der zweite Satz.", language="de",
        by=Voice(cast.stranger.id), now=NOW,
    )  # fmt: skip
    operations.dismiss_reports(session, comment=comment, answer="Das ist erlaubt.", by=voice(cast.moderator), now=NOW)
    session.commit()
    return made


def appeal(client, made, body="Der Satz hetzt doch."):
    return client.post(f"/de/my/reports/{made.id}", {"body": body})


def appealed(session, made, **values):
    given = {"body": "Doch.", "by": Voice(made.reporter_id), "now": NOW} | values
    return operations.appeal_dismissal(session, report=made, **given)


def test_the_reporter_appeals_and_another_moderator_hides_the_comment(session, client, comment, cast, dismissed):
    client.sign_in(cast.stranger)
    page = client.get("/en/my/reports")
    assert "Racism" in words(page)
    assert client.get(tree(page).xpath("//main//h2/a/@href")[0]).status_code == 200
    assert "Das ist erlaubt." in words(client.get(f"/en/my/reports/{dismissed.id}"))
    assert appeal(client, dismissed).location == f"/de/my/reports/{dismissed.id}"
    assert appeal(client, dismissed).status_code == 403
    found = only_appeal(session)
    assert queries.appeals_count(session, NOW) == 1
    client.sign_in(cast.moderator)
    assert "you made the first decision" in words(client.get("/en/desk/appeals"))
    assert judge(client, found).status_code == 403
    client.sign_in(cast.other_moderator)
    text = words(client.get(f"/en/desk/appeals/{found.id}"))
    assert "What the reporter says" in text
    assert "Der Satz hetzt doch." in text
    assert cast.stranger.display_name not in text
    assert judge(client, found, answer="Der zweite Satz hetzt.").status_code == 303
    session.expire_all()
    assert (found.state, comment.state) == (AppealState.GRANTED, CommentState.HIDDEN)
    hiding = session.scalars(sa.select(Hiding)).one()
    assert (hiding.moderator_id, hiding.ground) == (cast.other_moderator.id, Ground.RACISM)
    (to_reporter,) = letters(session, "moderation_report_appeal")
    assert (to_reporter.account_id, to_reporter.context["visible"]) == (cast.stranger.id, False)
    assert [letter.account_id for letter in letters(session, "moderation_second_look")] == [cast.moderator.id]
    (to_author,) = letters(session, "moderation_hidden")
    assert (to_author.account_id, to_author.context["reason"]) == (cast.citizen.id, "Der zweite Satz hetzt.")
    client.sign_in(cast.stranger)
    page = words(client.get(f"/en/my/reports/{dismissed.id}"))
    assert "Appeal granted" in page
    assert CANARY not in page
    assert client.sign_in(cast.citizen).post(f"/de/my/moderation/{hiding.id}", {"body": "Nein!"}).status_code == 303


def test_a_refused_appeal_leaves_the_comment_visible(session, client, comment, cast, dismissed):
    appeal(client.sign_in(cast.stranger), dismissed)
    found = only_appeal(session)
    assert judge(client.sign_in(cast.other_moderator), found, "refused", "Es bleibt erlaubt.").status_code == 303
    session.expire_all()
    assert (found.state, comment.state) == (AppealState.REFUSED, CommentState.VISIBLE)
    (letter,) = letters(session, "moderation_report_appeal")
    assert (letter.context["visible"], letter.context["answer"]) == (True, "Es bleibt erlaubt.")
    assert letters(session, "moderation_hidden") == []
    page = words(client.sign_in(cast.stranger).get(f"/en/my/reports/{dismissed.id}"))
    assert "Es bleibt erlaubt." in page


def test_the_answer_to_a_dismissed_report_shows_the_way_to_the_appeal(session, client, comment, cast, dismissed):
    (letter,) = letters(session, "moderation_decided")
    assert (letter.context["report_id"], letter.context["until"]) == (dismissed.id, "2027-05-25")


def test_only_the_reporter_sees_and_appeals(session, client, cast, dismissed):
    path = f"/de/my/reports/{dismissed.id}"
    assert client.get(path).status_code == 302
    for person in (cast.citizen, cast.delegate, cast.moderator, cast.admin):
        assert client.sign_in(person).get(path).status_code == 403
        assert appeal(client, dismissed).status_code == 403
    assert "on:" not in words(client.get("/en/my/reports"))
    assert client.get("/de/my/reports/999").status_code == 404
    with pytest.raises(DomainError, match="Only the person who reported"):
        appealed(session, dismissed, by=Voice(cast.citizen.id))
    assert not permissions.see_report(None, dismissed, NOW)
    assert not permissions.appeal_dismissal(None, (dismissed, None), NOW)


def test_a_visitors_report_has_no_appeal_here_and_its_letter_shows_the_form(session, comment, cast):
    made = operations.report_comment(
        session, comment=comment, ground=Ground.RACISM, body="", language="de", email="zeugin@example.org", now=NOW
    )
    operations.dismiss_reports(session, comment=comment, answer="Nein.", by=voice(cast.moderator), now=NOW)
    assert "report_id" not in letters(session, "moderation_decided")[0].context
    with pytest.raises(DomainError, match="Only the person who reported"):
        appealed(session, made, by=Voice(None))


def test_only_a_dismissed_report_of_a_visible_comment_can_be_appealed(session, client, comment, cast):
    report(client.sign_in(cast.stranger), comment)
    made = session.scalars(sa.select(Report)).one()
    assert client.get(f"/de/my/reports/{made.id}").status_code == 200
    assert appeal(client, made).status_code == 403
    with pytest.raises(Conflict, match="not dismissed"):
        appealed(session, made)
    hide(session, comment, cast.moderator)
    session.commit()
    assert made.state is ReportState.UPHELD
    page = client.get(f"/de/my/reports/{made.id}")
    assert CANARY not in page.text
    assert appeal(client, made).status_code == 403


def test_what_is_hidden_meanwhile_needs_no_appeal(session, client, comment, cast, dismissed):
    hide(session, comment, cast.other_moderator)
    session.commit()
    assert appeal(client.sign_in(cast.stranger), dismissed).status_code == 403
    with pytest.raises(Conflict):
        appealed(session, dismissed)


def test_a_reporter_appeals_for_six_months_and_once(session, client, app, cast, dismissed):
    late = NOW + timedelta(days=184)
    with pytest.raises(DomainError, match="six months"):
        appealed(session, dismissed, now=late)
    app.config["CLOCK"] = lambda: late
    assert appeal(client.sign_in(cast.stranger), dismissed).status_code == 403
    app.config["CLOCK"] = lambda: late - timedelta(hours=1)
    assert appeal(client.sign_in(cast.stranger), dismissed).status_code == 303
    with pytest.raises(Conflict):
        appealed(session, dismissed)


@pytest.mark.parametrize("body", ["", "  ", "x" * 2001, "\x00"])
def test_a_bad_appeal_is_an_error_at_its_field(session, client, cast, dismissed, body):
    assert appeal(client.sign_in(cast.stranger), dismissed, body).status_code == 422


def test_a_moderator_who_reported_does_not_decide_the_own_appeal(session, client, comment, cast):
    report(client.sign_in(cast.other_moderator), comment)
    assert decide(client.sign_in(cast.moderator), comment, "dismiss", reason="Erlaubt.").status_code == 303
    made = session.scalars(sa.select(Report)).one()
    assert appeal(client.sign_in(cast.other_moderator), made).status_code == 303
    found = only_appeal(session)
    for person in (cast.moderator, cast.other_moderator, cast.citizen):
        assert judge(client.sign_in(person), found).status_code == 403
        with pytest.raises(DomainError):
            operations.decide_appeal(session, appeal=found, granted=True, answer="x", by=voice(person), now=NOW)
    assert judge(client.sign_in(make_account(session, Role.MODERATOR)), found).status_code == 303


def test_a_granted_appeal_about_a_withdrawn_comment_hides_nothing(session, comment, cast, dismissed):
    found = appealed(session, dismissed)
    withdraw_comment(session, comment=comment, by=Voice(cast.citizen.id), now=NOW)
    operations.decide_appeal(session, appeal=found, granted=True, answer="x", by=voice(cast.other_moderator), now=NOW)
    assert comment.state is CommentState.WITHDRAWN
    assert letters(session, "moderation_report_appeal")[0].context["visible"] is False


def test_the_record_never_says_which_reporter_appealed(session, cast, dismissed):
    appealed(session, dismissed)
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "comment.appealed")).one()
    assert (entry.actor_id, entry.public) == (None, False)


def test_an_appeal_is_part_of_ones_own_data_and_is_nobodys_after_erasure(session, cast, dismissed):
    found = appealed(session, dismissed)
    assert [row["body"] for row in everything_of(session, cast.stranger.id)["appeal"]] == ["Doch."]
    erase(
        session, account=cast.stranger, contributions=Contributions.KEEP, by=Voice(cast.stranger.id), now=NOW
    )  # fmt: skip
    assert found.appellant_id is None
    operations.decide_appeal(session, appeal=found, granted=False, answer="x", by=voice(cast.other_moderator), now=NOW)
    assert letters(session, "moderation_report_appeal") == []


@pytest.mark.parametrize("number", [1, 3, 50])
def test_ones_reports_cost_the_same_however_many(session, client, proposal, cast, count_queries, number):
    for n in range(number):
        each = say(session, proposal, make_account(session), f"Satz {n}")
        operations.report_comment(
            session, comment=each, ground=Ground.RACISM, body="", language="de", by=Voice(cast.stranger.id), now=NOW
        )
        operations.dismiss_reports(session, comment=each, answer="x", by=voice(cast.moderator), now=NOW)
        operations.appeal_dismissal(
            session, report=queries.reports_on(session, each.id)[0], body="x", by=Voice(cast.stranger.id), now=NOW
        )
    session.commit()
    with count_queries() as seen:
        assert client.sign_in(cast.stranger).get("/de/my/reports").status_code == 200
    assert len(seen) <= 7, seen
    with count_queries() as seen:
        assert client.sign_in(cast.other_moderator).get("/de/desk/appeals").status_code == 200
    assert len(seen) <= 7, seen


def test_ones_reports_go_forth_and_back(session, proposal, cast):
    for n in range(3):
        operations.report_comment(
            session, comment=say(session, proposal, cast.citizen, f"Satz {n}"), ground=Ground.RACISM, body="",
            language="de", by=Voice(cast.stranger.id), now=NOW,
        )  # fmt: skip
    read = lambda cursor: queries.reported_by(session, cast.stranger.id, ("de",), cursor=cursor, size=2)  # noqa: E731
    first = read(None)
    second = read(Cursor.decode(first.older, (int,)))
    assert (len(first.rows), len(second.rows)) == (2, 1)
    assert read(Cursor.decode(second.newer, (int,))).rows == first.rows


def test_the_database_knows_an_appeal_without_a_decision_is_none(session):
    session.add(Appeal(body="x", state=AppealState.OPEN, created_at=NOW))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()

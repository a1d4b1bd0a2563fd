"""The author's appeal, which another moderator decides."""

from datetime import timedelta

import pytest

from bihaelt import permissions
from bihaelt.comments import queries as comments
from bihaelt.comments.domain import CommentState
from bihaelt.comments.operations import withdraw_comment
from bihaelt.journal.domain import Voice
from bihaelt.moderation import operations, queries
from bihaelt.moderation.domain import AppealState
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import words
from tests.factories import NOW
from tests.moderation.acts import appeal, decide, hide, judge, letters, only_appeal, voice


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


def test_an_appeal_is_decided_by_somebody_who_is_signed_in(session, comment, cast, now):
    hiding = hide(session, comment, cast.moderator)
    found = operations.appeal_hiding(session, hiding=hiding, body="x", by=Voice(cast.citizen.id), now=NOW)
    assert not permissions.decide_appeal(None, found, now)

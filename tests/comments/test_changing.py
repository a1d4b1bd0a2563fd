"""Changing and withdrawing what one wrote."""

from datetime import timedelta

import pytest

from bihaelt.accounts.domain import AccountState
from bihaelt.comments import operations, queries
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.journal.domain import Voice
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import words
from tests.cast import make_cast
from tests.comments.saying import discussion, say, write
from tests.factories import NOW, make_account


def edit(client, comment, body="Neu gesagt", stance="for"):
    return client.post(f"/de/comments/{comment.id}/edit", {"body": body, "stance": stance})


def test_a_comment_can_be_changed_for_fifteen_minutes(session, client, app, proposal):
    person = make_account(session)
    comment = say(session, proposal, by=person)
    client.sign_in(person)
    app.config["CLOCK"] = lambda: NOW + timedelta(minutes=14, seconds=59)
    assert client.get(f"/de/comments/{comment.id}/edit").status_code == 200
    assert edit(client, comment, stance="against").status_code == 303
    row = discussion(session, proposal).threads[0].comment
    assert (row.words.body, row.stance) == ("Neu gesagt", Stance.AGAINST)
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 0
    assert queries.by_stance(session, proposal.id)[Stance.AGAINST] == 1
    app.config["CLOCK"] = lambda: NOW + timedelta(minutes=15)
    assert client.get(f"/de/comments/{comment.id}/edit").status_code == 403
    assert edit(client, comment, "Zu spät").status_code == 403
    assert queries.miscounted(session) == {}


def test_an_unchanged_comment_stays_unchanged(session, proposal, now):
    person = make_account(session)
    comment = say(session, proposal, by=person)
    voice = Voice(person.id)
    operations.edit_comment(session, comment=comment, body="Gute Idee.", stance=Stance.FOR, by=voice, now=now)
    assert comment.edited_at is None


def test_nobody_changes_or_withdraws_what_others_wrote(session, client, proposal):
    cast = make_cast(session)
    comment = say(session, proposal, by=cast.citizen)
    for person in (cast.stranger, cast.delegate, cast.moderator, cast.admin):
        client.sign_in(person)
        assert client.get(f"/de/comments/{comment.id}/edit").status_code == 403
        assert edit(client, comment).status_code == 403
        assert client.post(f"/de/comments/{comment.id}/withdraw").status_code == 403
    client.sign_out()
    assert edit(client, comment).status_code == 403
    session.refresh(comment)
    assert comment.state is CommentState.VISIBLE


def test_its_author_withdraws_a_comment_and_its_words_are_gone(session, client, proposal):
    person = make_account(session, name="Reumütig")
    comment = say(session, proposal, "Peinlicher Satz", by=person)
    say(session, proposal, "Eine Antwort darauf", parent=comment)
    client.sign_in(person)
    assert client.post(f"/de/comments/{comment.id}/withdraw", token=False).status_code == 422
    assert client.post(f"/de/comments/{comment.id}/withdraw").status_code == 303
    assert client.post(f"/de/comments/{comment.id}/withdraw").status_code == 403
    client.sign_out()
    for path in (f"/en/proposals/{proposal.id}/comments", f"/en/comments/{comment.id}"):
        page = words(client.get(path))
        assert "Peinlicher Satz" not in page
        assert "Reumütig" not in page
        assert "Withdrawn by its author" in page
        assert "Eine Antwort darauf" in page
    assert client.get(f"/de/texts/{comment.text_id}").status_code == 404
    session.refresh(proposal)
    assert proposal.comments == 1


def test_withdrawn_without_answers_leaves_no_trace_in_the_list(session, proposal, now):
    person = make_account(session)
    comment = say(session, proposal, by=person)
    reply = say(session, proposal, by=person, parent=say(session, proposal))
    for each in (comment, reply):
        operations.withdraw_comment(session, comment=each, by=Voice(person.id), now=now)
    found = discussion(session, proposal)
    assert len(found.threads) == 1
    assert found.threads[0].answers == []
    with pytest.raises(Conflict):
        operations.withdraw_comment(session, comment=comment, by=Voice(person.id), now=now)


def test_what_was_said_before_a_correction_is_nobodys_business(session, client, proposal):
    person = make_account(session)
    comment = say(session, proposal, "Vertippte Telefonnummer 12345", by=person)
    edit(client.sign_in(person), comment, "Ohne Nummer")
    assert "12345" not in client.sign_out().get(f"/de/texts/{comment.text_id}").text


def test_a_deleted_profile_keeps_its_comment_without_a_name(session, client, proposal):
    person = make_account(session, name="Weg Gegangen")
    say(session, proposal, by=person)
    person.state, person.email = AccountState.DELETED, None
    session.flush()
    page = words(client.get(f"/en/proposals/{proposal.id}/comments"))
    assert "Weg Gegangen" not in page
    assert "Deleted profile" in page


def test_too_many_comments_at_once_are_refused(session, client, proposal):
    person = make_account(session)
    for n in range(10):
        say(session, proposal, f"Kommentar {n}", by=person)
    client.sign_in(person)
    assert write(client, proposal).status_code == 422
    say(session, proposal, "Später", by=person, now=NOW + timedelta(minutes=10))


def test_a_hidden_comment_is_not_changed(session, proposal, now):
    person = make_account(session)
    comment = say(session, proposal, by=person)
    operations.conceal_comment(session, comment=comment, ground=Ground.INSULT)
    with pytest.raises(DomainError, match="not visible"):
        operations.edit_comment(session, comment=comment, body="x", stance=Stance.FOR, by=Voice(person.id), now=now)
    with pytest.raises(DomainError, match="not visible"):
        say(session, proposal, "Antwort", parent=comment)

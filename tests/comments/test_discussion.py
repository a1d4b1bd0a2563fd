"""The discussion of a proposal: threads of two levels, in its time, in the writer's voice and language."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState
from bihaelt.comments import operations, queries
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.models import Comment
from bihaelt.journal.domain import Voice
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, State
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_account, make_conference, make_delegate, make_organisation, make_proposal

CHAIN = ("de", "en")


@pytest.fixture
def proposal(session):
    return make_proposal(session)


def say(session, proposal, body="Gute Idee.", *, by=None, stance=Stance.FOR, now=NOW, **values):
    voice = by if isinstance(by, Voice) else Voice((by or make_account(session)).id)
    return operations.write_comment(
        session, proposal=proposal, body=body, stance=stance, language="de", by=voice, now=now, **values
    )


def write(client, proposal, body="Das fehlt in Sennestadt.", stance="for", **fields):
    return client.post(f"/de/proposals/{proposal.id}/comments", {"body": body, "stance": stance, **fields})


def discussion(session, proposal, **values):
    session.expire_all()
    return queries.discussion(session, proposal.id, CHAIN, **values)


def only(session):
    return session.scalars(sa.select(Comment)).one()


def test_a_person_comments_in_the_language_of_the_page(session, client, proposal):
    client.sign_in(make_account(session, name="Ayşe"))
    answer = client.post(f"/ar/proposals/{proposal.id}/comments", {"body": "فكرة **جيدة**", "stance": "for"})
    comment = only(session)
    assert (answer.status_code, answer.location) == (303, f"/ar/proposals/{proposal.id}#comment-{comment.id}")
    page = client.get(f"/de/proposals/{proposal.id}/comments")
    prose = tree(page).xpath(f"//*[@id='comment-{comment.id}']//*[contains(@class, 'prose')]")[0]
    assert (prose.get("lang"), prose.get("dir")) == ("ar", "rtl")
    assert "Ayşe" in words(page)
    session.refresh(proposal)
    assert proposal.comments == 1
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 1


def test_a_delegate_is_seen_as_organisation_and_title_only(session, client, proposal):
    organisation = make_organisation(session, "Jugendring")
    delegate = make_delegate(
        session, organisation, account=make_account(session, name="Erika Privat"), title="Vorstand"
    )
    client.sign_in(delegate)
    assert write(client, proposal, acting_for=organisation.id).status_code == 303
    for page in (client.get(f"/en/proposals/{proposal.id}/comments"), client.get(f"/en/comments/{only(session).id}")):
        article = tree(page).xpath("//article[starts-with(@id, 'comment-')]")[0].text_content()
        assert "Jugendring" in article
        assert "Vorstand" in article
        assert "Erika" not in article


def test_nobody_speaks_for_an_organisation_of_others(session, client, proposal):
    cast = make_cast(session)
    for person in (cast.citizen, cast.foreign_delegate, cast.moderator):
        answer = write(client.sign_in(person), proposal, acting_for=cast.organisation.id)
        assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count(Comment.id))) == 0


def test_sent_twice_it_is_one_comment(session, client, proposal):
    client.sign_in(make_account(session))
    token = client.form_token()
    first = write(client, proposal, form_token=token)
    second = write(client, proposal, form_token=token)
    assert first.location == second.location
    assert discussion(session, proposal).by_stance[Stance.FOR] == 1
    assert write(client, proposal, body="Etwas anderes.", form_token=token).status_code == 422
    assert session.scalar(sa.select(sa.func.count(Comment.id))) == 1


def test_an_expired_form_keeps_what_was_typed(session, client, proposal):
    client.sign_in(make_account(session))
    answer = write(client, proposal, body="Mühsam getippt", form_token="abgelaufen")
    assert answer.status_code == 422
    assert tree(answer).xpath("string(//textarea[@name='body'])").strip() == "Mühsam getippt"


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        ("planned", 303), ("collecting", 303), ("screening", 303), ("voting", 303), ("deciding", 303),
        ("reporting", 303), ("done", 403),
    ],
)  # fmt: skip
def test_the_discussion_is_open_until_the_conference_is_done(session, client, phase, status):
    proposal = make_proposal(session, conference=make_conference(session, phase))
    cast = make_cast(session)
    for person in (cast.citizen, cast.delegate, cast.moderator, cast.translator, cast.admin):
        assert write(client.sign_in(person), proposal).status_code == status
    assert write(client.sign_in(cast.blocked), proposal).status_code == 403
    assert write(client.sign_out(), proposal).status_code == 403
    if status == 403:
        client.sign_in(cast.citizen)
        assert "The discussion ended on" in words(client.get(f"/en/proposals/{proposal.id}/comments"))


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.NEEDS_INFO, State.WITHDRAWN])
def test_what_is_not_public_has_no_discussion(session, client, state):
    proposal = make_proposal(session, state=state)
    client.sign_in(make_account(session))
    assert write(client, proposal).status_code == 404
    assert client.get(f"/de/proposals/{proposal.id}/comments").status_code == 404
    with pytest.raises(DomainError):
        say(session, proposal)


def test_a_decided_proposal_is_still_discussed(session, client):
    proposal = make_proposal(session, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    assert write(client.sign_in(make_account(session)), proposal).status_code == 303


BAD = [
    {"body": ""}, {"body": " \n "}, {"body": "x" * 3001}, {"body": "a\x00b"}, {"body": "a\x07b"}, {"stance": ""},
    {"stance": "neutral"}, {"stance": "for' --"}, {"acting_for": "x"}, {"acting_for": "9" * 30},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=repr)
def test_bad_input_is_an_error_at_its_field(session, client, proposal, fields):
    client.sign_in(make_account(session))
    answer = write(client, proposal, **{"body": "Gut", "stance": "for", **fields})
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[contains(@class, 'kern-alert--danger')]")
    assert session.scalar(sa.select(sa.func.count(Comment.id))) == 0


def test_script_in_a_comment_is_only_text(session, client, proposal):
    client.sign_in(make_account(session, name="<script>alert(1)</script>"))
    write(client, proposal, body='<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="alert(1)">')
    page = tree(client.get(f"/de/proposals/{proposal.id}/comments"))
    article = page.xpath("//article[starts-with(@id, 'comment-')]")[0]
    assert not article.xpath(".//script|.//img|.//*[@onerror]|.//a[starts-with(@href, 'javascript')]")


def test_answers_stand_below_their_comment(session, client, proposal):
    client.sign_in(make_account(session))
    first = say(session, proposal, "Erstens")
    answer = client.post(f"/de/comments/{first.id}", {"body": "Stimmt.", "stance": "note"})
    assert answer.status_code == 303
    assert client.get(answer.location).location.startswith(f"/de/comments/{first.id}?after=")
    found = discussion(session, proposal)
    assert [thread.comment.words.body for thread in found.threads] == ["Erstens"]
    assert [row.words.body for row in found.threads[0].answers] == ["Stimmt."]


def test_there_is_no_third_level(session, client, proposal):
    client.sign_in(make_account(session))
    first = say(session, proposal)
    second = say(session, proposal, "Antwort", parent=first)
    assert client.post(f"/de/comments/{second.id}", {"body": "Tiefer", "stance": "note"}).status_code == 403
    with pytest.raises(DomainError, match="Answers belong"):
        say(session, proposal, "Tiefer", parent=second)
    other = say(session, make_proposal(session))
    with pytest.raises(DomainError, match="Answers belong"):
        say(session, proposal, "Falsch", parent=other)


def test_a_link_to_an_answer_leads_to_its_place(session, client, proposal):
    first = say(session, proposal)
    answers = [say(session, proposal, f"Antwort {n}", parent=first, by=make_account(session)) for n in range(40)]
    answer = client.get(f"/de/comments/{answers[35].id}")
    assert answer.status_code == 302
    assert answer.location.endswith(f"#comment-{answers[35].id}")
    assert "Antwort 35" in words(client.get(answer.location))
    page = client.get(f"/de/comments/{first.id}")
    assert "Antwort 29" in words(page)
    assert "Antwort 30" not in words(page)
    after = tree(page).xpath("//nav[contains(@class, 'paging')]//a[@rel='next']/@href")[0]
    assert "Antwort 39" in words(client.get(after))
    before = tree(client.get(after)).xpath("//nav[contains(@class, 'paging')]//a[@rel='prev']/@href")[0]
    assert "Antwort 29" in words(client.get(before))


def test_the_newest_threads_come_first_and_older_ones_on_the_next_page(session, client, proposal):
    for n in range(25):
        say(session, proposal, f"Kommentar {n:02}")
    page = client.get(f"/de/proposals/{proposal.id}/comments")
    assert words(page).index("Kommentar 24") < words(page).index("Kommentar 05")
    assert "Kommentar 04" not in words(page)
    older = tree(page).xpath("//a[contains(@href, 'after=')]/@href")[-1]
    assert "Kommentar 00" in words(client.get(older))
    found = queries.discussion(session, proposal.id, CHAIN, cursor=None, size=10)
    second = queries.discussion(session, proposal.id, CHAIN, cursor=Cursor.decode(found.older, (int,)), size=10)
    back = queries.discussion(session, proposal.id, CHAIN, cursor=Cursor.decode(second.newer, (int,)), size=10)
    assert back.threads == found.threads


@pytest.mark.parametrize("after", ["x", "W10", "W2ZhbHNlLCJ4Il0", "W2ZhbHNlLDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "%00"])
def test_a_damaged_place_in_the_list_is_its_beginning(session, client, proposal, after):
    comment = say(session, proposal, "Da bin ich")
    assert "Da bin ich" in words(client.get(f"/de/proposals/{proposal.id}/comments?after={after}"))
    assert "Da bin ich" in words(client.get(f"/de/comments/{comment.id}?after={after}"))


def test_only_the_first_answers_are_shown_and_the_way_to_the_others(session, client, proposal):
    first = say(session, proposal)
    for n in range(queries.ANSWERS + 1):
        say(session, proposal, f"Antwort {n}", parent=first)
    thread = discussion(session, proposal).threads[0]
    assert (len(thread.answers), thread.more) == (queries.ANSWERS, True)
    page = client.get(f"/de/proposals/{proposal.id}/comments")
    assert f"/de/comments/{first.id}" in tree(page).xpath("//ol//ol//a/@href")[-1]


@pytest.mark.parametrize("number", [1, 3, 50])
def test_a_discussion_is_five_statements_however_long(session, proposal, count_queries, number):
    organisations = [make_organisation(session) for _ in range(number)]
    for organisation in organisations:
        first = say(session, proposal, by=make_account(session))
        say(session, proposal, "Antwort", by=make_account(session), parent=first)
        operations.publish_statement(
            session, proposal=proposal, body="Wir sind dafür.", stance=Stance.FOR, language="de",
            by=Voice(make_account(session).id, "delegate", organisation.id, "Vorstand"), now=NOW,
        )  # fmt: skip
    session.expire_all()
    proposal_id = proposal.id
    with count_queries() as seen:
        found = queries.discussion(session, proposal_id, CHAIN)
    assert len(seen) == 5
    assert len(found.threads) == min(number, queries.THREADS)
    assert len(found.statements) == number


@pytest.mark.parametrize("number", [1, 3, 50])
def test_pages_of_the_discussion_cost_the_same_however_long(session, client, proposal, count_queries, number):
    first = say(session, proposal)
    for _ in range(number):
        say(session, proposal, by=make_account(session))
        say(session, proposal, "Antwort", by=make_account(session), parent=first)
    paths = [f"/de/proposals/{proposal.id}/comments", f"/de/comments/{first.id}"]
    client.sign_in(make_account(session))
    for path, most in zip(paths, (9, 6), strict=True):
        with count_queries() as seen:
            client.get(path)
        assert len(seen) <= most, seen


def test_a_visitor_sees_no_form_and_every_visitor_the_same_page(session, client, proposal):
    comment = say(session, proposal)
    for path in (f"/de/proposals/{proposal.id}/comments", f"/de/comments/{comment.id}"):
        answer = client.get(path)
        assert not tree(answer).xpath("//main//form[@method='post']")
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer.headers


# --- changing and withdrawing


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


# --- official statements


def publish(client, proposal, organisation, body="Der Verein ist dafür.", stance="for"):
    return client.post(f"/de/proposals/{proposal.id}/statements/{organisation.id}", {"body": body, "stance": stance})


def test_an_organisation_has_one_statement_above_the_comments_and_every_change_stays_visible(session, client, proposal):
    organisation = make_organisation(session, "Sportbund")
    first, second = (make_delegate(session, organisation, title=title) for title in ("Vorsitz", "Referat"))
    client.sign_in(first)
    assert client.get(f"/de/proposals/{proposal.id}/statements/{organisation.id}").status_code == 200
    assert publish(client, proposal, organisation).status_code == 303
    assert publish(client.sign_in(second), proposal, organisation, "Der Verein ist sehr dafür.").status_code == 303
    found = discussion(session, proposal)
    assert [(row.organisation_name, row.title, row.words.body) for row in found.statements] == [
        ("Sportbund", "Referat", "Der Verein ist sehr dafür.")
    ]
    assert sum(found.by_stance.values()) == 0
    say(session, proposal, "Ein Kommentar")
    page = words(client.get(f"/de/proposals/{proposal.id}/comments"))
    assert page.index("Der Verein ist sehr dafür.") < page.index("Ein Kommentar")
    past = client.get(f"/de/texts/{found.statements[0].text_id}")
    assert tree(past).xpath("//ins")


def test_only_delegates_publish_statements(session, client, proposal):
    cast = make_cast(session)
    for person in (cast.citizen, cast.foreign_delegate, cast.moderator, cast.plan_owner, cast.admin):
        assert publish(client.sign_in(person), proposal, cast.organisation).status_code == 403
    assert publish(client.sign_out(), proposal, cast.organisation).status_code == 403
    assert publish(client.sign_in(cast.organisation_admin), proposal, cast.organisation).status_code == 303
    with pytest.raises(DomainError, match="Only organisations"):
        operations.publish_statement(
            session, proposal=proposal, body="x", stance=Stance.FOR, language="de", by=Voice(cast.citizen.id), now=NOW
        )


@pytest.mark.parametrize("fields", [{"body": ""}, {"body": "x" * 6001}, {"stance": "x"}, {"body": "\x00"}], ids=repr)
def test_a_bad_statement_is_an_error_at_its_field(session, client, proposal, fields):
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    assert publish(client, proposal, organisation, **fields).status_code == 422
    assert discussion(session, proposal).statements == []


def test_no_statement_once_the_conference_is_done(session, client):
    proposal = make_proposal(session, conference=make_conference(session, "done"))
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    assert publish(client, proposal, organisation).status_code == 403


# --- counters


def test_a_wrong_counter_is_found_and_put_right(session, proposal):
    say(session, proposal)
    say(session, proposal, stance=Stance.QUESTION)
    session.refresh(proposal)
    proposal.comments = 9
    session.flush()
    assert operations.recount(session) == {proposal.id: 2}
    assert operations.recount(session) == {}
    assert proposal.comments == 2


def test_hidden_and_shown_again_the_counters_follow(session, proposal):
    comment = say(session, proposal)
    operations.conceal_comment(session, comment=comment, ground=Ground.INSULT)
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 0
    operations.reveal_comment(session, comment=comment)
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 1
    assert queries.miscounted(session) == {}


# --- corners


def test_a_writer_who_does_not_exist_stores_nothing(session, proposal):
    with pytest.raises(sa.exc.IntegrityError):
        say(session, proposal, by=Voice(999_999))
    assert session.scalar(sa.select(sa.func.count(Comment.id))) == 0


def test_what_an_organisation_said_stands_in_one_place(session, proposal, now):
    organisation = make_organisation(session)
    delegate = Voice(make_delegate(session, organisation).id, "delegate", organisation.id, "Vorstand")
    say(session, proposal, "Ein Kommentar", by=delegate)
    operations.publish_statement(
        session, proposal=proposal, body="Amtlich", stance=Stance.FOR, language="de", by=delegate, now=now
    )
    operations.publish_statement(
        session, proposal=proposal, body="Amtlich", stance=Stance.FOR, language="de", by=delegate, now=now
    )
    found = queries.said_for(session, organisation.id, CHAIN)
    assert {(row.official, row.words.body) for row in found} == {(True, "Amtlich"), (False, "Ein Kommentar")}


def test_a_hidden_comment_is_not_changed(session, proposal, now):
    person = make_account(session)
    comment = say(session, proposal, by=person)
    operations.conceal_comment(session, comment=comment, ground=Ground.INSULT)
    with pytest.raises(DomainError, match="not visible"):
        operations.edit_comment(session, comment=comment, body="x", stance=Stance.FOR, by=Voice(person.id), now=now)
    with pytest.raises(DomainError, match="not visible"):
        say(session, proposal, "Antwort", parent=comment)

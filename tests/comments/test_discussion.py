"""The discussion of a proposal: threads of two levels, in its time, in the writer's voice and language."""

import pytest
import sqlalchemy as sa

from bihaelt.comments import operations, queries
from bihaelt.comments.domain import Stance
from bihaelt.comments.models import Comment
from bihaelt.journal.domain import Voice
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, State
from bihaelt.verdicts import DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.comments.saying import CHAIN, discussion, only, say, write
from tests.factories import NOW, make_account, make_conference, make_delegate, make_organisation, make_proposal


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
    assert len(seen) == 4
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

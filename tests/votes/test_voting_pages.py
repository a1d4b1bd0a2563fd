"""Filling in a ballot paper with an account: the four methods, what is refused, the receipt, and whose voice it is."""

import json
import re

import pytest
import sqlalchemy as sa

from bihaelt.votes.domain import Method
from bihaelt.votes.domain.ballots import BallotState, CountRule, PaperState
from bihaelt.votes.domain.protocol.commitments import commitment, words
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Paper, PendingLeaf, Replaced, Strike
from bihaelt.votes.operations.log import append, waiting_entries
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree
from tests.browser import words as read
from tests.factories import NOW, add, make_account, make_delegate, make_organisation
from tests.votes.ballot_stage import make_ballot, make_draft, make_verified, ring_of

RULES = {
    Method.APPROVAL: CountRule.EQUAL_SHARES,
    Method.POINTS: CountRule.POINTS,
    Method.YES_NO_ABSTAIN: CountRule.MAJORITY,
    Method.RANKING: CountRule.SCHULZE,
}


@pytest.fixture
def voter(session, client):
    """Somebody verified, in front of their browser."""
    account = make_account(session)
    make_verified(session, account)
    client.sign_in(account)
    return account


def paper_of(session, ballot, number=0):
    """A question of the ballot and the keys of its options."""
    question = questions(session, ballot)[number]
    return question, [option.key for option in question.options]


def ticks(session, ballot, *places, number=0):
    question, keys = paper_of(session, ballot, number)
    return {f"question-{question.key}": [keys[place] for place in places]}


def stored(session):
    session.expire_all()
    return session.scalars(sa.select(Paper).order_by(Paper.question_id)).all()


def choices(session):
    return [(paper.state, paper.choice, paper.draft) for paper in stored(session)]


def at(ballot, step=""):
    return f"/en/ballots/{ballot.id}/vote{step}"


def cast(client, session, ballot, fields, query=""):
    assert client.post(at(ballot) + query, fields).status_code == 303
    answer = client.post(at(ballot, "/cast") + query)
    assert answer.status_code == 303
    return answer


# --- The paper ------------------------------------------------------------------------------------------------------
def test_the_paper_has_a_section_for_each_topic_with_budget_titles_costs_and_links(session, app, client, voter):
    ballot = make_ballot(session, app, cost=1000, budget=2500)
    page = tree(client.get(at(ballot)))
    sections = page.xpath("//main//section[starts-with(@id, 'question-')]")
    assert len(sections) == 2
    for section in sections:
        assert "€2,500" in section.text_content()
        assert len(section.xpath(".//input[@type='checkbox']")) == 3
        assert section.text_content().count("€1,000") == 3
        assert len(section.xpath(".//a[contains(@href, '/proposals/')]")) == 3
    assert "We suggest at least 3" in page.text_content()
    assert "at most 10" in page.text_content()


@pytest.mark.parametrize("many", [1, 3, 50])
def test_a_longer_paper_asks_the_database_no_more(session, app, client, voter, count_queries, many):
    ballot = make_ballot(session, app, clusters=1, options=many)
    client.get(at(ballot))
    with count_queries() as seen:
        assert client.get(at(ballot)).status_code == 200
    assert len(seen) <= 8, seen


def test_ticks_are_saved_looked_over_and_cast(session, app, client, voter):
    ballot = make_ballot(session, app)
    answer = client.post(at(ballot), ticks(session, ballot, 2, 0))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/en/ballots/{ballot.id}/vote/review")
    _, keys = paper_of(session, ballot)
    assert choices(session)[0] == (
        PaperState.DRAFT,
        None,
        json.dumps(sorted([keys[0], keys[2]]), separators=(",", ":")),
    )
    review = client.get(answer.location)
    assert "Not cast yet" in read(review)
    assert "You have chosen nothing here" in read(review)
    assert "You can tick more here" in read(review)
    assert len(tree(review).xpath("//main//section[contains(@class, 'panel')]//li")) == 2
    answer = client.post(at(ballot, "/cast"))
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    paper = stored(session)[0]
    assert (paper.state, paper.draft) == (PaperState.CAST, None)
    assert paper.commitment in receipt.text
    assert words(paper.commitment) in receipt.text
    assert paper.nonce not in receipt.text, "the secret number would prove to others what was chosen"
    assert "Your vote is cast" in read(client.get(at(ballot)))


def test_what_was_cast_stands_on_the_paper_and_can_be_changed_and_taken_back(session, app, client, voter):
    ballot = make_ballot(session, app)
    cast(client, session, ballot, ticks(session, ballot, 0))
    first = stored(session)[0].commitment
    checked = tree(client.get(at(ballot))).xpath("//input[@type='checkbox'][@checked]/@value")
    assert checked == [paper_of(session, ballot)[1][0]]
    client.post(at(ballot), ticks(session, ballot, 1))
    assert "Changes not cast yet" in read(client.get(at(ballot, "/review")))
    client.post(at(ballot, "/cast"))
    assert stored(session)[0].commitment != first
    assert session.scalars(sa.select(Replaced.commitment)).all() == [first]
    answer = client.post(at(ballot, "/withdraw"))
    assert (answer.status_code, answer.location) == (303, f"/en/ballots/{ballot.id}/vote")
    assert stored(session)[0].state is PaperState.WITHDRAWN
    assert "You have cast nothing" in read(client.get(f"/en/ballots/{ballot.id}/receipt"))
    assert client.get(f"/en/ballots/{ballot.id}/receipt.txt").status_code == 404


METHODS = {
    Method.POINTS: (["7", "", "3"], [[0, 7], [2, 3]]),
    Method.YES_NO_ABSTAIN: (["yes", "no", "abstain"], [[0, "yes"], [1, "no"], [2, "abstain"]]),
    Method.RANKING: (["5", "1", ""], [1, 0]),
}


@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_its_paper_and_its_overview(session, app, client, voter, method):
    ballot = make_ballot(session, app, clusters=1, method=method, count_rule=RULES[method])
    question, keys = paper_of(session, ballot)
    typed, expected = METHODS[method]
    fields = {f"question-{question.key}.{key}": value for key, value in zip(keys, typed, strict=True)}
    names = set(tree(client.get(at(ballot))).xpath("//main//form//@name"))
    assert set(fields) <= names
    assert client.post(at(ballot), fields).status_code == 303
    shown = tree(client.get(at(ballot, "/review"))).xpath("//main//section[contains(@class, 'panel')]//li")
    assert len(shown) == sum(bool(value) for value in typed)
    assert client.post(at(ballot, "/cast")).status_code == 303
    plain = [[keys[one[0]], one[1]] if isinstance(one, list) else keys[one] for one in expected]
    assert json.loads(stored(session)[0].choice) == plain


def test_the_browsers_secret_number_seals_the_paper(session, app, client, voter):
    ballot = make_ballot(session, app)
    question, keys = paper_of(session, ballot)
    client.post(at(ballot), ticks(session, ballot, 0))
    assert tree(client.get(at(ballot, "/review"))).xpath("//input[@data-nonce]/@name") == [f"nonce-{question.key}"]
    client.post(at(ballot, "/cast"), {f"nonce-{question.key}": "ab" * 32})
    paper = stored(session)[0]
    assert paper.nonce == "ab" * 32
    assert paper.commitment == commitment(
        ballot=ballot.key, question=question.key, electorate=Electorate.PEOPLE, nonce=bytes.fromhex(paper.nonce),
        choice=[keys[0]],
    )  # fmt: skip


@pytest.mark.parametrize("nonce", ["ab", "zz" * 32, "AB" * 33, "ab" * 500])
def test_a_secret_number_that_is_none_casts_nothing(session, app, client, voter, nonce):
    ballot = make_ballot(session, app)
    question, _ = paper_of(session, ballot)
    client.post(at(ballot), ticks(session, ballot, 0))
    before = choices(session)
    answer = client.post(at(ballot, "/cast"), {f"nonce-{question.key}": nonce})
    assert answer.status_code == 422
    assert "cannot be read" in read(answer)
    assert choices(session) == before


@pytest.mark.parametrize("logged", [False, True])
def test_a_secret_number_cannot_be_sent_again_to_spoil_the_log(session, app, client, voter, logged):
    ballot = make_ballot(session, app)
    question, _ = paper_of(session, ballot)

    def vote(place, nonce):
        client.post(at(ballot), ticks(session, ballot, place))
        return client.post(at(ballot, "/cast"), {f"nonce-{question.key}": nonce * 32})

    assert vote(0, "ab").status_code == 303
    if logged:
        signer = ring_of(app).signer(ballot.key, ballot.origin)
        append(session, ballot=ballot, entries=waiting_entries(session, ballot.id), signer=signer, now=NOW)
    assert vote(1, "cd").status_code == 303
    before = choices(session)
    answer = vote(0, "ab")
    assert answer.status_code == 422
    assert "reload the page" in read(answer)
    assert [one[:2] for one in choices(session)] == [one[:2] for one in before]
    assert client.post(at(ballot, "/cast"), {f"nonce-{question.key}": "ef" * 32}).status_code == 303
    other = make_account(session)
    make_verified(session, other)
    client.sign_in(other)
    assert vote(0, "ef").status_code == 422, "nor by somebody else"


# --- Every tick at once ---------------------------------------------------------------------------------------------
def test_a_tick_is_saved_at_once_and_says_that_it_is_not_cast(session, app, client, voter):
    ballot = make_ballot(session, app)
    answer = client.post(at(ballot, "/save"), ticks(session, ballot, 1))
    assert (answer.status_code, answer.json["progress"]) == (200, "open")
    assert choices(session)[0][0] is PaperState.DRAFT
    client.post(at(ballot, "/cast"))
    assert client.post(at(ballot, "/save"), ticks(session, ballot, 1)).json["progress"] == "cast"
    assert client.post(at(ballot, "/save"), ticks(session, ballot, 2)).json["progress"] == "changed"
    assert client.post(at(ballot, "/save"), {}).json["progress"] == "changed", "no tick at all is a change, too"


def test_a_tick_too_many_is_not_saved_and_says_where(session, app, client, voter):
    ballot = make_ballot(session, app, options=3, max_choices=2, encouraged_min=1)
    client.post(at(ballot, "/save"), ticks(session, ballot, 0))
    before = choices(session)
    answer = client.post(at(ballot, "/save"), ticks(session, ballot, 0, 1, 2))
    assert answer.status_code == 422
    assert "At most 2 proposals" in answer.json["wrong"][paper_of(session, ballot)[0].key]
    assert choices(session) == before


# --- Wrong things ---------------------------------------------------------------------------------------------------
def wrong_approvals(question, keys):
    name = f"question-{question.key}"
    return {
        "over the limit": {name: keys},
        "unknown option": {name: [keys[0], "p999999"]},
        "twice": {name: [keys[0], keys[0]]},
        "foreign topic": {name: [keys[0]], "question-elsewhere": ["p1"]},
        "no option": {name: ["<script>"]},
    }


@pytest.mark.parametrize("kind", ["over the limit", "unknown option", "twice", "foreign topic", "no option"])
def test_a_wrong_paper_is_refused_as_a_whole_and_comes_back_as_it_was_typed(session, app, client, voter, kind):
    ballot = make_ballot(session, app, options=3, max_choices=2, encouraged_min=1)
    question, keys = paper_of(session, ballot)
    fields = wrong_approvals(question, keys)[kind] | ticks(session, ballot, 1, number=1)
    answer = client.post(at(ballot), fields)
    assert answer.status_code == 422
    assert stored(session) == []
    page = tree(answer)
    assert page.xpath("//*[@role='alert']")
    ticked = page.xpath("//input[@checked]/@value")
    assert set(ticked) == (set(fields[f"question-{question.key}"]) & set(keys)) | {paper_of(session, ballot, 1)[1][1]}


@pytest.mark.parametrize("typed", ["-1", "11", "99999999999999999999", "1.5", "1e1", "x", "٣", "NaN"])
def test_points_that_are_none_are_refused_and_shown_again(session, app, client, voter, typed):
    ballot = make_ballot(session, app, clusters=1, method=Method.POINTS, count_rule=CountRule.POINTS)
    question, keys = paper_of(session, ballot)
    name = f"question-{question.key}.{keys[0]}"
    answer = client.post(at(ballot), {name: typed})
    assert answer.status_code == 422
    assert stored(session) == []
    assert tree(answer).xpath(f"//input[@name='{name}']/@value") == [typed]


def test_more_points_than_there_are_are_refused(session, app, client, voter):
    ballot = make_ballot(session, app, clusters=1, method=Method.POINTS, count_rule=CountRule.POINTS)
    question, keys = paper_of(session, ballot)
    answer = client.post(at(ballot), {f"question-{question.key}.{key}": "5" for key in keys})
    assert answer.status_code == 422
    assert "At most 10 points" in read(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [(["1", "1", ""], "same place"), (["0", "", ""], "whole numbers"), (["x", "", ""], "whole numbers")],
)
def test_a_ranking_gives_each_place_once(session, app, client, voter, typed, said):
    ballot = make_ballot(session, app, clusters=1, method=Method.RANKING, count_rule=CountRule.SCHULZE)
    question, keys = paper_of(session, ballot)
    fields = {f"question-{question.key}.{key}": value for key, value in zip(keys, typed, strict=True)}
    answer = client.post(at(ballot), fields)
    assert answer.status_code == 422
    assert said in read(answer)
    assert stored(session) == []


def test_an_answer_that_is_none_is_refused(session, app, client, voter):
    ballot = make_ballot(session, app, clusters=1, method=Method.YES_NO_ABSTAIN, count_rule=CountRule.MAJORITY)
    question, keys = paper_of(session, ballot)
    answer = client.post(at(ballot), {f"question-{question.key}.{keys[0]}": "maybe"})
    assert answer.status_code == 422
    assert stored(session) == []


STEPS = ("", "/save", "/cast", "/withdraw")


@pytest.mark.parametrize("step", STEPS)
def test_after_the_end_nothing_is_taken_any_more(session, app, client, voter, step):
    ballot = make_ballot(session, app)
    client.post(at(ballot), ticks(session, ballot, 0))
    before = choices(session)
    app.config["CLOCK"] = lambda: ballot.closes_at
    client.sign_in(voter)
    answer = client.post(at(ballot, step), ticks(session, ballot, 1))
    assert answer.status_code == 403
    assert "The vote ended" in read(answer)
    assert choices(session) == before
    assert client.get(at(ballot)).status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_cancelled_vote_takes_nothing_and_a_draft_does_not_exist(session, app, client, voter, step):
    ballot = make_ballot(session, app)
    ballot.state, ballot.cancelled_at, ballot.cancel_reason = BallotState.CANCELLED, NOW, "Fehler"
    session.flush()
    answer = client.post(at(ballot, step), {})
    assert answer.status_code == 403
    assert "cancelled" in read(answer)
    draft = make_draft(session)
    assert client.post(at(draft, step), {}).status_code == 404


def test_without_a_token_nothing_is_saved_and_all_ticks_come_back(session, app, client, voter):
    ballot = make_ballot(session, app)
    answer = client.post(at(ballot), ticks(session, ballot, 0, 1), token=False)
    assert answer.status_code == 422
    assert len(tree(answer).xpath("//input[@checked]")) == 2
    assert stored(session) == []


def test_casting_twice_is_casting_once(session, app, client, voter):
    ballot = make_ballot(session, app)
    cast(client, session, ballot, ticks(session, ballot, 0))
    before = stored(session)[0].commitment
    assert client.post(at(ballot, "/cast")).status_code == 303
    assert [paper.commitment for paper in stored(session)] == [before]
    assert session.scalar(sa.select(sa.func.count()).select_from(PendingLeaf)) == 1


def test_an_empty_paper_is_not_cast(session, app, client, voter):
    ballot = make_ballot(session, app)
    client.post(at(ballot), {})
    review = client.get(at(ballot, "/review"))
    assert "nothing to cast" in read(review)
    assert not tree(review).xpath("//form[contains(@action, '/cast')]")
    answer = client.post(at(ballot, "/cast"))
    assert answer.status_code == 422
    assert stored(session) == []


def test_a_paper_that_was_taken_out_stays_and_the_others_can_be_cast(session, app, client, voter):
    ballot = make_ballot(session, app)
    cast(client, session, ballot, ticks(session, ballot, 0))
    paper = stored(session)[0]
    paper.state, paper.invalid_reason = PaperState.INVALIDATED, "Zweimal"
    session.flush()
    page = tree(client.get(at(ballot)))
    assert "taken out of the count" in page.text_content()
    assert len(page.xpath("//input[@type='checkbox']")) == 3
    cast(client, session, ballot, ticks(session, ballot, 1, number=1))
    assert [each.state for each in stored(session)] == [PaperState.INVALIDATED, PaperState.CAST]


# --- Who may ---------------------------------------------------------------------------------------------------------
def test_a_visitor_signs_in_first(session, app, client):
    ballot = make_ballot(session, app)
    assert "/sign-in?next=" in client.get(at(ballot)).location
    assert client.post(at(ballot), {}).status_code == 403


@pytest.mark.parametrize("why", ["nobody", "too young", "struck"])
def test_who_cannot_vote_reads_why_and_which_ways_there_are(session, app, client, why):
    ballot, account = make_ballot(session, app), make_account(session)
    if why != "nobody":
        verification = make_verified(session, account, age_met=14 if why == "too young" else 18)
        if why == "struck":
            add(session, Strike(ballot_id=ballot.id, verification_id=verification.id, channel="paper", struck_at=NOW))
    client.sign_in(account)
    page = client.get(at(ballot))
    said = {"nobody": "checked first that you live here", "too young": "from 16 years on", "struck": "taken a paper"}[
        why
    ]
    assert said in read(page)
    assert tree(page).xpath("//main//a[contains(@href, '/en/vote')]")
    for step in STEPS:
        answer = client.post(at(ballot, step), ticks(session, ballot, 0))
        assert answer.status_code == 403
    assert stored(session) == []


def test_a_delegate_votes_for_the_organisation_and_keeps_the_own_paper(session, app, client, voter):
    ballot, club = make_ballot(session, app), make_organisation(session, "Jugendrat")
    make_delegate(session, club, account=voter)
    client.sign_in(voter)
    query = f"?acting_for={club.id}"
    page = client.get(at(ballot) + query)
    assert "You vote for Jugendrat" in read(page)
    assert [each.text_content() for each in tree(page).xpath("//a[@aria-current='true'][contains(@class,'chip')]")] == [
        "Jugendrat"
    ]
    answer = cast(client, session, ballot, ticks(session, ballot, 0), query)
    assert answer.location.endswith(f"/receipt{query}")
    assert "You vote for Jugendrat" in read(client.get(answer.location))
    cast(client, session, ballot, ticks(session, ballot, 1))
    papers = {paper.electorate: paper for paper in stored(session)}
    assert papers[Electorate.ORGANISATIONS].organisation_id == club.id
    assert papers[Electorate.PEOPLE].organisation_id is None
    assert papers[Electorate.PEOPLE].choice != papers[Electorate.ORGANISATIONS].choice


@pytest.mark.parametrize("seat", ["none", "without a vote"])
@pytest.mark.parametrize("step", STEPS)
def test_nobody_votes_for_an_organisation_without_its_right(session, app, client, voter, seat, step):
    ballot, club = make_ballot(session, app), make_organisation(session)
    if seat != "none":
        make_delegate(session, club, account=voter, may_vote=False)
    client.sign_in(voter)
    assert client.post(f"{at(ballot, step)}?acting_for={club.id}", ticks(session, ballot, 0)).status_code == 403
    assert client.get(f"{at(ballot)}?acting_for={club.id}").status_code == 403
    assert stored(session) == []


# --- The receipt ------------------------------------------------------------------------------------------------------
def test_the_receipt_can_be_taken_along_and_holds_no_choice(session, app, client, voter):
    ballot = make_ballot(session, app)
    cast(client, session, ballot, ticks(session, ballot, 0))
    paper = stored(session)[0]
    text = client.get(f"/en/ballots/{ballot.id}/receipt.txt")
    assert "attachment" in text.headers["Content-Disposition"]
    assert text.text.startswith("bihaelt/quittung/1\n")
    data = client.get(f"/en/ballots/{ballot.id}/receipt.json").json
    assert [line["commitment"] for line in data["commitments"]] == [paper.commitment]
    assert data["note"] == text.text
    for held in (text.text, json.dumps(data)):
        assert paper.nonce not in held
        assert not re.search(
            rf"\b{json.loads(paper.choice)[0]}\b", held.partition("\n— ")[0].replace(paper.commitment, "")
        )


def test_the_receipt_is_there_after_the_end_until_the_link_is_destroyed(session, app, client, voter):
    ballot = make_ballot(session, app)
    cast(client, session, ballot, ticks(session, ballot, 0))
    app.config["CLOCK"] = lambda: ballot.closes_at
    client.sign_in(voter)
    page = client.get(f"/en/ballots/{ballot.id}/receipt")
    assert stored(session)[0].commitment in page.text
    assert not tree(page).xpath("//main//form")
    ballot = stored_ballot(session, ballot)
    ballot.destroyed_at = NOW
    session.flush()
    assert client.get(f"/en/ballots/{ballot.id}/receipt").status_code == 403


def stored_ballot(session, ballot):
    session.expire_all()
    return session.get_one(type(ballot), ballot.id)


def test_a_foreign_receipt_is_not_shown(session, app, client, voter):
    ballot, club = make_ballot(session, app), make_organisation(session)
    assert client.get(f"/en/ballots/{ballot.id}/receipt?acting_for={club.id}").status_code == 403
    client.sign_in(make_account(session))
    assert client.get(f"/en/ballots/{ballot.id}/receipt").status_code == 404
    client.sign_out()
    assert client.get(f"/en/ballots/{ballot.id}/receipt").status_code == 302

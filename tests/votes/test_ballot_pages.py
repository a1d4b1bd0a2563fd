"""The public pages of votes, and the line on every page while a vote is open."""

from datetime import timedelta

import pytest

from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.figures import needed_people
from bihaelt.votes.models import Unfinished
from bihaelt.votes.operations import ballots, casting
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.factories import NOW, add, make_account, make_delegate, make_organisation
from tests.votes.ballot_stage import STAFF, make_ballot, make_draft, make_verified, ring_of


@pytest.fixture
def ballot(session, app):
    return make_ballot(session, app)


def bar(answer):
    found = tree(answer).xpath("//*[contains(@class, 'vote-bar')]")
    return " ".join(found[0].text_content().split()) if found else ""


def test_a_vote_says_what_is_voted_on_until_when_and_who_may_vote(client, session, ballot):
    make_verified(session)
    answer = client.get(f"/en/ballots/{ballot.id}")
    page = words(answer)
    assert answer.status_code == 200
    assert "Mehr Bänke" in page
    assert "€2,500" in page
    assert "€1,000" in page
    assert "at least 16 years old" in page
    assert "Method of Equal Shares" in page
    assert tree(answer).xpath("//dl[@class='tally']//dd/text()")[0] == "1"
    assert f"/en/ballots/{ballot.id}/log" in answer.text
    assert f"/en/ballots/{ballot.id}/vote" in answer.text


def test_while_a_vote_is_open_its_conference_asks_to_vote_and_for_nothing_else(client, session, ballot):
    path = f"/en/conferences/{ballot.conference_id}"
    assert [found.text_content() for found in tree(client.get(path)).xpath("//*[@class='next']//h2")] == ["Vote now"]
    ballots.cancel(session, ballot=ballot, reason="A cost was wrong", by=STAFF, now=NOW)
    assert "Vote now" not in words(client.get(path))


def test_a_draft_is_no_page(client, session):
    draft = make_draft(session)
    for path in ("", "/log", "/log/checkpoint.txt", "/log/leaves.jsonl", "/log/proof?from=1"):
        assert client.get(f"/de/ballots/{draft.id}{path}").status_code == 404
    assert "Vote of" not in words(client.get("/en/ballots"))
    assert tree(client.get("/en/ballots")).xpath("//*[@class='empty']")


def test_a_cancelled_vote_says_why(client, session, ballot):
    ballots.cancel(session, ballot=ballot, reason="Ein Preis war falsch.", by=STAFF, now=NOW)
    page = words(client.get(f"/en/ballots/{ballot.id}"))
    assert "This vote was cancelled." in page
    assert "Ein Preis war falsch." in page


@pytest.mark.parametrize(
    ("rule", "says"),
    [("R0", "The papers of the people decide."), ("R1", "at least 30%"), ("R2", "direct 90%"), ("R3", "decide on 90%")],
)
def test_the_decision_rule_stands_there_in_plain_words(client, session, app, rule, says):
    made = make_ballot(session, app, decision_rule=rule, percent=30, people_per_mille=900)
    assert says in words(client.get(f"/en/ballots/{made.id}"))


def test_the_list_takes_as_many_statements_for_one_vote_as_for_fifty(client, session, app, count_queries):
    counts = []
    for more in (1, 2, 47):
        for _ in range(more):
            made = make_ballot(session, app, clusters=1, options=1)
            ballots.cancel(session, ballot=made, reason="Probe", by=STAFF, now=NOW)
        client.get("/de/ballots")
        with count_queries() as seen:
            assert client.get("/de/ballots").status_code == 200
        counts.append(len(seen))
    assert counts == [counts[0]] * 3


def test_a_vote_takes_as_many_statements_with_one_option_as_with_fifty(client, session, app, count_queries):
    counts = []
    for options in (1, 3, 50):
        made = make_ballot(session, app, options=options)
        client.get(f"/de/ballots/{made.id}")
        with count_queries() as seen:
            client.get(f"/de/ballots/{made.id}")
        counts.append(len(seen))
        ballots.cancel(session, ballot=made, reason="Probe", by=STAFF, now=NOW)
    assert counts == [counts[0]] * 3


def test_an_open_vote_is_shown_on_every_page_to_everybody(client, session, app):
    assert bar(client.get("/en/")) == ""
    made = make_ballot(session, app)
    for path in ("/en/", "/en/proposals", "/en/plan"):
        assert "A vote is open until" in bar(client.get(path))
    assert bar(client.get(f"/en/ballots/{made.id}")) == ""
    assert "A vote is open" in bar(client.sign_in(make_account(session)).get("/en/"))


def test_no_line_before_the_beginning_and_after_the_end(client, session, app, ballot):
    app.config["CLOCK"] = lambda: ballot.closes_at
    assert bar(client.get("/en/")) == ""
    app.config["CLOCK"] = lambda: ballot.opens_at - timedelta(minutes=1)
    assert bar(client.get("/en/")) == ""


def test_who_has_ticks_that_are_not_cast_is_warned_on_every_page(client, session, ballot):
    account = make_account(session)
    person = make_verified(session, account)
    add(session, Unfinished(ballot_id=ballot.id, verification_id=person.id, since=NOW))
    assert "You have not voted yet." in bar(client.sign_in(account).get("/en/proposals"))
    assert "You have not voted yet." not in bar(client.sign_in(make_account(session)).get("/en/proposals"))


def test_who_has_voted_and_ticks_anew_reads_that_the_changes_are_not_cast(client, session, app, ballot, count_queries):
    club = make_organisation(session)
    account = make_delegate(session, club)
    person = make_verified(session, account)
    act = {"ring": ring_of(app), "ballot": ballot, "now": NOW}
    asked = questions(session, ballot)[0]
    for voter in (Voter(Kind.ORGANISATION, club.id), Voter(Kind.VERIFICATION, person.id)):
        casting.cast(session, voter=voter, by=STAFF, choices={asked.key: [asked.options[0].key]}, **act)
        casting.save_draft(session, voter=voter, choices={asked.key: [asked.options[1].key]}, **act)
        with count_queries() as seen:
            line = bar(client.sign_in(account).get("/en/plan"))
        assert "Changes not cast yet: What you have ticked is saved" in line
        assert sum("FROM paper" in statement for statement in seen) == 1


def test_without_its_keys_a_vote_still_warns(client, session, app, ballot):
    account = make_account(session)
    add(session, Unfinished(ballot_id=ballot.id, verification_id=make_verified(session, account).id, since=NOW))
    ballot_keys = app.config["SETTINGS"].ballot_keys / f"{ballot.key}.pepper"
    ballot_keys.rename(ballot_keys.with_suffix(".away"))
    assert "You have not voted yet." in bar(client.sign_in(account).get("/en/proposals"))
    ballot_keys.with_suffix(".away").rename(ballot_keys)


def test_a_delegate_is_warned_of_the_organisations_open_paper(client, session, ballot):
    club = make_organisation(session)
    add(session, Unfinished(ballot_id=ballot.id, organisation_id=club.id, since=NOW))
    voting, silent = make_delegate(session, club, may_vote=True), make_delegate(session, club, may_vote=False)
    answer = client.sign_in(voting).get("/en/proposals")
    assert "You have not voted yet." in bar(answer)
    assert f"/en/ballots/{ballot.id}/vote?acting_for={club.id}" in answer.text
    assert "You have not voted yet." not in bar(client.sign_in(silent).get("/en/proposals"))


def test_for_visitors_the_line_costs_no_statement_once_it_is_kept(client, session, app, ballot, count_queries):
    app.config["PAGE_SECONDS"] = 5
    app.extensions.pop("memo", None)
    try:
        client.get("/en/ballots/promises")
        with count_queries(with_kept=True) as seen:
            assert "A vote is open" in bar(client.get("/en/ballots/promises"))
        assert seen == []
        app.extensions.pop("memo", None)
        with count_queries(with_kept=True) as seen:
            client.get("/en/ballots/explained")
        assert len(seen) == 1
    finally:
        app.config["PAGE_SECONDS"] = 0
        app.extensions.pop("memo", None)


@pytest.mark.parametrize(
    ("cost", "budget", "people", "needed"),
    [(5000, 100_000, 1000, 50), (1, 100_000, 1000, 1), (100_000, 100_000, 1000, 1000), (333, 1000, 10, 4)],
)
def test_a_cost_needs_so_many_people(cost, budget, people, needed):
    assert needed_people(cost, budget, people) == needed


def test_the_calculator_works_as_a_plain_form(client):
    page = tree(client.get("/en/ballots/explained?cost=20000&budget=100000&people=3000"))
    assert page.xpath("//*[@data-calculator-people]/text()") == ["600"]
    assert page.xpath("//*[@data-calculator-over]/@hidden")
    over = tree(client.get("/en/ballots/explained?cost=20000&budget=1000&people=3000"))
    assert over.xpath("//*[@data-calculator-fits]/@hidden")
    assert not over.xpath("//*[@data-calculator-over]/@hidden")


@pytest.mark.parametrize("query", ["cost=-1", "cost=x&people=0", "budget=99999999999999999999", "cost=", "people=1e3"])
def test_the_calculator_forgives_what_is_no_number(client, query):
    answer = client.get(f"/en/ballots/explained?{query}")
    assert answer.status_code == 200
    assert tree(answer).xpath("//*[@data-calculator-people]/text()")


def test_the_promises_say_what_is_not_promised(client):
    page = words(client.get("/en/ballots/promises"))
    assert "This vote advises the city council. It is not an election." in page
    assert "not by mathematics" in page

"""The pages of results: what won, why, why not, and round by round. No page adds people and organisations up."""

import re

import pytest

from bihaelt.votes.domain import DecisionRule, Electorate, Method
from bihaelt.votes.domain.ballots import COUNT_RULES, BallotState, CountRule
from bihaelt.votes.models import Invalidation
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.factories import NOW, add
from tests.votes.ballot_stage import make_ballot, make_draft
from tests.votes.result_stage import METHODS, close, make_counted

PEOPLE = METHODS[Method.APPROVAL]
ORGANISATIONS = [["c"], ["c", "d"], ["c"]]


@pytest.fixture
def ballot(session, app):
    return make_counted(session, app, PEOPLE, ORGANISATIONS, clusters=1, options=4)


def pages(session, ballot, language="en"):
    """The addresses of all three pages for the first question."""
    question = questions(session, ballot)[0].id
    base = f"/{language}/ballots/{ballot.id}/results"
    return base, f"{base}/{question}", f"{base}/{question}/rounds"


def cells(page, row):
    """What stands in a row of the first table that has one with this heading."""
    found = tree(page).xpath(f"//tr[th[starts-with(normalize-space(.), '{row}')]]")[0]
    return [re.sub(r"\s+", " ", cell.text_content()).strip() for cell in found.xpath("td")]


def test_results_stand_in_three_columns(client, session, ballot):
    page = client.get(pages(session, ballot)[0])
    assert [head.text for head in tree(page).xpath("(//table[contains(@class, 'outcome')])[1]//thead//th")] == [
        "People alone", "Organisations alone", "As decided",
    ]  # fmt: skip
    assert cells(page, "Papers") == ["58", "3", "People: 58 Organisations: 3"]
    assert cells(page, "Money spent") == ["€2,000", "€2,000", "€2,000"]
    assert cells(page, "Got at least one wish") == ["49", "3", "People: 49 Organisations: 0"]
    assert "This money goes to the same topic at the next conference." in words(page)
    won = [row.get("data-won") is not None for row in tree(page).xpath("(//table)[2]/tbody/tr")]
    assert won == [True, True, False, False]
    assert "Different results" in words(page)


def test_turnout_stands_for_each_electorate_and_way(client, session, ballot):
    page = client.get(pages(session, ballot)[0])
    assert cells(page, "May vote") == ["400", "30"]
    assert cells(page, "Voted") == ["58", "3"]
    assert cells(page, "Online, with an account") == ["58", "3"]
    add(
        session,
        Invalidation(
            ballot_id=ballot.id, reason="Karten aus einem gestohlenen Stapel", papers=2, asked_at=NOW, is_confirmed=True,
            answered_at=NOW,
        ),
    )  # fmt: skip
    page = words(client.get(pages(session, ballot)[0]))
    assert "2 papers were taken out of the count by two officials. Reason: Karten aus einem gestohlenen Stapel" in page


# Numbers that no other figure of a page has, and whose sums would be seen at once.
SUMS = {
    "papers": (1117, 70), "verified": (40009, 9000), "voters": (20011, 6000), "votes": (823, 53), "success": (1109, 69),
}  # fmt: skip


@pytest.mark.parametrize("decision", [*DecisionRule])
def test_no_page_and_no_file_has_a_sum_over_the_electorates(client, session, app, decision):
    people = [["a", "b"]] * 823 + [["c"]] * 286 + [["d"]] * 8
    organisations = [["a"]] * 53 + [["c", "b"]] * 16 + [["d"]]
    ballot = make_counted(
        session, app, people, organisations, clusters=1, options=4, verified=(40009, 9000), voters=(20011, 6000),
        decision_rule=decision, percent=5, people_per_mille=700, cost=1009, budget=2521,
    )  # fmt: skip
    question = questions(session, ballot)[0]
    shown = [client.get(path) for path in pages(session, ballot)]
    shown.append(client.get(f"/en/ballots/{ballot.id}"))
    shown += [client.get(f"/en/proposals/{option.proposal_id}") for option in question.options]
    shown.append(client.get(f"/en/conferences/{ballot.conference_id}/report"))
    files = [
        client.get(f"/en/ballots/{ballot.id}/data/{name}").text
        for name in ("turnout.json", f"results/{question.key}.json", "log/leaves.jsonl", "configuration.json")
    ]
    numbers = set()
    for text in [words(page) for page in shown] + files:
        numbers |= {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\d|\d", text)}
    for name, (one, other) in SUMS.items():
        assert one + other not in numbers, name
        assert other in numbers or name in ("votes", "success"), name
    assert {1117, 70, 40009, 9000, 20011, 6000, 823, 53} <= numbers


def test_every_option_has_its_reason(client, session, app):
    ballot = make_counted(session, app, PEOPLE, ORGANISATIONS, clusters=1, options=4, what_if=True)
    page = client.get(pages(session, ballot)[1])
    text = words(page)
    assert "Won in round 1 of 2." in text
    assert "44 people shared the cost and paid €1,000." in text
    assert "Nobody paid more than" in text
    assert "Too few people chose it" in text
    assert "What would have been enough:" in text
    assert len(tree(page).xpath("//*[contains(@class, 'verdict')][@data-won]")) == 2
    option = questions(session, ballot)[0].options[0]
    assert tree(page).xpath(f"//li[@id='{option.key}']//a/@href")[0] == f"/en/proposals/{option.proposal_id}"


def test_the_figures_of_a_reason_are_those_of_the_trace(client, session, app):
    """Four people want a and c, one wants only b: c is not paid because their money went to a."""
    people = [["a", "c"]] * 20 + [["b"]] * 10
    ballot = make_counted(session, app, people, clusters=1, options=3, cost=1000, budget=2500)
    text = words(client.get(pages(session, ballot)[1]))
    assert "Shares of all its supporters" in text
    assert "Their money went to:" in text


def test_the_rounds_are_pictures_and_a_table(client, session, ballot):
    page = client.get(pages(session, ballot)[2])
    root = tree(page)
    assert len(root.xpath("//li[@data-round]")) == 3
    assert len(root.xpath("//li[@data-round]//*[local-name()='svg']")) == 3
    rows = root.xpath("//table[caption='All rounds as a table']/tbody/tr")
    assert [row.xpath("string(td[1])") for row in rows] == ["1", "2"]
    assert root.xpath("//*[@data-player-tools]/@hidden")


@pytest.mark.parametrize("decision", [*DecisionRule])
def test_all_decision_rules_have_their_pages(client, session, app, decision):
    ballot = make_counted(
        session, app, PEOPLE, ORGANISATIONS * 4, clusters=1, options=4, decision_rule=decision, percent=20,
        people_per_mille=600, cost=10, budget=25,
    )  # fmt: skip
    for language in ("de", "ar"):
        for path in pages(session, ballot, language):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("rule", [*CountRule])
@pytest.mark.parametrize("decision", [DecisionRule.R0, DecisionRule.R1])
def test_all_ways_of_counting_have_their_pages(client, session, app, rule, decision):
    method = next(method for method, rules in COUNT_RULES.items() if rule in rules)
    people = METHODS[method]
    ballot = make_counted(
        session, app, people, people[-3:], clusters=1, options=4, method=method, count_rule=rule, decision_rule=decision,
        percent=20, cost=10, budget=25,
    )  # fmt: skip
    shown = [client.get(path) for path in pages(session, ballot)]
    assert [page.status_code for page in shown] == [200] * 3
    assert "These win" in words(shown[1])


def test_few_papers_show_only_winners_and_totals(client, session, app):
    ballot = make_counted(session, app, [["a", "b"]] * 12 + [["c"]] * 7, ORGANISATIONS, clusters=1, options=4)
    figures = client.get(pages(session, ballot)[0])
    everything, question, rounds = (words(client.get(path)) for path in pages(session, ballot))
    for page in (everything, question, rounds):
        assert "Fewer than 20 people voted on this." in page
    assert "wins" in everything
    assert cells(figures, "Got at least one wish") == ["–", "3", "Organisations: 3"]
    assert "The reason cannot be shown" in question
    assert "shared the cost" not in question + rounds
    assert "Their money went to" not in question


def test_a_question_without_papers_has_no_winners(client, session, app):
    ballot = make_counted(session, app, [], clusters=1)
    everything, question, rounds = (words(client.get(path)) for path in pages(session, ballot))
    assert "no papers" in everything
    assert "Nothing wins." in question
    assert "Nobody voted on this." in rounds


def test_nothing_is_shown_before_the_count(client, session, app):
    draft = make_draft(session, clusters=1)
    assert client.get(f"/en/ballots/{draft.id}/results").status_code == 404
    ballot = make_ballot(session, app, clusters=1)
    everything, question, rounds = pages(session, ballot)
    page = words(client.get(everything))
    assert "Nobody sees a result before it ends." in page
    assert "Voted" not in page
    assert client.get(question).status_code == 404
    assert client.get(rounds).status_code == 404
    close(session, app, ballot, (400, 30), (58, 3))
    session.flush()
    page = client.get(everything)
    assert "The papers have not been counted yet." in words(page)
    assert cells(page, "Voted") == ["58", "3"]
    ballot.state, ballot.cancelled_at, ballot.cancel_reason = BallotState.CANCELLED, NOW, "Ein Vorschlag fehlte"
    session.flush()
    assert "Ein Vorschlag fehlte" in words(client.get(everything))


def test_a_result_is_provisional_until_two_have_signed(client, session, app):
    ballot = make_counted(session, app, PEOPLE, clusters=1, options=4, state=BallotState.COUNTED)
    assert all(
        "Two counters still have to sign this result." in words(client.get(path)) for path in pages(session, ballot)
    )


def test_a_question_of_another_ballot_is_not_found(client, session, app, ballot):
    other = make_counted(session, app, PEOPLE, clusters=1, options=4)
    number = questions(session, other)[0].id
    assert client.get(f"/en/ballots/{ballot.id}/results/{number}").status_code == 404
    assert client.get(f"/en/ballots/{ballot.id}/results/{number}/rounds").status_code == 404


@pytest.mark.parametrize("clusters", [1, 3, 8])
def test_results_take_the_same_statements_however_many_questions(client, session, app, count_queries, clusters):
    ballot = make_counted(session, app, PEOPLE, ORGANISATIONS, clusters=clusters, options=4, cost=10, budget=25)
    found = []
    for path in pages(session, ballot):
        client.get(path)
        with count_queries() as statements:
            client.get(path)
        found.append(len(statements))
    assert found == [8, 5, 5]


def test_an_electorate_without_a_word_is_shown_as_such(client, session, app):
    ballot = make_counted(session, app, PEOPLE, clusters=1, options=4)
    page = client.get(pages(session, ballot)[0])
    assert cells(page, "Papers") == ["58", "–", "People: 58"]
    assert Electorate.ORGANISATIONS.value == "organisations"

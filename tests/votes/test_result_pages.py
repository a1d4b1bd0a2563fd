"""The pages of results: what won, why, why not, and round by round."""

import pytest

from bihaelt.votes.domain import DecisionRule, Method
from bihaelt.votes.domain.ballots import BallotState, CountRule
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.votes.ballot_stage import make_ballot
from tests.votes.result_stage import METHODS, make_counted

PEOPLE = METHODS[Method.APPROVAL]
ORGANISATIONS = [["c"], ["c", "d"], ["c"]]
PAGES = ("", "/{question}", "/{question}/rounds")


@pytest.fixture
def ballot(session, app):
    return make_counted(session, app, PEOPLE, ORGANISATIONS, clusters=1, options=4)


def pages(session, ballot):
    question = questions(session, ballot)[0].id
    return [f"/en/ballots/{ballot.id}/results{page.format(question=question)}" for page in PAGES]


def test_the_results_stand_in_three_columns_with_turnout_for_each_electorate(client, session, ballot):
    page = client.get(pages(session, ballot)[0])
    assert page.status_code == 200
    text = words(page)
    assert "People alone" in text and "Organisations alone" in text and "As decided" in text
    print(text)

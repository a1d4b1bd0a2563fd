"""What a browser sends as a choice is read strictly: anything else is a bad paper, never an error of ours."""

import pytest

from bihaelt.votes.domain import Method
from bihaelt.votes.domain.choices import BadChoice, Sheet, checked


def sheet(method):
    return Sheet("q1", method, frozenset({"p1", "p2"}), max_choices=1, max_points=10)


@pytest.mark.parametrize("given", [[["p1"]], [{}], ["p9"], ["p1", "p2"], "p1", 7, {"p1": 1}])
def test_ticks_that_cannot_be_are_refused_at_their_question(given):
    with pytest.raises(BadChoice) as refusal:
        checked(given, sheet(Method.APPROVAL))
    assert refusal.value.field == "question-q1"


@pytest.mark.parametrize("given", [[[["p1"], 1]], {"p9": 1}, {"p1": 11}, [["p1"]], 7])
def test_points_that_cannot_be_are_refused(given):
    with pytest.raises(BadChoice):
        checked(given, sheet(Method.POINTS))


@pytest.mark.parametrize("method", [Method.APPROVAL, Method.POINTS, Method.YES_NO_ABSTAIN, Method.RANKING])
@pytest.mark.parametrize("given", [None, []])
def test_an_empty_paper_is_none_of_each_kind(method, given):
    assert checked(given, sheet(method)) is None

"""Two electorates, one question: what each wants, what is decided, and that nothing adds the two."""

import pytest

from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import CountRule, DecisionRule
from bihaelt.votes.domain.counting import mes, reference
from bihaelt.votes.domain.counting.decision_rules import decide
from bihaelt.votes.domain.counting.exact import UNITS
from bihaelt.votes.domain.counting.instance import Option
from bihaelt.votes.domain.counting.results import Asked, results
from bihaelt.votes.domain.protocol.canonical import canonical
from tests.votes.counting.votes import ORGANISATIONS, PEOPLE, read, same_options, vote

COSTS = {"a": 60, "b": 50, "c": 40}
PEOPLE_SAY = ["a", "a", "a b", "b", "c"]
ORGANISATIONS_SAY = ["c", "c", "b c", "b"]
BOTH = vote(100, COSTS, PEOPLE_SAY, ORGANISATIONS_SAY)


def asked(**changes):
    return Asked("q", 100, tuple(Option(key, cost) for key, cost in COSTS.items()), **changes)


def both(people=PEOPLE_SAY, organisations=ORGANISATIONS_SAY):
    return Apart.both([read(paper) for paper in people], [read(paper) for paper in organisations])


def test_electorates_stand_apart_and_have_no_sum():
    apart = Apart.both(3, 4)
    assert (apart[PEOPLE], apart[ORGANISATIONS], [*apart.items()]) == (3, 4, [(PEOPLE, 3), (ORGANISATIONS, 4)])
    with pytest.raises(TypeError):
        apart + apart


def test_r0_people_decide():
    # 20 each. a: 3 x 20. b: 20 + what a left; c: one paper. At step 15 b would be paid (15 + 35): too much.
    decision = decide(BOTH, DecisionRule.R0)
    assert (decision.winners, decision.spent_eur, decision.left_eur) == (("a",), 60, 40)
    assert (decision.counts, decision.parameter, decision.barred) == ((), None, ())


def test_r1_takes_what_too_few_of_either_name_off_the_ballot():
    # 40 per cent: a 3 of 5 people, 0 of 4 organisations; b 2 of 5 and 2 of 4; c 1 of 5 and 3 of 4. Only b is left: it fits.
    decision = decide(BOTH, DecisionRule.R1, 40)
    assert decision.winners == ("b",)
    assert [(each.key, each.named) for each in decision.barred] == [("a", Apart.both(3, 0)), ("c", Apart.both(1, 3))]
    assert [option.key for option in decision.counts[0].instance.options] == ["b"]
    assert decision.counts[0].instance.papers[PEOPLE].total == 2
    assert decide(BOTH, DecisionRule.R1, 41).winners == ()


def test_r1_an_electorate_that_has_not_voted_bars_nothing():
    assert decide(vote(100, COSTS, PEOPLE_SAY, []), DecisionRule.R1, 20).winners == ("a",)


def test_r2_two_shares_of_one_budget():
    decision = decide(BOTH, DecisionRule.R2, 500)
    (count,) = decision.counts
    # People 50 / 5 = 10 each, organisations 50 / 4 = 12.5 each, at every step in this proportion.
    assert count.endowment(0) == {PEOPLE: 10 * UNITS, ORGANISATIONS: 1250000000}
    # c: 1 person and 3 organisations pay its 40 at step 0 (3 x 10 + 10 if need be). Then b has 2 x 10 and what c left to one
    # organisation, and 12.5 of the other; a has 3 x 10. More money pays b first: c and b make 90; with a it would be 150.
    assert decision.winners == ("c", "b")
    assert decision.winners == tuple(same_options(BOTH, reference.count(BOTH, 500).winners))


def test_r2_if_no_person_has_voted_organisations_begin_with_whole_euros():
    instance = vote(80, COSTS, [], ORGANISATIONS_SAY)
    # Half of 80 for 4: 10 each.
    decision = decide(instance, DecisionRule.R2, 500)
    assert decision.counts[0].endowment(0) == {ORGANISATIONS: 10 * UNITS}
    assert decision.winners == tuple(same_options(instance, reference.count(instance, 500).winners))


@pytest.mark.parametrize(("per_mille", "alone"), [(1000, PEOPLE), (0, ORGANISATIONS)])
def test_r2_who_directs_no_money_takes_no_part(per_mille, alone):
    decision = decide(BOTH, DecisionRule.R2, per_mille)
    said = PEOPLE_SAY if alone is PEOPLE else ORGANISATIONS_SAY
    assert [*decision.counts[0].instance.papers] == [alone]
    assert decision.winners == mes.count(vote(100, COSTS, said)).winners


def test_r2_without_any_papers():
    assert decide(vote(100, COSTS, [], []), DecisionRule.R2, 500).winners == ()


def test_r3_two_pots_and_nothing_is_paid_twice():
    # People: 61 of 100. 12 each at step 0; a from 20 on: 60. Organisations: 39: b and c cost more.
    decision = decide(BOTH, DecisionRule.R3, 610)
    assert (decision.winners, decision.spent_eur, decision.left_eur) == (("a",), 60, 40)
    assert [count.instance.budget_eur for count in decision.counts] == [61, 39]
    # People: 55: b for 50. Organisations: 45, without b: c for 40.
    decision = decide(vote(100, COSTS, ["b"], ORGANISATIONS_SAY), DecisionRule.R3, 550)
    assert (decision.winners, decision.left_eur) == (("b", "c"), 10)
    assert [option.key for option in decision.counts[1].instance.options] == ["a", "c"]
    assert decide(BOTH, DecisionRule.R3, 0).counts[0].winners == ()


def test_the_object_of_a_question():
    found = results(asked(), both(), what_if=True)
    assert (found["v"], found["question"], found["people"]["winners"], found["organisations"]["winners"]) == (
        1, "q", ["a"], ["c", "b"],
    )  # fmt: skip
    assert found["decided"] == {
        "rule": "R0", "parameter": None, "winners": ["a"], "spent_eur": 60, "left_eur": 40, "barred": [], "counts": [],
    }  # fmt: skip
    assert found["people"]["losers"][0]["enough"]["more_papers"] == 1
    assert canonical(found)


def test_an_electorate_without_papers_has_no_trace():
    found = results(asked(), both(organisations=["", ""]))
    assert found["organisations"] is None
    assert results(asked(count_rule=CountRule.GREEDY), both(people=[]))["people"] is None


@pytest.mark.parametrize(
    ("rule", "parameter", "shown"),
    [
        (DecisionRule.R1, 40, ["decided"]),
        (DecisionRule.R2, 500, ["decided"]),
        (DecisionRule.R3, 550, ["people", "organisations"]),
    ],
)
def test_the_traces_that_decide(rule, parameter, shown):
    decided = results(asked(decision_rule=rule, parameter=parameter), both(), what_if=True)["decided"]
    assert [each["electorate"] for each in decided["counts"]] == shown
    assert (decided["rule"], decided["parameter"]) == (rule.value, parameter)
    assert decided["winners"] == [winner for each in decided["counts"] for winner in each["winners"]]


def test_points():
    given = both(["a:5 b:1", "b:3"], ["c:1"])
    found = results(asked(count_rule=CountRule.POINTS), given)
    assert (found["people"]["rule"], found["people"]["options"][0]["points"]) == ("points/1", {"people": 5})


def test_most_votes_first():
    found = results(asked(count_rule=CountRule.GREEDY), both())
    # People: a 3 votes (60), b 2 (50: does not fit), c 1 (40: fits).
    assert found["people"]["order"] == [
        {"key": "a", "funded": True, "left_eur": 40}, {"key": "b", "funded": False, "left_eur": 40},
        {"key": "c", "funded": True, "left_eur": 0},
    ]  # fmt: skip
    assert (found["people"]["success"], found["decided"]["winners"]) == ({"people": 4}, ["a", "c"])


YES_NO = Apart.both(
    [[["a", "yes"], ["b", "no"]], [["a", "yes"], ["b", "yes"], ["c", "yes"]], []],
    [[["a", "no"], ["c", "yes"]], [["a", "yes"]]],
)


def test_yes_and_no():
    found = results(asked(count_rule=CountRule.MAJORITY), YES_NO)
    assert found["people"]["papers"] == {"people": 2}
    assert found["people"]["options"][1] == {
        "key": "b",
        "cost_eur": 50,
        "answers": {"people": {"yes": 1, "no": 1, "abstain": 0}},
    }
    assert (found["people"]["accepted"], found["decided"]["winners"]) == (["a", "c"], ["a", "c"])
    assert found["organisations"]["accepted"] == ["c"]


def test_yes_and_no_with_both_having_to_agree():
    # 60 per cent: a has 2 of 2 people, but 1 of 2 organisations; b 1 and 0; c 1 and 1: nothing is left.
    decided = results(asked(count_rule=CountRule.MAJORITY, decision_rule=DecisionRule.R1, parameter=60), YES_NO)[
        "decided"
    ]
    assert [each["key"] for each in decided["barred"]] == ["a", "b", "c"]
    assert (decided["winners"], decided["counts"][0]["electorate"]) == ([], "decided")
    decided = results(asked(count_rule=CountRule.MAJORITY, decision_rule=DecisionRule.R1, parameter=50), YES_NO)[
        "decided"
    ]
    assert (decided["winners"], [each["key"] for each in decided["barred"]]) == (["a", "c"], ["b"])


@pytest.mark.parametrize("rule", [CountRule.SCHULZE, CountRule.INSTANT_RUNOFF])
def test_rankings_have_one_winner(rule):
    given = Apart.both([["b", "a"], ["b"], ["a", "b"]], [])
    found = results(asked(count_rule=rule), given)
    assert (found["people"]["winners"], found["people"]["spent_eur"], found["organisations"]) == (["b"], 50, None)
    assert results(asked(count_rule=rule), Apart.both([], []))["decided"]["winners"] == []
    agreed = results(asked(count_rule=rule, decision_rule=DecisionRule.R1, parameter=100), given)["decided"]
    assert [each["key"] for each in agreed["barred"]] == ["a", "c"]
    assert agreed["winners"] == ["b"]


def test_agreement_that_bars_nothing_decides_as_people_do():
    decided = results(
        asked(count_rule=CountRule.GREEDY, decision_rule=DecisionRule.R1, parameter=1), both(organisations=["a b c"])
    )
    assert decided["decided"]["barred"] == []
    assert decided["decided"]["winners"] == decided["people"]["winners"]


def test_the_rounds_of_an_instant_runoff():
    found = results(
        asked(count_rule=CountRule.INSTANT_RUNOFF), Apart.both([["a"], ["a"], ["b"], ["b", "c"], ["c", "a"]], [])
    )
    assert found["people"]["rounds"] == [
        {"first": [["b", 2], ["a", 2], ["c", 1]], "exhausted": 0, "out": "c", "tie": None},
        {"first": [["a", 3], ["b", 2]], "exhausted": 0, "out": None, "tie": None},
    ]


def test_rules_that_split_money_need_papers_that_spend_it():
    with pytest.raises(ValueError, match="needs papers that spend money"):
        results(asked(count_rule=CountRule.GREEDY, decision_rule=DecisionRule.R2, parameter=500), both())

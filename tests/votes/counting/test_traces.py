"""What a trace says, figure by figure, for votes small enough to work out by hand; and what is made of it for readers."""

from hypothesis import given, settings

from bihaelt.votes.domain.counting import explain, mes, trace
from bihaelt.votes.domain.counting.exact import UNITS
from bihaelt.votes.domain.counting.instance import Option
from bihaelt.votes.domain.protocol.canonical import canonical, read
from tests.votes.counting.votes import ORGANISATIONS, PEOPLE, vote, votes

EXAMPLE = vote(
    100, {"park": 60, "bench": 30, "tree": 40, "pond": 90}, ["park", "park", "park bench", "bench tree", "tree"]
)


def traced(instance, what_if=(), rule="mes-add1-eur/1"):
    count = mes.count_once(instance) if rule == "mes/1" else mes.count(instance)
    enough = explain.what_if(count, [*what_if])
    return trace.of_equal_shares(count, rule=rule, question="q", electorate="people", enough=enough)


def euros(amount):
    return {"people": amount * UNITS}


def test_the_head_of_a_trace():
    found = traced(EXAMPLE)
    assert {key: found[key] for key in ("v", "rule", "question", "electorate", "budget_eur", "papers", "ended")} == {
        "v": 1, "rule": "mes-add1-eur/1", "question": "q", "electorate": "people", "budget_eur": 100,
        "papers": {"people": 5}, "ended": "overrun",
    }  # fmt: skip
    assert found["options"][0] == {"key": "park", "cost_eur": 60, "votes": {"people": 3}}
    assert found["groups"] == [
        {"electorate": "people", "choice": ["bench", "park"], "papers": 1},
        {"electorate": "people", "choice": ["bench", "tree"], "papers": 1},
        {"electorate": "people", "choice": ["park"], "papers": 2},
        {"electorate": "people", "choice": ["tree"], "papers": 1},
    ]
    assert sorted(found["lots"]) == ["bench", "park", "pond", "tree"]
    assert (found["start"], found["share"], found["step"], found["runs"]) == (euros(20), euros(34), 14, 16)
    assert found["overrun"] == {"step": 15, "share": euros(35), "winners": ["park", "bench", "tree"], "cost_eur": 130}
    assert (found["winners"], found["spent_eur"], found["left_eur"]) == (["park", "tree"], 100, 0)
    assert found["success"] == {"people": 5}
    # Park 3 votes, then Tree 2 and Bench 2: Bench is cheaper; 60 + 30 = 90, Tree does not fit. One paper has nothing.
    assert found["greedy"] == {"winners": ["park", "bench"], "spent_eur": 90, "left_eur": 10, "success": {"people": 4}}


def test_the_rounds_of_a_trace():
    # Share 34. Park: 3 x 20. Tree: paper 4 and 5 pay 20 each. Bench: before Tree, paper 3 has 14 and paper 4 has 34: price 16,
    # 30 / 16 = 1.875 effective votes; at first 30 / 15 = 2.
    assert traced(EXAMPLE)["rounds"] == [
        {
            "winner": "park", "effective": 3_000_000, "each": 20 * UNITS, "tie": None,
            "candidates": [["park", 3_000_000], ["bench", 2_000_000], ["tree", 2_000_000]],
            "payers": {"people": 3}, "poor": {"people": 0}, "paid": euros(60), "payments": [[0, 20 * UNITS], [2, 20 * UNITS]],
        },
        {
            "winner": "tree", "effective": 2_000_000, "each": 20 * UNITS, "tie": None,
            "candidates": [["tree", 2_000_000], ["bench", 1_875_000]],
            "payers": {"people": 2}, "poor": {"people": 0}, "paid": euros(40), "payments": [[1, 20 * UNITS], [3, 20 * UNITS]],
        },
    ]  # fmt: skip


def test_what_a_trace_says_about_those_that_did_not_win():
    bench, pond = traced(EXAMPLE, what_if=["bench"])["losers"]
    # Bench: papers 3 and 4 had 68, spent 20 on Park and 20 on Tree, and have 28 of 30. At 28 euros it would have won; at step
    # 15 it wins at 30. With one more paper: 100 / 6 = 16, ...: found by counting.
    assert {key: bench[key] for key in bench if key != "enough"} == {
        "key": "bench", "reason": "not_completed", "round": 2, "by": "tree", "had": euros(68), "used": euros(40), "left": euros(28),
        "spent_on": {"people": [["park", 20 * UNITS], ["tree", 20 * UNITS]]}, "support": 933,
    }  # fmt: skip
    assert pond == {
        "key": "pond", "reason": "no_votes", "round": None, "by": None, "had": euros(0), "used": euros(0), "left": euros(0),
        "spent_on": {"people": []}, "support": 0, "enough": {"cheaper_eur": None, "more_papers": None},
    }  # fmt: skip


def test_reasons():
    # 100 / 6 = 16 at step 0, 29 at step 13: a (3 x 20) wins, with 9 left for each. b (50) and c (55) have 2 x 9: both could have
    # been paid in round 1 (2 x 29), and b came directly behind a. d (60) has 2 x 29 = 58 from the start, and at step 14 it is
    # paid: 120 > 100. e (90) has 29 of one paper.
    costs = {"a": 60, "b": 50, "c": 55, "d": 60, "e": 90}
    found = traced(vote(100, costs, ["a b c", "a b c", "a", "d", "d", "e"]))
    assert (found["share"], found["winners"], found["overrun"]["winners"]) == (euros(29), ["a"], ["a", "d"])
    assert [(row["key"], row["reason"], row["round"], row["by"]) for row in found["losers"]] == [
        ("b", "beaten", 1, "a"), ("c", "already_used", 1, "a"), ("d", "not_completed", None, None), ("e", "too_few", None, None),
    ]  # fmt: skip


def test_an_option_beyond_the_budget_is_too_dear():
    instance = vote(100, {"a": 60, "b": 90}, ["a", "b"])
    small = instance.without([], budget_eur=70)
    found = traced(small)
    assert (found["ended"], found["winners"], found["rounds"], found["share"]) == ("all_fit", ["a"], [], None)
    assert [(row["key"], row["reason"], row["round"]) for row in found["losers"]] == [("b", "too_dear", None)]


def test_points_in_a_trace():
    instance = vote(30, {"a": 30, "b": 60 - 30}, ["a:2 b:1", "a:1", "b:1"])
    found = traced(instance, rule="points/1")
    assert found["options"][0] == {"key": "a", "cost_eur": 30, "votes": {"people": 2}, "points": {"people": 3}}
    assert [row["choice"] for row in found["groups"]] == [[["a", 1]], [["a", 2], ["b", 1]], [["b", 1]]]
    # Step 0 pays neither (2 x 10 of 30). From 15 on two papers can pay; at 20 all three points of a can pay 10 each.
    assert (found["winners"], found["rounds"][0]["effective"]) == (["a"], 3_000_000)


def test_one_run_with_a_fraction_as_share_is_written_rounded_down():
    found = traced(vote(100, {"a": 100, "b": 90}, ["a", "a", "a b"]), rule="mes/1")
    assert (found["share"], found["ended"], found["winners"]) == ({"people": 3333333333}, "single", ["a"])
    assert found["rounds"][0]["payments"] == [[0, 3333333333], [1, 3333333333]]
    assert found["rounds"][0]["each"] == 3333333334


def test_without_papers_a_trace_is_empty():
    found = traced(vote(100, {"a": 10}, []), what_if=["a"])
    assert (found["ended"], found["runs"], found["winners"], found["papers"]) == ("no_papers", 0, [], {})
    assert found["losers"][0]["enough"] == {"cheaper_eur": None, "more_papers": None}


def test_a_share_of_two_electorates_keeps_them_apart():
    instance = vote(100, {"a": 60, "b": 70}, ["a", "a", "b"], ["a", "b"])
    count = mes.count(instance, mes.two_shares(instance, 900))
    found = trace.of_equal_shares(count, rule="mes-add1-eur/1", question="q", electorate="decided")
    first = found["rounds"][0]
    # People 30, organisations 5 each: a: the organisation gives its 5, people (60 - 5) / 2 = 27.5 each.
    assert found["start"] == {"people": 30 * UNITS, "organisations": 5 * UNITS}
    assert (first["winner"], first["payers"], first["poor"]) == (
        "a", {"people": 2, "organisations": 1}, {"people": 0, "organisations": 1},
    )  # fmt: skip
    assert found["success"] == {"people": 2, "organisations": 1}


@settings(max_examples=30, deadline=None)
@given(votes())
def test_every_trace_is_canonical_json(instance):
    found = traced(instance, rule="points/1")
    assert read(canonical(found)) == found


# --- for readers ----------------------------------------------------------------------------------------------------


def test_why_an_option_won():
    found = traced(EXAMPLE)
    assert explain.won(found, "tree") == explain.Won(
        2, 2, 2_000_000, 20 * UNITS, {"people": 2}, {"people": 0}, euros(40), None
    )
    assert explain.won(found, "bench") is None
    assert explain.won(traced(vote(100, {"a": 10}, ["a"])), "a") == explain.Won(0, 0, 0, 0, {}, {}, {}, None)


def test_why_an_option_did_not_win():
    found = explain.lost(traced(EXAMPLE), "bench")
    assert (found.reason, found.round, found.by, found.left, found.support_per_mille) == (
        "not_completed", 2, "tree", euros(28), 933,
    )  # fmt: skip
    assert found.spent_on == {"people": [("park", 20 * UNITS), ("tree", 20 * UNITS)]}
    assert explain.lost(traced(EXAMPLE), "park") is None
    assert found.reason in explain.REASONS


# --- what would have been enough ------------------------------------------------------------------------------------


def test_what_would_have_been_enough_is_where_the_count_turns():
    costs, marks = {"a": 60, "b": 50, "c": 30}, ["a", "a", "a b", "b", "c"]
    found = explain.what_if(mes.count(vote(100, costs, marks)), ["b"])["b"]
    assert found == trace.Enough(cheaper_eur=12, more_papers=1)
    # At 38, b is paid at step 9 (29 - 20 = 9, and 29), before c at step 10; then all three do not fit. At 39 it is paid together
    # with c at step 10, which is too much, so that step 9 decides, without either.
    assert mes.count(vote(100, {**costs, "b": 38}, marks)).winners == ("a", "b")
    assert mes.count(vote(100, {**costs, "b": 39}, marks)).winners == ("a",)
    assert "b" in mes.count(vote(100, costs, [*marks, "b"])).winners


def test_sometimes_nothing_is_enough():
    # Park and Tree need all of the budget, and are paid at every step that would pay Bench too, however cheap it were.
    found = explain.what_if(mes.count(EXAMPLE), ["bench"])["bench"]
    assert found.cheaper_eur is None
    assert mes.count(EXAMPLE.costing(1, 1)).winners == ("park", "tree")


def test_another_method_is_asked_in_the_same_way():
    count = mes.count(EXAMPLE)
    again = explain.what_if(count, ["bench", "pond"], method=lambda instance: mes.count(instance))
    assert again == explain.what_if(count, ["bench", "pond"])


def test_what_costs_more_than_the_budget_can_become_cheap_enough():
    small = vote(100, {"a": 60, "b": 90}, ["a", "b", "b"]).without([], budget_eur=70)
    # b wins from 70 on: two papers of three have 2 x 23 at step 0, and from 35 on they pay 70; a then costs 60 more: no.
    found = explain.what_if(mes.count(small), ["b"])["b"]
    assert "b" in mes.count(small.costing(1, 90 - found.cheaper_eur)).winners
    assert 90 - found.cheaper_eur <= 70


def test_papers_of_organisations_are_added_where_they_count_alone():
    # 10 each. b has two papers, which pay its 30 from a share of 15 on; a has one, so it must cost 14 to be paid before.
    instance = vote(30, {"a": 30, "b": 30}, [], ["b", "a", "b"])
    assert explain.what_if(mes.count(instance), ["a"])["a"] == trace.Enough(cheaper_eur=16, more_papers=2)
    joined = vote(30, {"a": 30, "b": 30}, [], ["b", "a", "b", "a", "a"])
    assert mes.count(joined).winners == ("a",)


def test_papers_are_not_added_without_end():
    instance = vote(10, {"a": 10, "b": 1}, [*["b"] * 3, "a"])
    count = mes.count(instance)
    never = explain.what_if(count, ["a"], method=lambda _: count)["a"]
    assert never == trace.Enough(None, None)


def test_electorates_stand_in_one_order():
    assert [*vote(10, {"a": 1}, ["a"], ["a"]).papers] == [PEOPLE, ORGANISATIONS]
    assert Option("a", 1) == Option("a", 1)

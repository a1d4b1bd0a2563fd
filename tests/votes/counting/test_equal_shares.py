"""Equal Shares, worked by hand from its definition. Money in the comments is euros."""

import sys
from fractions import Fraction
from subprocess import run

import pytest

from bihaelt.votes.domain.counting import equal_shares, mes, reference
from bihaelt.votes.domain.counting.exact import UNITS, Balances
from bihaelt.votes.domain.counting.instance import Instance, Option, Papers
from tests.votes.counting.votes import ORGANISATIONS, PEOPLE, vote


def one_run(instance, share):
    """Winners of one run with this share (euros), of both engines."""
    money = Fraction(share) * UNITS
    fast = equal_shares.run(equal_shares.index(instance), {PEOPLE: money, ORGANISATIONS: money})
    slow = reference.run(
        instance, reference.papers_of(instance), {PEOPLE: Fraction(share), ORGANISATIONS: Fraction(share)}
    )
    assert [*fast.winners] == slow.winners
    return [instance.options[number].key for number in slow.winners], slow, fast


def test_the_example_of_the_documentation():
    # 100 / 5 = 20 each. Park: 3 papers pay 20. Tree: 2 papers pay 20. Bench has what Park left to paper 3 and Tree to paper 4:
    # 2 (share - 20) < 30 below 35. At 35, step 15, it is paid too, and 60 + 40 + 30 = 130 > 100. So step 14 decides.
    instance = vote(100, {"park": 60, "bench": 30, "tree": 40}, ["park", "park", "park bench", "bench tree", "tree"])
    count = mes.count(instance)
    assert count.winners == ("park", "tree")
    assert (count.decided.step, count.decided.cost_eur, count.left_eur) == (14, 100, 0)
    assert (count.overrun.step, count.overrun.cost_eur, count.runs) == (15, 130, 16)
    assert reference.count(instance).step == 14


def test_who_is_short_of_money_gives_all_and_the_others_share_the_rest():
    # Share 10. a (cost 12, papers 1 to 3): 4 each, 3 effective votes. They have 6, 6, 6. b (cost 20, papers 3, 4, 5):
    # 20 / 3 > 6, so paper 3 gives 6, and 4 and 5 pay (20 - 6) / 2 = 7 each: 20 / 7 effective votes.
    papers = ["a", "a", "a b", "b", "b"]
    winners, slow, _ = one_run(vote(50, {"a": 12, "b": 20}, papers), 10)
    assert winners == ["a", "b"]
    assert slow.effective == [3, Fraction(20, 7)]
    assert sorted(amount for _, amount in slow.payments[1]) == [6, 7, 7]


def test_money_that_makes_up_the_cost_exactly_is_enough_although_thirds_cannot_be_written():
    # Share 10. a costs 10, three pay 10/3 and keep 20/3 each: exactly the 20 that b costs. Rounding up would lose b.
    papers = ["a b", "a b", "a b", "c"]
    winners, _, fast = one_run(vote(40, {"a": 10, "b": 20, "c": 40}, papers), 10)
    assert winners == ["a", "b"]
    assert fast.fingerprint is None


def test_money_that_misses_the_cost_by_less_than_a_unit_is_too_little():
    # 10 euros for 1,000,000,001 papers: a little less than one unit of 10^-8 euro each. 100,000,000 of them have a little
    # less than one euro; the other 900,000,001 have 9.0000000001.
    papers = Papers([(0,), (1,)], [10**8, 9 * 10**8 + 1])
    count = mes.count_once(Instance(10, (Option("a", 1), Option("b", 9)), {PEOPLE: papers}))
    assert count.winners == ("b",)


def test_two_options_whose_poor_supporters_paid_thirds_are_still_exactly_equal():
    # Share 5. a: 10 / 3 each, so papers 1 and 2 keep 5/3. b and c alike: 5/3 from the poor one, 6 - 5/3 = 13/3 from the other.
    winners, slow, fast = one_run(vote(1000, {"a": 10, "b": 6, "c": 6}, ["a b", "a c", "a", "b", "c"]), 5)
    assert winners == ["a", "c", "b"]
    assert slow.effective == [3, Fraction(18, 13), Fraction(18, 13)]
    assert fast.ties == (None, "lot", None)


@pytest.mark.parametrize(
    ("costs", "papers", "winners", "ties"),
    [
        # Two papers can pay for each: 2 effective votes.
        ({"dear": 6, "cheap": 4}, "dear, dear, cheap, cheap", ["cheap", "dear"], ("cost", None)),
        # z takes all 3 euros from its four papers (4 effective votes). Then a: paper 1 has nothing, two pay 3 each: 2; b: 2.
        ({"z": 12, "b": 6, "a": 6}, "z a, z, z, z, a, a, b, b", ["z", "a", "b"], (None, "votes", None)),
        # SHA-256 of "b" is 3e23..., of "a" ca97...
        ({"a": 3, "b": 3}, "a, b", ["b", "a"], ("lot", None)),
    ],
)
def test_ties_go_to_the_lower_cost_then_to_more_votes_then_to_the_lot(costs, papers, winners, ties):
    found, _, fast = one_run(vote(1000, costs, papers.split(", ")), 3)
    assert (found, fast.ties) == (winners, ties)


def test_votes_of_people_break_a_tie_before_votes_of_organisations():
    costs = {"a": 10, "b": 10, "c": 10}
    instance = vote(1000, costs, ["a", "b", "b"], ["a", "a", "b", "c", "c", "c"])
    winners, _, fast = one_run(instance, 100)
    assert winners == ["b", "a", "c"]
    assert fast.ties == ("votes", "votes", None)


def test_everything_that_somebody_wants_is_funded_if_it_fits():
    count = mes.count(vote(100, {"a": 40, "b": 50, "c": 60}, ["a", "a b"]))
    assert (count.ended, count.winners, count.left_eur) == (mes.Ended.ALL_FIT, ("a", "b"), 10)
    assert (count.overrun, count.runs) == (None, 0)


def test_without_papers_nothing_is_funded():
    empty = vote(100, {"a": 40}, ["", ""])
    for count in (mes.count(empty), mes.count_once(empty)):
        assert (count.ended, count.winners, count.left_eur) == (mes.Ended.NO_PAPERS, (), 100)


def test_one_run_divides_the_budget_exactly():
    # 100 / 3 = 33 1/3 each: three of them make exactly 100; rounded down they would not.
    count = mes.count_once(vote(100, {"a": 100, "b": 90}, ["a", "a", "a b"]))
    assert (count.winners, count.ended, count.runs) == (("a",), mes.Ended.SINGLE, 1)


def test_an_option_that_costs_more_than_the_budget_is_never_paid_and_never_awaited():
    count = mes.count(Instance(50, (Option("a", 10), Option("b", 60)), vote(50, {"a": 10, "b": 50}, ["a", "b"]).papers))
    assert (count.winners, count.ended) == (("a",), mes.Ended.ALL_FIT)


def test_a_point_pays_a_price_and_who_gave_more_points_pays_more():
    # Share 30. a costs 30: points 1, 2 and 3 pay 5, 10 and 15; 6 effective points. b costs 60: 3 points of paper 4 and 1 of
    # paper 3, which has 15 left: 60 / 4 = 15 a point is 45 for paper 4, who has only 30. So 30 + 15 < 60: it cannot be paid.
    winners, slow, _ = one_run(vote(120, {"a": 30, "b": 60}, ["a:1", "a:2", "a:3 b:1", "b:3"]), 30)
    assert winners == ["a"]
    assert slow.effective == [6]
    assert [amount for _, amount in slow.payments[0]] == [5, 10, 15]


def test_amounts_beyond_64_bits_are_counted_like_small_ones():
    papers = ["park", "park", "park bench", "bench tree", "tree"]
    small = vote(100, {"park": 60, "bench": 30, "tree": 40}, papers)
    times = 10**12
    large = vote(100 * times, {"park": 60 * times, "bench": 30 * times, "tree": 40 * times}, papers)
    count = mes.count(large)
    assert count.winners == mes.count(small).winners
    # From 35 of 100 on the bench would be paid as well.
    assert count.overrun.step == 15 * times
    assert mes.count(vote(100 * times, {"a": 60 * times, "b": 50 * times}, ["a:2 b:1", "b:3"])).winners == ("b",)


def test_a_count_over_a_million_steps_is_quick_because_equal_steps_are_skipped():
    # a needs 900,000 of one paper, b 500,000 of another; 1,000,000 / 20 = 50,000 each at step 0.
    papers = ["a", "b", *(["c"] * 18)]
    count = mes.count(vote(1_000_000, {"a": 900_000, "b": 500_000, "c": 90_000}, papers))
    assert (count.winners, count.decided.step, count.runs) == (("c", "b"), 849_999, 850_001)


def test_the_share_of_an_organisation_follows_that_of_people():
    # 1,000 euros, people direct 900 per mille: 900 / 3 = 300 each. Organisations: 300 * 100 * 3 / (900 * 2) = 50 each.
    instance = vote(1000, {"a": 1}, ["a"] * 3, ["a"] * 2)
    shares = mes.two_shares(instance, 900)
    assert shares(0) == {PEOPLE: 300 * UNITS, ORGANISATIONS: 50 * UNITS}
    assert shares(1) == {PEOPLE: 301 * UNITS, ORGANISATIONS: Fraction(5016666666)}
    alone = vote(1000, {"a": 1}, [], ["a"] * 3)
    assert mes.two_shares(alone, 900)(2) == {ORGANISATIONS: 35 * UNITS}


def test_what_is_no_vote_is_refused():
    with pytest.raises(ValueError, match="more than 0"):
        Option("a", 0)
    with pytest.raises(ValueError, match="the same key"):
        Instance(10, (Option("a", 1), Option("a", 2)), {})
    for paper in ("a a", "a:0"):
        with pytest.raises(ValueError, match="a paper names an option twice"):
            vote(10, {"a": 1}, [paper])
    with pytest.raises(KeyError):
        vote(10, {"a": 1}, ["b"])


def test_an_instance_can_lose_options_points_and_papers():
    instance = vote(100, {"a": 40, "b": 50}, ["a:3 b:1", "a:1", "b:2"])
    kept = instance.without(["a"], budget_eur=10)
    assert (kept.budget_eur, [option.key for option in kept.options]) == (10, ["b"])
    assert sorted(kept.papers[PEOPLE].groups()) == [((0,), (1,), 1), ((0,), (2,), 1)]
    assert sorted(instance.ticks().papers[PEOPLE].groups()) == [((0,), (1,), 1), ((0, 1), (1, 1), 1), ((1,), (1,), 1)]


def test_an_unaffordable_option_has_no_exact_price():
    balances = Balances(vote(100, {"a": 40}, ["a", "a"]), {PEOPLE: Fraction(19 * UNITS)})
    assert balances.price(0) is None


def test_numpy_is_imported_by_the_first_count_and_not_before():
    code = (
        "import sys, bihaelt.web, bihaelt.votes.domain, bihaelt.votes.domain.counting.results as r\n"
        "assert 'numpy' not in sys.modules\n"
        "r.mes.count(r.Instance.of(1, [r.Option('a', 1)], {r.Electorate.PEOPLE: [['a']]}))\n"
        "assert 'numpy' in sys.modules"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""

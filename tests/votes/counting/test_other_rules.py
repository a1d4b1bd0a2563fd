"""Most votes first, yes and no, rankings, the lot: small votes, counted by hand."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.votes.domain.counting import greedy, majority, ranking
from bihaelt.votes.domain.counting.instance import Instance, Option
from bihaelt.votes.domain.counting.lots import lot_order
from tests.votes.counting.votes import vote


def options(budget, **costs):
    return Instance(budget, tuple(Option(key, cost) for key, cost in costs.items()), {})


def test_the_lot_is_the_order_of_hashes_and_changes_with_the_seed():
    keys = ["p1", "p2", "p3", "p4"]
    assert lot_order(keys, "7") == sorted(keys, key=lambda key: hashlib.sha256(f"7{key}".encode()).hexdigest())
    assert len({tuple(lot_order(keys, str(seed))) for seed in range(40)}) > 10


def test_most_votes_first_passes_over_what_does_not_fit():
    # a 3 votes, 60 of 100: left 40. b 2 votes, 50: does not fit. c 1 vote, 40: left 0. d has no vote.
    count = greedy.count(vote(100, {"d": 1, "a": 60, "b": 50, "c": 40}, ["a b", "a b", "a c"]))
    assert [(each.number, each.funded, each.left_eur) for each in count.order] == [
        (1, True, 40),
        (2, False, 40),
        (3, True, 0),
    ]
    assert (count.winners, count.left_eur) == (("a", "c"), 0)


def test_most_points_first_and_lower_cost_among_equals():
    count = greedy.count(vote(100, {"a": 60, "b": 50, "c": 40}, ["a:1 b:5", "a:4 c:5"]))
    assert [each.number for each in count.order] == [2, 1, 0]


def test_without_votes_nothing_wins():
    count = greedy.count(vote(100, {"a": 60}, []))
    assert (count.winners, count.left_eur, count.order) == ((), 100, ())


def test_more_yes_than_no_is_accepted_and_the_widest_margin_is_funded_first():
    papers = [
        [["a", "yes"], ["b", "yes"], ["c", "yes"]],
        [["a", "yes"], ["b", "no"], ["c", "yes"]],
        [["a", "yes"], ["b", "abstain"], ["d", "no"]],
        [],
    ]
    count = majority.count(options(100, a=70, b=10, c=40, d=1), papers)
    # a 3:0, c 2:0, b 1:1, d 0:1 of three papers; a leaves 30, so c does not fit.
    assert [(each.yes, each.no, each.abstain) for each in count.answers] == [(3, 0, 0), (1, 1, 1), (2, 0, 1), (0, 1, 2)]
    assert (count.accepted, count.papers, count.spent.winners, count.spent.left_eur) == ((0, 2), 3, ("a",), 30)


def ranked(instance, *papers):
    """``(5, "a b c")``: five papers with this order."""
    return ranking.rankings(instance, [order.split() for count, order in papers for _ in range(count)])


def test_schulze_finds_the_winner_of_the_article():
    # Schulze 2011, example 1: 21 papers, 4 options; the strongest paths make the order d, a, c, b.
    instance = options(10, a=1, b=1, c=1, d=1)
    papers = ranked(instance, (8, "a c d b"), (2, "b a d c"), (4, "c d b a"), (4, "d b a c"), (3, "d c b a"))
    found = ranking.schulze(instance, papers)
    assert found.prefer == ((0, 8, 14, 10), (13, 0, 6, 2), (7, 15, 0, 12), (11, 19, 9, 0))
    assert found.paths == ((0, 14, 14, 12), (13, 0, 13, 12), (13, 15, 0, 12), (13, 19, 13, 0))
    assert (found.ranking, found.tie) == ((3, 0, 2, 1), None)


def test_schulze_puts_what_is_not_named_last_and_breaks_ties_by_cost():
    found = ranking.schulze(options(10, a=2, b=1, c=1), ranked(options(10, a=2, b=1, c=1), (1, "a"), (1, "b")))
    assert found.prefer == ((0, 1, 1), (1, 0, 1), (0, 0, 0))
    assert (found.ranking, found.tie) == ((1, 0, 2), "cost")


def test_no_options_have_no_order():
    empty = Instance(10, (), {})
    assert ranking.schulze(empty, {}).ranking == ()
    assert ranking.instant_runoff(empty, {}) == ()
    assert ranking.winner(()) is None


def test_instant_runoff_moves_papers_on_until_one_has_more_than_half():
    # 4 a, 3 b, 2 c: c leaves; one of its papers goes to b, the other names nothing else. 4 a, 4 b, 1 exhausted: neither has
    # more than half of 8, so the tie is broken: equal cost, a on 5 papers, b on 4: b leaves.
    instance = options(10, a=5, b=5, c=5)
    rounds = ranking.instant_runoff(instance, ranked(instance, (3, "a"), (1, "a c"), (3, "b"), (1, "c b a"), (1, "c")))
    assert [(each.first, each.exhausted, each.out, each.tie) for each in rounds] == [
        (((0, 4), (1, 3), (2, 2)), 0, 2, None),
        (((0, 4), (1, 4)), 1, 1, "votes"),
        (((0, 5),), 4, None, None),
    ]
    assert ranking.winner(rounds) == 0


def test_instant_runoff_ends_at_once_with_more_than_half():
    instance = options(10, a=5, b=5, c=5)
    rounds = ranking.instant_runoff(instance, ranked(instance, (3, "b a"), (2, "a")))
    assert [(each.first, each.out) for each in rounds] == [(((1, 3), (0, 2)), None)]


@given(st.lists(st.permutations(["a", "b", "c", "d"]), min_size=1, max_size=9))
def test_whoever_wins_against_each_other_option_wins_with_schulze(papers):
    instance = options(10, a=1, b=2, c=3, d=4)
    found = ranking.schulze(instance, ranking.rankings(instance, papers))
    for one in range(4):
        if all(found.prefer[one][other] > found.prefer[other][one] for other in range(4) if other != one):
            assert found.ranking[0] == one
    for place, better in enumerate(found.ranking):
        assert all(found.paths[worse][better] <= found.paths[better][worse] for worse in found.ranking[place:])


def test_an_unknown_option_cannot_be_ranked():
    with pytest.raises(KeyError):
        ranking.rankings(options(10, a=1), [["b"]])

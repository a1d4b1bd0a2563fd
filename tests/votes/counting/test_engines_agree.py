"""The fast engine against the slow one, and what must hold for every vote. The votes are small and full of ties."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihaelt.votes.domain.counting import mes, reference, trace
from bihaelt.votes.domain.counting.exact import UNITS
from bihaelt.votes.domain.counting.instance import Instance, Option, Papers
from tests.votes.counting.votes import ORGANISATIONS, PEOPLE, same_options, votes

many = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def winners(count):
    """Where everything fits, there is no order in the slow engine."""
    return count.winners if count.ended is not mes.Ended.ALL_FIT else tuple(sorted(count.winners))


@many
@given(votes())
def test_winner_for_winner_in_the_same_order_and_at_the_same_step(instance):
    count, slow = mes.count(instance), reference.count(instance)
    assert winners(count) == tuple(same_options(instance, slow.winners))
    assert count.decided.step == slow.step


@many
@given(votes())
def test_one_run_with_an_exact_share(instance):
    papers = reference.papers_of(instance)
    slow = reference.run(instance, papers, {PEOPLE: Fraction(instance.budget_eur, len(papers))})
    assert mes.count_once(instance).winners == tuple(same_options(instance, slow.winners))


@many
@given(votes(both=True), st.sampled_from([100, 333, 500, 900]))
def test_two_shares(instance, per_mille):
    there = replace(instance, papers={each: papers for each, papers in instance.papers.items() if papers.choices})
    count, slow = mes.count(there, mes.two_shares(there, per_mille)), reference.count(there, per_mille)
    assert winners(count) == tuple(same_options(there, slow.winners))
    assert count.decided.step == slow.step


@many
@given(votes(), st.randoms(use_true_random=False))
def test_the_order_of_papers_and_options_and_the_grouping_change_nothing(instance, random):
    papers = instance.papers[PEOPLE]
    single = [(choice, points) for choice, points, count in papers.groups() for _ in range(count)]
    random.shuffle(single)
    order = list(range(len(instance.options)))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    pairs = [sorted(zip((place[option] for option in choice), points, strict=True)) for choice, points in single]
    mixed = Papers(
        [tuple(o for o, _ in row) for row in pairs], [1] * len(pairs), [tuple(p for _, p in row) for row in pairs]
    )
    other = Instance(instance.budget_eur, tuple(instance.options[n] for n in order), {PEOPLE: mixed}, instance.seed)
    assert mes.count(other).winners == mes.count(instance).winners


@many
@given(votes())
def test_the_books_balance(instance):
    count = mes.count(instance)
    written = trace.of_equal_shares(count, rule="points/1", question="q", electorate="people")
    assert written["spent_eur"] + written["left_eur"] == instance.budget_eur
    assert written["left_eur"] >= 0
    cost = {option.key: option.cost_eur * UNITS for option in instance.options}
    paid = [0] * len(written["groups"])
    for row in written["rounds"]:
        difference = (
            sum(amount * written["groups"][group]["papers"] for group, amount in row["payments"]) - cost[row["winner"]]
        )
        assert abs(difference) < max(row["payers"]["people"], 1)
        for group, amount in row["payments"]:
            paid[group] += amount
    if written["share"] is not None:
        assert all(amount <= written["share"]["people"] for amount in paid)


@many
@given(votes())
def test_exact_payments_make_up_the_cost_and_nobody_pays_more_than_the_share(instance):
    papers = reference.papers_of(instance)
    share = Fraction(instance.budget_eur, len(papers))
    slow = reference.run(instance, papers, {PEOPLE: share})
    for winner, payments in zip(slow.winners, slow.payments, strict=True):
        assert sum(amount for _, amount in payments) == instance.options[winner].cost_eur
    assert all(0 <= paper.money <= share for paper in papers)
    assert sum(share - paper.money for paper in papers) <= instance.budget_eur


@many
@given(votes(points=False))
def test_a_group_that_can_pay_for_what_all_of_it_wants_has_a_winner(instance):
    # Justified representation: if the shares of an option's supporters make up its cost, and it does not win, then at least
    # one of them has a winner; else all of them would still have their whole shares.
    papers = reference.papers_of(instance)
    found = set(mes.count_once(instance).decided.winners)
    share = Fraction(instance.budget_eur, len(papers))
    for number, option in enumerate(instance.options):
        behind = [paper for paper in papers if number in paper.points]
        if behind and len(behind) * share >= option.cost_eur:
            assert any(found & paper.points.keys() for paper in behind)


@many
@given(votes(points=False))
def test_one_point_for_each_option_is_the_same_as_a_tick(instance):
    papers = instance.papers[PEOPLE]
    pointed = Papers(papers.choices, papers.counts, [(1,) * len(choice) for choice in papers.choices])
    assert mes.count(replace(instance, papers={PEOPLE: pointed})).winners == mes.count(instance).winners


@settings(max_examples=25, deadline=None)
@given(votes(points=False))
def test_skipping_steps_finds_what_looking_at_each_step_finds(instance):
    # Costs thirty times as high: many steps, most of them alike.
    options = tuple(Option(option.key, 30 * option.cost_eur) for option in instance.options)
    large = replace(instance, budget_eur=30 * instance.budget_eur, options=options)
    counting = mes.Counting(large)
    count = counting.steps()
    if count.ended is mes.Ended.OVERRUN:
        endowment = mes.equal(counting.instance)
        step, decided = 0, ()
        while True:
            found = counting.run(endowment(step)).winners
            if sum(options[number].cost_eur for number in found) > large.budget_eur:
                break
            step, decided = step + 1, found
        assert (count.decided.winners, count.decided.step, count.runs) == (decided, step - 1, step + 1)


def test_an_electorate_is_named_where_its_papers_are():
    assert [*Instance.of(1, [Option("a", 1)], {ORGANISATIONS: [["a"]], PEOPLE: [["a"]]}).papers] == [
        PEOPLE,
        ORGANISATIONS,
    ]

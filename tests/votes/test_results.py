"""Results in plain values: the type that keeps electorates apart, reasons out of the trace, rounds as bars."""

import pytest

from bihaelt.votes.domain import DecisionRule, Electorate, Method
from bihaelt.votes.domain.ballots import COUNT_RULES, CountRule
from bihaelt.votes.domain.bundle.files import result_shown
from bihaelt.votes.domain.results import Apart, Lost, Won, read_result, rounds, verdicts
from bihaelt.votes.domain.results.reasons import Why
from bihaelt.votes.domain.results.rounds import BARS, PERMILLE
from tests.votes.result_stage import METHODS, document

PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS
FIGURES = Apart({PEOPLE: 823, ORGANISATIONS: 53})


def result(people, organisations=(), *, costs, budget, rule=CountRule.EQUAL_SHARES, **values):
    found = document(people, list(organisations), costs=costs, budget=budget, rule=rule, **values)
    return read_result(found, rule, budget, list(zip("abcdefghij", costs, strict=False)))


@pytest.mark.parametrize(
    "add",
    [
        lambda: FIGURES + FIGURES, lambda: FIGURES + 1, lambda: 1 + FIGURES, lambda: sum(FIGURES), lambda: sum([FIGURES, 0]),
        lambda: FIGURES.values(),
    ],
)  # fmt: skip
def test_figures_of_electorates_cannot_be_added(add):
    with pytest.raises((TypeError, AttributeError)):
        add()


def test_figures_of_electorates_stand_side_by_side():
    assert [*FIGURES.items()] == [(PEOPLE, 823), (ORGANISATIONS, 53)]
    assert Apart.read({"organisations": 53, "people": 823}) == FIGURES
    assert FIGURES["people"] == 823
    assert FIGURES.map(str) == Apart({PEOPLE: "823", ORGANISATIONS: "53"})
    assert Apart({PEOPLE: 823}).beside(Apart({ORGANISATIONS: 53})) == FIGURES
    assert hash(FIGURES) == hash(FIGURES.map(int))
    assert repr(FIGURES) == "Apart(people: 823, organisations: 53)"
    assert FIGURES != 876
    with pytest.raises(ValueError, match="not two"):
        FIGURES.beside(Apart({PEOPLE: 1}))
    assert Apart({PEOPLE: 0}).get(ORGANISATIONS) is None


def reasons(found):
    said = verdicts(found)
    return {row.figure.key: row.pots[0][1] for row in (*said.winners, *said.losers)}


def test_every_reason_of_equal_shares_comes_with_its_figures():
    """Twenty want a and c, two only a, ten want b, one wants d, and nobody e: a share is 100 euros and more."""
    found = result(
        [["a", "c"]] * 20 + [["a"]] * 2 + [["b"]] * 10 + [["d"]], costs=[2000, 1100, 1900, 900, 500], budget=3200
    )  # fmt: skip
    said = reasons(found)
    assert (said["a"].round, said["a"].next, said["a"].payers) == (1, "c", Apart({PEOPLE: 22}))
    assert said["a"].paid[PEOPLE] == 200_000
    assert said["a"].each == 9_091
    lost = said["c"]
    assert (lost.why, lost.by) == (Why.NOT_COMPLETED, "a")
    purse = lost.purses[PEOPLE]
    assert purse.had - purse.used == purse.left
    assert purse.spent_on == (("a", 181_818),)
    assert said["d"].why is Why.TOO_FEW
    assert said["d"].cheaper_eur
    assert said["e"].why is Why.NO_VOTES


def test_what_would_have_been_enough_is_enough():
    people, costs, budget = [["a", "c"]] * 20 + [["a"]] * 2 + [["b"]] * 10, [2000, 1100, 1900], 3200
    lost = reasons(result(people, costs=costs, budget=budget))["c"]
    cheaper = [2000, 1100, 1900 - lost.cheaper_eur]
    assert isinstance(reasons(result(people, costs=cheaper, budget=budget))["c"], Won)
    more = people + [["c"]] * lost.more_papers
    assert isinstance(reasons(result(more, costs=costs, budget=budget))["c"], Won)


def test_two_pots_say_which_one_paid_and_both_why_not():
    found = result(
        [["a"]] * 10, [["b"]] * 4 + [["c"]], costs=[600, 400, 390], budget=1000, decision=DecisionRule.R3, parameter=600
    )
    said = verdicts(found)
    assert [(row.figure.key, row.pots[0][0]) for row in said.winners] == [("a", PEOPLE), ("b", ORGANISATIONS)]
    assert [who for who, _ in said.losers[0].pots] == [PEOPLE, ORGANISATIONS]


def test_an_option_that_too_few_want_is_barred_with_its_figures():
    found = result(
        [["a"]] * 10 + [["b"]], [["a"]], costs=[600, 400], budget=1000, decision=DecisionRule.R1, parameter=50
    )
    barred = reasons(found)["b"]
    assert (barred.why, barred.for_it) == (Why.BARRED, Apart({PEOPLE: 1, ORGANISATIONS: 0}))


@pytest.mark.parametrize(
    ("method", "rule", "key", "why"),
    [
        (Method.APPROVAL, CountRule.GREEDY, "c", Why.NO_MONEY),
        (Method.YES_NO_ABSTAIN, CountRule.MAJORITY, "b", Why.MORE_NO),
        (Method.RANKING, CountRule.SCHULZE, "b", Why.PAIR_LOST),
        (Method.RANKING, CountRule.INSTANT_RUNOFF, "b", Why.DROPPED_OUT),
    ],
)
def test_the_other_rules_have_reasons_too(method, rule, key, why):
    assert rule in COUNT_RULES[method]
    said = reasons(result(METHODS[method], costs=[1000] * 4, budget=2500, rule=rule))
    assert isinstance(said["a"], Won)
    assert isinstance(said[key], Lost)
    assert said[key].why is why


@pytest.mark.parametrize(
    ("method", "rule"), [(method, rule) for method, rules in COUNT_RULES.items() for rule in rules]
)
def test_with_few_papers_winners_are_shown_and_no_reasons(method, rule):
    whole = document(METHODS[method], [], costs=[1000] * 4, budget=2500, rule=rule)
    said = reasons(read_result(result_shown(whole), rule, 2500, [(key, 1000) for key in "abcd"]))
    assert said["a"] == Won()
    assert {outcome for outcome in said.values() if isinstance(outcome, Lost)} == {Lost(Why.WITHHELD)}


@pytest.mark.parametrize("rule", [CountRule.GREEDY, CountRule.INSTANT_RUNOFF, CountRule.SCHULZE])
def test_what_nobody_chose_says_so(rule):
    assert reasons(result([], costs=[1000] * 2, budget=2500, rule=rule))["b"].why is Why.NO_VOTES
    if rule is CountRule.GREEDY:
        assert reasons(result([["a"]], costs=[1000] * 2, budget=2500, rule=rule))["b"].why is Why.NO_VOTES
    people_stay_away = result(
        [], [["a"]], costs=[1000] * 2, budget=2500, rule=rule, decision=DecisionRule.R1, parameter=50
    )
    assert reasons(people_stay_away)["a"].why is Why.NO_VOTES


def test_who_drops_out_says_in_which_round_and_against_whom():
    said = reasons(
        result(
            [["a", "b", "c"]] * 4 + [["b", "a"]] * 3 + [["c", "b"]] * 2, costs=[1000] * 3, budget=2500,
            rule=CountRule.INSTANT_RUNOFF,
        )
    )  # fmt: skip
    assert (said["b"].round, said["b"].rounds) == (2, 2)
    assert (said["c"].round, said["c"].by, said["c"].for_it) == (1, "b", Apart({PEOPLE: 2}))
    assert (said["a"].round, said["a"].by, said["a"].for_it) == (2, "b", Apart({PEOPLE: 4}))


def test_success_as_decided_is_counted_for_both_electorates():
    found = result([["a"]] * 10, [["a"], ["b"]], costs=[600, 500], budget=1000)
    assert found.decided.column.success == Apart({PEOPLE: 10, ORGANISATIONS: 1})
    assert found.alone[PEOPLE].success == Apart({PEOPLE: 10})


def test_bars_show_what_is_left_and_what_is_paid():
    trace = result(
        [["a", "c"]] * 20 + [["a"]] * 2 + [["b"]] * 10, costs=[2000, 1100, 1900], budget=3200
    ).decided.counts[0]
    picture = rounds(trace)
    assert picture.start[PEOPLE].left == (PERMILLE,) * 32
    first = picture.rounds[0]
    assert first.winner == "a"
    assert [first.bars[PEOPLE].left.count(PERMILLE), sum(map(bool, first.bars[PEOPLE].paid))] == [10, 22]
    before = picture.start[PEOPLE].left
    for step in picture.rounds:
        bars = step.bars[PEOPLE]
        assert tuple(left + paid for left, paid in zip(bars.left, bars.paid, strict=True)) == before
        before = bars.left
    assert first.left_eur == 1200


def test_many_papers_are_cut_into_equal_parts():
    people = [["a", "b"]] * 997 + [["c"]] * 211
    trace = result(people, [["a"]] * 3, costs=[500, 400, 300], budget=1000, decision=DecisionRule.R2, parameter=900)
    picture = rounds(trace.decided.counts[0])
    assert [len(picture.start[who].left) for who in (PEOPLE, ORGANISATIONS)] == [BARS, 3]
    assert picture.electorate is None
    assert all(0 <= left <= PERMILLE for step in picture.rounds for _, bars in step.bars.items() for left in bars.left)


def test_there_are_no_bars_without_rounds():
    assert rounds(result([["a"]], costs=[10], budget=1000).decided.counts[0]) is None

"""Two counts that share no code, by all rules: what the platform publishes is what the verifier finds."""

import pytest

from bihaelt.votes.domain.ballots import CountRule, DecisionRule, Method
from tests.verify.records import check, make_records, write_folder, write_zip

RULES = [
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R0, {}),
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R1, {"percent": 40}),
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R1, {"percent": 100}),
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R2, {"people_per_mille": 900}),
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R2, {"people_per_mille": 0}),
    (Method.APPROVAL, CountRule.EQUAL_SHARES, DecisionRule.R3, {"people_per_mille": 700}),
    (Method.APPROVAL, CountRule.GREEDY, DecisionRule.R0, {}),
    (Method.APPROVAL, CountRule.GREEDY, DecisionRule.R1, {"percent": 40}),
    (Method.POINTS, CountRule.POINTS, DecisionRule.R0, {}),
    (Method.POINTS, CountRule.POINTS, DecisionRule.R1, {"percent": 30}),
    (Method.POINTS, CountRule.POINTS, DecisionRule.R2, {"people_per_mille": 500}),
    (Method.POINTS, CountRule.POINTS, DecisionRule.R3, {"people_per_mille": 300}),
    (Method.YES_NO_ABSTAIN, CountRule.MAJORITY, DecisionRule.R0, {}),
    (Method.YES_NO_ABSTAIN, CountRule.MAJORITY, DecisionRule.R1, {"percent": 10}),
    (Method.YES_NO_ABSTAIN, CountRule.MAJORITY, DecisionRule.R1, {"percent": 1}),
    (Method.RANKING, CountRule.SCHULZE, DecisionRule.R0, {}),
    (Method.RANKING, CountRule.SCHULZE, DecisionRule.R1, {"percent": 40}),
    (Method.RANKING, CountRule.INSTANT_RUNOFF, DecisionRule.R0, {}),
    (Method.RANKING, CountRule.INSTANT_RUNOFF, DecisionRule.R1, {"percent": 40}),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("method", "count_rule", "decision_rule", "parameter"), RULES)
def test_every_rule_is_counted_alike(tmp_path, method, count_rule, decision_rule, parameter, seed):
    settings = {"count_rule": count_rule, "decision_rule": decision_rule, **parameter}
    records = make_records(method, people=(20, 6, 0), organisations=3 * seed, seed=seed, settings=settings)
    answer = check(write_zip(tmp_path, records.files()))
    assert (answer.faults, answer.status) == ([], 0)


@pytest.mark.parametrize("budget", [40, 900, 12_000])
@pytest.mark.parametrize("people", [20, 100])
def test_shares_of_every_size_are_counted_alike(tmp_path, budget, people):
    """Below a euro a person, a few euros, and hundreds, with thousands of steps."""
    records = make_records(people=(people,), budget=max(budget, 80), organisations=2, options=12, seed=budget)
    answer = check(write_zip(tmp_path, records.files()))
    assert (answer.faults, answer.status) == ([], 0)


def test_the_unpacked_folder_is_checked_as_well(tmp_path):
    folder = write_folder(tmp_path, make_records(people=(25,)).files())
    (folder / ".DS_Store").write_bytes(b"litter")
    answer = check(folder)
    assert (answer.faults, answer.status) == ([], 0)
    assert '"litter"' in answer.text

"""What would have been enough: found by the platform's quick search, and counted again by the verifier with fractions."""

import json

import pytest

from bihaelt.votes.domain.ballots import DecisionRule, Method
from bihaelt.votes.domain.bundle.files import MANIFEST
from tests.verify.records import check, make_records, write_zip
from tests.verify.test_faults import edited, resealed

RESULT = "results/frage-1.json"


def made(method=Method.APPROVAL, seed=1, **settings):
    records = make_records(method, people=(20,), organisations=2, options=6, budget=400, seed=seed, settings=settings)
    records.what_if = True
    return records.files()


def figures(value):
    """Every figure of what would have been enough in a result: (holder, name)."""
    traces = [value["people"], value["organisations"], *value["decided"]["counts"]]
    for trace in traces:
        for loser in trace["losers"]:
            for name in ("cheaper_eur", "more_papers"):
                yield loser["enough"], name


@pytest.fixture(scope="module")
def searched():
    return made()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("method", "settings"),
    [
        (Method.APPROVAL, {}), (Method.POINTS, {}), (Method.APPROVAL, {"decision_rule": DecisionRule.R1, "percent": 30}),
        (Method.APPROVAL, {"decision_rule": DecisionRule.R3, "people_per_mille": 600}),
    ],
)  # fmt: skip
def test_what_the_platform_finds_is_found_again(tmp_path, method, settings, seed):
    files = made(method, seed, **settings)
    given = [holder[name] for holder, name in figures(json.loads(files[RESULT]))]
    assert any(given)
    answer = check(write_zip(tmp_path, files))
    assert (answer.faults, answer.status) == ([], 0)
    assert f"was counted again ({len(given)} figures)" in answer.text


def test_with_two_shares_nothing_is_searched_and_nothing_may_be_said(tmp_path):
    files = made(decision_rule=DecisionRule.R2, people_per_mille=800)
    value = json.loads(files[RESULT])
    (decided,) = value["decided"]["counts"]
    assert {figure for loser in decided["losers"] for figure in loser["enough"].values()} == {None}
    assert check(write_zip(tmp_path, files)).faults == []

    def claim(value):
        value["decided"]["counts"][0]["losers"][0]["enough"]["cheaper_eur"] = 1

    assert check(write_zip(tmp_path, resealed(edited(files, RESULT, claim)))).faults == ["enough"]


@pytest.mark.parametrize("change", [lambda n: n + 1, lambda n: n - 1, lambda _: None, lambda _: 0, lambda _: 10**40])
@pytest.mark.parametrize("name", ["cheaper_eur", "more_papers"])
def test_another_figure_is_found(tmp_path, searched, name, change):
    """One too many still wins, one too few does not, and none at all would have to be true, too."""

    def tamper(value):
        holder = next(holder for holder, each in figures(value) if each == name and holder[name])
        holder[name] = change(holder[name])

    path = write_zip(tmp_path, resealed(edited(searched, RESULT, tamper)))
    assert check(path).faults == ["enough"]
    quick = check(path, "--quick")
    assert quick.faults == []
    assert "What would have been enough was not counted again (--quick)" in quick.text


def test_figures_that_are_not_given_are_named(tmp_path, searched):
    def forget(value):
        for holder, name in figures(value):
            holder[name] = None

    answer = check(write_zip(tmp_path, resealed(edited(searched, RESULT, forget))))
    assert answer.faults == []
    assert "what would have been enough is not given" in answer.text
    assert MANIFEST in searched

"""Real elections, if they lie beside the checkout (or in PABULIB): both engines agree, official results come out exactly.

The files state no licence, so they are not part of this repository.
"""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.counting import equal_shares, mes, reference
from bihaelt.votes.domain.counting.exact import UNITS
from tests.votes.counting.votes import PEOPLE, same_options

FOLDER = Path(os.environ.get("PABULIB", Path(__file__).parents[4] / "shared" / "data" / "pabulib"))
FILES = sorted(FOLDER.glob("*.pb"))
pytestmark = pytest.mark.skipif(
    not FILES, reason=f"no Pabulib files in {FOLDER}; set PABULIB to a folder that has some"
)
OFFICIAL = ("Netherlands_Assen_2024", "Poland_Swiecie_2023")


def read(path):
    return pabulib.read(path.read_text("utf-8"))


def approval():
    return [pytest.param(path, id=path.stem) for path in FILES if read(path).vote_type == "approval"]


@pytest.mark.parametrize("path", approval())
def test_both_engines_find_the_same_winners_in_the_same_order(path):
    # The slow engine needs up to half a minute for one run: the exact share, and two whole ones where it is quick.
    instance = read(path).instance
    papers = reference.papers_of(instance)
    index = equal_shares.index(instance)
    whole = instance.budget_eur // len(papers)
    shares = [Fraction(instance.budget_eur, len(papers)), Fraction(whole), Fraction(whole + max(whole // 2, 1))]
    for share in shares[: 3 if len(papers) < 1000 else 1]:
        fast = equal_shares.run(index, {PEOPLE: share * UNITS})
        assert [*fast.winners] == reference.run(instance, papers, {PEOPLE: share}).winners


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_results_come_out_exactly(name):
    path = FOLDER / f"{name}.pb"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    file = read(path)
    count = mes.count(file.instance)
    assert set(count.winners) == file.selected
    assert mes.outside_rule(count) == "equalshares/add1"


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_slow_engine_finds_the_steps_at_which_official_results_were_decided(name):
    path = FOLDER / f"{name}.pb"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    file = read(path)
    count, papers = mes.count(file.instance), reference.papers_of(file.instance)

    def at(step):
        share = Fraction(file.instance.budget_eur // len(papers) + step)
        return same_options(file.instance, reference.run(file.instance, papers, {PEOPLE: share}).winners)

    cost = {option.key: option.cost_eur for option in file.instance.options}
    assert at(count.decided.step) == [*count.winners]
    assert sum(cost[key] for key in at(count.decided.step + 1)) == count.overrun.cost_eur > file.instance.budget_eur


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])
def test_every_file_can_be_read_and_counted(path):
    file = read(path)
    assert sum(papers.total for papers in file.instance.papers.values()) <= int(file.meta["num_votes"])
    assert mes.count_once(file.instance).left_eur >= 0

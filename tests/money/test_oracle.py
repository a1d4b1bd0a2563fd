"""The demo city's transfers and funding cases, with the figures that demo.yaml expects."""

from datetime import date

import pytest

from bihaelt.funding.queries import grants
from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money.domain import Step, TransferState
from bihaelt.money.domain.facts import Budget, GrantFacts, Spending, Sums
from bihaelt.money.domain.rules import b6_grant, b7
from bihaelt.money.operations import Refused, approve
from bihaelt.money.queries import account
from tests.factories import NOW
from tests.money.stage import YEAR, demo

BLOCKED = {"refused_insufficient": "B12", "refused_earmarked": "B6", "refused_direction": "B4"}


@pytest.fixture
def city(stage):
    """The demo figures before the transfers: grants and own money allocated, what is bound and what is spent."""
    for row in demo()["clusters"]:
        stage.cluster(row["key"], row["budget"])
    for row in demo()["budget_rules"]["pools"]:
        if row["kind"] == "one_way":
            stage.one_way(row["from"], row["to"])
    for row in demo()["measures"]:
        measure = stage.measure(row["id"], row["cluster"], row["planned"], category=Category(row["cat"]))
        if row["cat"] == "C" or row["id"] in ("M17", "M18"):
            continue
        granted = {
            each["programme"]: each["amount"] for each in row["funding"] if each.get("state") in ("granted", "settled")
        }
        grants = {name: stage.grant(measure, euros, name=name) for name, euros in granted.items()}
        stage.allocate(measure, row["planned"] - sum(granted.values()))
        open_funds = [(name, grants[name].id, euros) for name, euros in granted.items()]
        for _name, funding_id, euros in open_funds:
            stage.allocate(measure, euros, funding_id=funding_id)
        bound, spent = row["committed"], row["actual"]
        for funding_id, most in [(funding_id, euros) for _n, funding_id, euros in open_funds] + [
            (None, row["planned"])
        ]:
            part = min(bound, most)
            if not part:
                continue
            commitment = stage.commit(measure, part, funding_id=funding_id)
            paid = min(spent, part)
            if paid:
                stage.spend(measure, paid, commitment=commitment)
            bound, spent = bound - part, spent - paid
    return stage


def test_the_figures_are_those_of_the_demo_before_the_transfers(city, session):
    for row in demo()["measures"]:
        if row["cat"] == "C" or row["id"] in ("M17", "M18"):
            continue
        found = account(session, city.measures[row["id"]].id, YEAR)
        assert (found.allocated, found.used, found.actual) == tuple(
            row[name] * 100 for name in ("planned", "committed", "actual")
        ), row["id"]
        measure = city.measures[row["id"]]
        assert (measure.committed_cents, measure.spent_cents) == (row["committed"] * 100, row["actual"] * 100)


def figures(refusal):
    return {name: int(value) for name, value in refusal.value.values.items() if isinstance(value, int)}


def test_all_six_transfers_come_out_as_expected(city, session):
    outcome = {}
    for row in demo()["budget_transfers"]:
        source, target = city.measures[row["from"]], city.measures[row["to"]]
        programme = row.get("funding")
        funding_id = None
        if programme:
            funding_id = next(f.id for f in grants(session, source.id) if f.programme.name == programme)
        if row["expected"] in BLOCKED:
            with pytest.raises(Refused) as refusal:
                city.move(source, target, row["amount"], funding_id=funding_id)
            assert refusal.value.rule == BLOCKED[row["expected"]], row["id"]
            outcome[row["id"]] = (refusal.value.values, figures(refusal))
            continue
        request = city.move(source, target, row["amount"])
        if row["expected"] == "allowed":
            assert request.way == "holder"
            assert approve(session, request=request, by=city.holder, now=NOW) is TransferState.BOOKED
        else:
            assert row["expected"] == "needs_approval"
            assert [Step(step) for step in request.way.split()] == [Step.HOLDER, Step.OTHER_HOLDER, Step.TREASURY]
            assert request.state is TransferState.REQUESTED
        outcome[row["id"]] = (request.rule, {})
    # T2: 80,000 - max(64,000, 38,000) = 16,000 can be moved; T4: at most 10,000 of own money, the notice names M09.
    assert outcome["T2"][1] == {"given": 80_000_00, "used": 64_000_00, "movable": 16_000_00}
    assert outcome["T4"][1] == {"movable": 10_000_00}
    assert outcome["T4"][0]["measure"] == "M09"
    assert "ba_nrw" in outcome["T4"][0]["grant"]
    assert {name: outcome[name][0] for name in ("T1", "T3", "T5")} == {"T1": "B3", "T3": "B5", "T5": "B4"}
    m11 = account(session, city.measures["M11"].id, YEAR)
    assert (m11.transfers_in, m11.available) == (8_000_00, 9_500_00)
    assert account(session, city.measures["M02"].id, YEAR).available == 3_000_00
    assert account(session, city.measures["M07"].id, YEAR).transfers_out == 3_000_00


def test_without_the_grant_being_named_the_earmark_gives_the_same_figure(city):
    with pytest.raises(Refused) as refusal:
        city.move(city.measures["M09"], city.measures["M12"], 20_000)
    assert refusal.value.rule == "B6"
    assert figures(refusal) == {"movable": 10_000_00}
    assert city.move(city.measures["M09"], city.measures["M12"], 10_000).state is TransferState.REQUESTED


def test_the_three_funding_cases_come_out_as_expected():
    programmes = {row["key"]: row for row in demo()["funding_programmes"]}
    measures = {row["id"]: row for row in demo()["measures"]}
    for row in demo()["funding_checks_expected"]:
        programme, measure = programmes[row["programme"]], measures[row["measure"]]
        facts = GrantFacts(
            programme["name"], measure["id"], 100, first_year=programme["years"][0], last_year=programme["years"][1],
            fits_purpose=measure["cluster"] in programme["purposes"],
        )  # fmt: skip
        if row["expected"] == "refused_outside_period":
            verdict = b6_grant(GrantFacts(
                programme["name"], measure["id"], 100, first_year=programme["years"][0], last_year=programme["years"][1],
            ), measure["id"], row["year"])  # fmt: skip
            assert (verdict.values["first"], verdict.values["last"]) == (2021, 2022)
        elif row["expected"] == "refused_purpose":
            verdict = b6_grant(facts, measure["id"], row["year"])
            assert not verdict
            assert "cluster" in verdict.reason
        else:
            verdict = b7(
                Spending(
                    100,
                    measure["id"],
                    Category.A,
                    Sums(),
                    Budget(2026),
                    2026,
                    date(2026, 1, 1),
                    check=FundingCheck.OPEN,
                )
            )
            assert not verdict
            assert verdict.values["measure"] == "M03"

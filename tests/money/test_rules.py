"""The sixteen rules one by one: what each lets pass, what it refuses, and the figures of its reason."""

from dataclasses import replace
from datetime import date

import pytest

from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money.domain import BookingKind, BudgetState, MoneyKind, RequestKind, Step, Thresholds, rules, way_of
from bihaelt.money.domain.facts import Allocating, Budget, GrantFacts, Moving, Relation, Spending, Sums
from bihaelt.money.domain.ledger import effect

SUMS = Sums(
    allocated=1000, transfers_in=50, transfers_out=150, carried=100, bound=400, settled=100, actual=150, own_free=500
)
BUDGET = Budget(2026, cents=5000, allocated=4000, used=3000, moved=-100, carried=100)
SPENDING = Spending(100, "M1", Category.B, SUMS, BUDGET, 2026, date(2026, 11, 22))
MOVING = Moving(100, "M1", "M2", SUMS, Relation.MUTUAL)
GRANT = GrantFacts("KIM", "M1", 600, used=200, first_year=2026, last_year=2026, own_share=20, reference="Az. 7")
ALLOCATING = Allocating(100, "M1", BUDGET, planned=2000, given=1000, own_given=400, granted_given=600)


def values(verdict):
    assert not verdict
    return {name: int(value) if isinstance(value, int) else value for name, value in verdict.values.items()}


def test_the_formulas_of_an_account():
    assert (SUMS.given, SUMS.open, SUMS.used, SUMS.available, SUMS.movable) == (1000, 300, 450, 550, 500)
    assert replace(SUMS, own_free=-5).movable == 0
    assert (BUDGET.ceiling, BUDGET.free) == (5000, 1000)
    assert GRANT.left == 400


def test_b1_names_what_is_missing_and_who_could_help():
    assert rules.b1(replace(SPENDING, cents=500))
    short = replace(SPENDING, cents=560)
    assert values(rules.b1(replace(short, others_movable=60))) == {
        "measure": "M1", "available": 500, "gap": 60, "movable": 60,
    }  # fmt: skip
    assert values(rules.b1(replace(short, others_movable=60, mutual=False)))["free"] == 1000
    assert values(rules.b1(replace(short, budget=replace(BUDGET, cents=4010)))) == {
        "measure": "M1", "available": 500, "gap": 60,
    }  # fmt: skip
    assert values(rules.b1(replace(short, grant=GRANT, cents=401)))["gap"] == 1
    assert rules.b1(replace(short, settles=60))


def test_b2_keeps_the_clusters_sum():
    assert rules.b2(replace(SPENDING, cents=2000))
    assert values(rules.b2(replace(SPENDING, cents=2001))) == {"year": 2026, "ceiling": 5000, "used": 3000, "over": 1}


def test_b3_keeps_kinds_of_money_apart():
    assert rules.b3(MOVING)
    assert values(rules.b3(replace(MOVING, target_kind=MoneyKind.INVESTIVE))) == {"source": "M1", "target": "M2"}


def test_b4_and_b5_know_the_pools():
    for relation, b4, b5 in (
        (Relation.MUTUAL, True, True), (Relation.ONE_WAY, True, True), (Relation.WRONG_WAY, False, True),
        (Relation.ACROSS, True, False),
    ):  # fmt: skip
        moving = replace(MOVING, relation=relation)
        assert (bool(rules.b4(moving)), bool(rules.b5(moving))) == (b4, b5)
    assert rules.first_no(rules.moving(replace(MOVING, relation=Relation.ACROSS))) is None


def test_b6_keeps_granted_money_with_its_measure():
    assert rules.b6(replace(MOVING, cents=500))
    assert rules.b6(replace(MOVING, cents=501))  # no grant is known: B12 refuses it
    assert rules.b6(replace(MOVING, cents=9999, grants=[GRANT]))  # not even available: B12 says so
    assert values(rules.b6(replace(MOVING, cents=501, grants=[GRANT]))) == {
        "grant": "KIM (Az. 7)", "measure": "M1", "movable": 500,
    }  # fmt: skip
    assert values(rules.b6(replace(MOVING, cents=1, grant=GRANT)))["movable"] == 500


@pytest.mark.parametrize(
    ("grant", "wrong"),
    [
        (GRANT, {}), (replace(GRANT, held=False, reference=""), {"grant": "KIM"}),
        (replace(GRANT, measure="M9"), {"grant": "KIM (Az. 7)", "measure": "M9"}),
        (replace(GRANT, fits_purpose=False), {"grant": "KIM (Az. 7)"}),
        (replace(GRANT, first_year=2021, last_year=2022), {"grant": "KIM (Az. 7)", "first": 2021, "last": 2022}),
    ],
)  # fmt: skip
def test_b6_asks_a_grant_for_measure_purpose_and_years(grant, wrong):
    verdict = rules.b6_spending(replace(SPENDING, grant=grant))
    assert bool(verdict) is not bool(wrong)
    assert dict(verdict.values) == wrong
    assert rules.b6_spending(SPENDING)


def test_b7_waits_for_the_funding_check_unless_the_plan_owner_says_why():
    waiting = replace(SPENDING, check=FundingCheck.OPEN)
    assert values(rules.b7(waiting)) == {"measure": "M1", "cents": 100}
    for fine in ({"override": "Sofort nötig"}, {"grant": GRANT}, {"settles": 100}, {"check": FundingCheck.UNSUITABLE}):
        assert rules.b7(replace(waiting, **fine))


def test_b8_pays_nothing_twice():
    assert rules.b8(replace(SPENDING, paid_by_other="ESF"))
    assert values(rules.b8(replace(SPENDING, paid_by_other="ESF", grant=GRANT))) == {"other": "ESF"}
    assert rules.b8_allocating(ALLOCATING)
    assert rules.b8_allocating(replace(ALLOCATING, grant=GRANT))
    assert values(rules.b8_allocating(replace(ALLOCATING, grant=GRANT, planned=699))) == {
        "granted": 700, "measure": "M1", "planned": 699,
    }  # fmt: skip


def test_b9_wants_an_authorisation_for_later_years():
    assert rules.b9(SPENDING)
    assert values(rules.b9(replace(SPENDING, year=2027))) == {"year": 2027}
    assert rules.b9(replace(SPENDING, year=2027, ve="VE 3"))


def test_b10_books_nothing_new_into_a_frozen_budget():
    def at(state, **more):
        return rules.b10(replace(SPENDING, budget=replace(BUDGET, state=state), **more))

    assert at(BudgetState.RELEASED)
    assert not at(BudgetState.CLOSED, legal_duty=True)
    assert not at(BudgetState.PLANNED)
    assert at(BudgetState.PLANNED, year=2027)
    assert values(at(BudgetState.BLOCKED)) == {"year": 2026}
    assert at(BudgetState.BLOCKED, legal_duty=True)
    assert at(BudgetState.BLOCKED, settles=100)
    for state in (BudgetState.BLOCKED, BudgetState.CLOSED):
        assert not rules.b10_moving(replace(MOVING, target_state=state))
    assert rules.b10_moving(MOVING)


def test_b11_commits_nothing_on_an_idea():
    assert rules.b11(SPENDING)
    assert values(rules.b11(replace(SPENDING, category=Category.C))) == {"measure": "M1", "cents": 100}


def test_b12_takes_nothing_that_is_committed():
    assert rules.b12(replace(MOVING, cents=500))
    assert values(rules.b12(replace(MOVING, cents=551, grants=[GRANT]))) == {
        "source": "M1", "given": 1000, "used": 450, "movable": 500,
    }  # fmt: skip
    assert not rules.b12(replace(MOVING, cents=501))
    assert rules.b12(replace(MOVING, cents=501, grants=[GRANT]))


def test_b13_carries_forward_from_november_on():
    def carry(cents=500, today=date(2026, 11, 1), state=BudgetState.PLANNED):
        return rules.b13(cents, SUMS, year=2026, today=today, next_state=state)

    assert carry()
    assert values(carry(today=date(2026, 10, 31))) == {"year": 2026}
    assert values(carry(state=None)) == {"year": 2027}
    assert values(carry(state=BudgetState.CLOSED)) == {"year": 2027}
    assert values(carry(cents=501)) == {"movable": 500}


def test_b14_wants_the_citys_share_first():
    assert rules.b14(ALLOCATING)
    assert rules.b14(replace(ALLOCATING, grant=GRANT))  # 700 granted ask for 175
    assert values(rules.b14(replace(ALLOCATING, grant=GRANT, own_given=174))) == {
        "grant": "KIM (Az. 7)", "needed": 175, "percent": 20, "own": 174,
    }  # fmt: skip


def test_b15_tells_the_second_of_two_what_happened_meanwhile():
    assert rules.b15(100, None, 50)
    assert rules.b15(100, 80, 50)
    assert values(rules.b15(100, 120, 50)) == {"seen": 120, "available": 50}
    assert not rules.b15_spending(replace(SPENDING, cents=600, seen_available=700))
    assert not rules.b15_moving(replace(MOVING, cents=600, seen_available=700))


def test_b16_corrects_once_and_only_what_nothing_rests_on():
    plain = {"countered": False, "is_counter": False, "in_use": False}
    assert rules.b16(**plain)
    reasons = {rules.b16(**(plain | {name: True})).reason for name in plain}
    assert len(reasons) == 3


def test_allocations_stay_within_the_budget():
    assert rules.over_budget(replace(ALLOCATING, cents=1000))
    assert values(rules.over_budget(replace(ALLOCATING, cents=1001))) == {"year": 2026, "free": 1000}
    for state in (BudgetState.BLOCKED, BudgetState.CLOSED):
        assert not rules.over_budget(replace(ALLOCATING, budget=replace(BUDGET, state=state)))
    assert rules.above_plan(replace(ALLOCATING, cents=1001))
    assert not rules.above_plan(replace(ALLOCATING, cents=1000))


def test_the_hardest_no_comes_first_and_every_rule_has_a_name():
    facts = replace(SPENDING, category=Category.C, cents=10**6, check=FundingCheck.OPEN)
    no = rules.first_no(rules.spending(facts))
    assert no is not None
    assert no.rule == "B11"
    told = {each.rule for each in (*rules.spending(facts), *rules.moving(MOVING), *rules.allocating(ALLOCATING))}
    assert told | {"B13", "B16"} == set(rules.NAMES)
    assert rules.first_no(rules.spending(SPENDING)) is None


@pytest.mark.parametrize(
    ("kind", "cents", "across", "way"),
    [
        (RequestKind.TRANSFER, 10_000_00, False, [Step.HOLDER]),
        (RequestKind.TRANSFER, 10_000_01, False, [Step.HOLDER, Step.TREASURY]),
        (RequestKind.TRANSFER, 1, True, [Step.HOLDER, Step.OTHER_HOLDER, Step.TREASURY]),
        (RequestKind.TRANSFER, 50_000_01, True, [Step.HOLDER, Step.OTHER_HOLDER, Step.TREASURY, Step.COUNCIL]),
        (RequestKind.ALLOCATION, 1, False, [Step.HOLDER, Step.TREASURY]),
        (RequestKind.CARRY, 50_000_01, False, [Step.HOLDER, Step.TREASURY, Step.COUNCIL]),
    ],
)
def test_the_way_of_a_request(kind, cents, across, way):
    assert list(way_of(kind, cents, across=across, thresholds=Thresholds())) == way


def test_what_a_booking_does_to_its_account():
    def of(kind, cents, own=True, counter=False):
        return dict(effect(kind, cents, own=own, counter=counter))

    assert of(BookingKind.ALLOCATION, 5) == {"allocated": 5, "own_free": 5}
    assert of(BookingKind.ALLOCATION, 5, own=False) == {"allocated": 5}
    assert of(BookingKind.COMMITMENT, 5) == {"bound": 5, "own_free": -5}
    assert of(BookingKind.SETTLEMENT, 5) == {"settled": 5, "own_free": 5}
    assert of(BookingKind.ACTUAL, 5) == {"actual": 5, "own_free": -5}
    assert of(BookingKind.CARRY, -5) == {"carried": -5, "own_free": -5}
    assert of(BookingKind.TRANSFER, -5) == {"transfers_out": 5, "own_free": -5}
    assert of(BookingKind.TRANSFER, 5) == {"transfers_in": 5, "own_free": 5}
    assert of(BookingKind.TRANSFER, 5, counter=True) == {"transfers_out": -5, "own_free": 5}
    assert of(BookingKind.TRANSFER, -5, counter=True) == {"transfers_in": -5, "own_free": -5}

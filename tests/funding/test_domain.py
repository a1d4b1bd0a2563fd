"""The rules of funding in plain Python."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bihaelt.funding.domain import (
    ALLOWED,
    EARLY,
    ENDED,
    LEADS_TO,
    OUTSIDE_PERIOD,
    TRANSITIONS,
    UNCHECKED,
    WRONG_PURPOSE,
    Entry,
    FundingState,
    Level,
    Share,
    Step,
    Terms,
    consistent,
    fits,
    may_begin,
    not_twice,
    own_money,
    own_share,
    refuse,
    share_covered,
    steps,
    sum_of,
)
from bihaelt.measures.domain import FundingCheck
from bihaelt.verdicts import DomainError

TERMS = Terms(frozenset({1, 2}), 2021, 2022)
OPEN, SUITABLE, UNSUITABLE = FundingCheck.OPEN, FundingCheck.SUITABLE, FundingCheck.UNSUITABLE
S = FundingState


@pytest.mark.parametrize(
    ("cluster", "first", "last", "reason"),
    [
        (1, 2021, None, ""),
        (2, 2022, 2022, ""),
        (1, 2021, 2022, ""),
        (1, None, None, ""),
        (3, 2021, None, WRONG_PURPOSE),
        (1, 2026, None, OUTSIDE_PERIOD),
        (1, 2020, 2021, OUTSIDE_PERIOD),
        (1, 2022, 2023, OUTSIDE_PERIOD),
    ],
)
def test_a_programme_pays_for_its_clusters_in_its_years(cluster, first, last, reason):
    assert fits(TERMS, cluster_id=cluster, first_year=first, last_year=last).reason == reason


def test_a_programme_without_named_clusters_pays_for_all_until_it_has_ended():
    everything = Terms(frozenset(), 2021, 2022)
    assert fits(everything, cluster_id=9, first_year=2021, last_year=2021)
    assert fits(replace(everything, ended=True), cluster_id=9, first_year=2021, last_year=2021).reason == ENDED


def test_own_money_waits_for_the_check():
    assert own_money(OPEN).reason == UNCHECKED
    assert own_money(SUITABLE)
    assert own_money(UNSUITABLE)


@pytest.mark.parametrize(
    ("results", "together"),
    [
        ((), OPEN), ((OPEN, SUITABLE), OPEN), ((UNSUITABLE, OPEN), OPEN), ((SUITABLE, UNSUITABLE), SUITABLE),
        ((UNSUITABLE, UNSUITABLE), UNSUITABLE),
    ],
)  # fmt: skip
def test_checks_are_open_while_any_is(results, together):
    assert sum_of(results) is together


def test_no_cost_is_paid_twice():
    others = [Share(1, 40, "Personal"), Share(2, 30)]
    assert not_twice(Share(3, 30, "Miete"), others, 100)
    assert not_twice(Share(1, 30, " personal "), others, 100)
    assert not_twice(Share(3, 1, " PERSONAL"), others, 100).values == {"item": "PERSONAL"}
    assert "more than is planned" in not_twice(Share(3, 31), others, 100).reason


@pytest.mark.parametrize(
    ("cents", "percent", "own"),
    [(60_000_00, 20, 15_000_00), (20_000_00, 10, 2_222_23), (100, 0, 0), (0, 50, 0), (100, 99, 9900), (1, 1, 1)],
)
def test_the_own_share_is_rounded_up(cents, percent, own):
    assert own_share(cents, percent) == own


def test_what_pays_nothing_has_no_share():
    with pytest.raises(ValueError, match="no share"):
        own_share(1, 100)


def test_the_own_share_has_to_be_allocated():
    assert share_covered(100, 100)
    assert share_covered(101, 100).values == {"needed": 101, "allocated": 100}


def test_a_measure_does_not_begin_before_its_grant():
    today = date(2026, 11, 22)
    soon = today + timedelta(days=30)

    def said(state=S.APPLIED, starts_on=soon, early=None):
        return may_begin(state, starts_on=starts_on, early_start_on=early, today=today).reason

    assert said() == EARLY
    assert said(starts_on=soon + timedelta(days=1)) == ""
    assert said(starts_on=None) == ""
    assert said(state=S.GRANTED) == ""
    assert said(early=soon) == ""
    assert said(early=soon + timedelta(days=1)) == EARLY


def test_every_step_leads_somewhere_and_every_state_is_reached():
    reached = set().union(*TRANSITIONS.values())
    assert reached == set(LEADS_TO.values()) == set(S)
    assert steps(S.APPLIED) == (Step.TAKE_BACK, Step.GRANT, Step.REFUSE)
    assert steps(S.RECLAIMED) == steps(S.REFUSED) == ()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("last_year", {"last_year": 2024}),
        ("own_share", {"own_share": 101}),
        ("own_share", {"own_share": 100}),
        ("deadline", {"deadline": date(2028, 1, 1)}),
        ("link", {"link": "javascript:alert(1)"}),
        ("proof_months", {"proof_months": 61}),
    ],
)
def test_a_programme_does_not_contradict_itself(field, values):
    entry = Entry("KIM", Level.STATE, 2025, 2027, 10, link="https://example.org")
    assert consistent(entry) is entry
    assert consistent(replace(entry, level=Level.CITY, own_share=100))
    with pytest.raises(DomainError) as refusal:
        consistent(replace(entry, **values))
    assert refusal.value.field == field


def test_a_no_becomes_an_error_at_its_field_and_a_yes_nothing():
    refuse(ALLOWED, "amount")
    with pytest.raises(DomainError) as refusal:
        refuse(share_covered(2, 1), "amount")
    assert (refusal.value.field, refusal.value.values["needed"]) == ("amount", 2)

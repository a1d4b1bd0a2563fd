"""The gates before B and A, how a measure takes a proposal over, lights and numbers."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.measures.domain import (
    CATEGORY_STEPS,
    Access,
    Answer,
    Category,
    Cost,
    FundingCheck,
    Gap,
    MeasureState,
    Need,
    Other,
    ServiceCheck,
    ServiceUse,
    Signature,
    Take,
    Takes,
    YearSum,
    alike,
    consistent,
    duplicates,
    fitting,
    gaps,
    next_number,
    numbered,
    remind_now,
    restored,
    stored,
    title_words,
    waits_until,
)
from bihaelt.measures.queries import next_category
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError
from tests.measures.stage import WORDS, full_sheet

TODAY = date(2026, 11, 22)
RUNNING = MeasureState.RUNNING


def lacks(category, state=RUNNING, **values):
    return list(gaps(full_sheet(**values), category, state=state, today=TODAY))


@pytest.mark.parametrize("category", list(Category))
def test_a_complete_running_measure_passes_every_gate(category):
    assert lacks(category) == []


@pytest.mark.parametrize(
    ("values", "gap"),
    [
        ({"need": Need.OPEN}, Gap.NEED),
        ({"words": Words("T", "B", {"need": "", "goal": "Z"})}, Gap.NEED),
        ({"service_check": ServiceCheck.OPEN}, Gap.SERVICE),
        ({"funding_check": FundingCheck.OPEN}, Gap.FUNDING),
        ({"gender_checked": False}, Gap.GENDER),
        ({"office_id": None}, Gap.OFFICE),
        ({"working_group_id": None}, Gap.GROUP),
        ({"words": Words("T", "B", {"need": "N", "goal": ""})}, Gap.GOAL),
        ({"planned_cents": 0}, Gap.AMOUNT),
        ({"starts_on": None}, Gap.PERIOD),
        ({"ends_on": None}, Gap.PERIOD),
    ],
)
def test_each_gap_keeps_a_measure_out_of_b_and_a_but_not_out_of_c(values, gap):
    assert lacks(Category.C, **values) == []
    assert lacks(Category.B, **values) == [gap]
    assert gap in lacks(Category.A, **values)


def test_no_new_need_needs_no_words():
    assert lacks(Category.B, need=Need.NONE, words=Words("T", "B", {"goal": "Z"})) == []


def test_everything_that_is_missing_is_said_at_once_in_the_order_of_the_sheet():
    from_nothing = replace(
        full_sheet(), words=Words("T", "B", {}), office_id=None, working_group_id=None, planned_cents=0,
        starts_on=None, need=Need.OPEN, service_check=ServiceCheck.OPEN, funding_check=FundingCheck.OPEN,
        gender_checked=False,
    )  # fmt: skip
    found = gaps(from_nothing, Category.A, state=MeasureState.IDEA, today=TODAY)
    assert list(found) == [gap for gap in Gap if gap not in (Gap.KIND, Gap.TARGET, Gap.CARRIER)]


@pytest.mark.parametrize(
    ("starts_on", "state", "expected"),
    [
        (date(2026, 11, 22), RUNNING, []),
        (date(2026, 11, 23), RUNNING, [Gap.STARTED]),
        (date(2026, 11, 1), MeasureState.DECIDED, [Gap.RUNNING]),
        (date(2026, 11, 1), MeasureState.COMPLETED, []),
        (date(2026, 11, 1), MeasureState.PAUSED, []),
        (date(2026, 11, 1), MeasureState.HANDED_OVER, []),
        (date(2026, 12, 1), MeasureState.DRAFT, [Gap.STARTED, Gap.RUNNING]),
    ],
)
def test_category_a_is_what_has_begun(starts_on, state, expected):
    assert lacks(Category.A, state, starts_on=starts_on) == expected
    assert lacks(Category.A, state, starts_on=starts_on, ad_hoc=True) == []
    assert lacks(Category.B, state, starts_on=starts_on) == []


def test_the_way_goes_one_step_at_a_time():
    assert {old: sorted(new) for old, new in CATEGORY_STEPS.items()} == {"A": ["B"], "B": ["A", "C"], "C": ["B"]}
    assert [next_category(category) for category in Category] == [None, Category.A, Category.B]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": Words("", "B")}, "title"),
        ({"words": Words("T", "")}, "body"),
        ({"ends_on": date(2026, 10, 31)}, "ends_on"),
        ({"service_check": ServiceCheck.LINKED}, "service"),
        ({"service_id": 4}, "service_check"),
        ({"planned_cents": -1}, "planned"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused_at_that_field(values, field):
    with pytest.raises(DomainError) as refusal:
        consistent(full_sheet(**values))
    assert refusal.value.field == field


def test_a_consistent_sheet_stays_as_it_is():
    sheet = full_sheet(service_check=ServiceCheck.LINKED, service_id=4, words=WORDS)
    assert consistent(sheet) == sheet


@pytest.mark.parametrize("outcome", [None, *Outcome])
@pytest.mark.parametrize("takes", list(Takes))
def test_only_what_was_accepted_is_taken_over_and_never_more_than_that(outcome, takes):
    allowed = outcome is Outcome.ACCEPTED or (outcome is Outcome.PARTLY and takes is not Takes.FULLY)
    if allowed:
        assert fitting(Take(1, takes, "Ein Teil"), outcome).takes is takes
    else:
        with pytest.raises(DomainError) as refusal:
            fitting(Take(1, takes, "Ein Teil"), outcome)
        assert refusal.value.field == "takes"


def test_a_part_says_which_and_nothing_else_does():
    with pytest.raises(DomainError) as refusal:
        fitting(Take(1, Takes.PART, " "), Outcome.ACCEPTED)
    assert refusal.value.field == "part"
    assert fitting(Take(1, Takes.FULLY, "Ein Teil"), Outcome.ACCEPTED).part == ""


def test_numbers_follow_each_other():
    assert [next_number(last) for last in (None, "M007", "M099", "M999", "M1000")] == [
        "M001", "M008", "M100", "M1000", "M1001",
    ]  # fmt: skip


# --- the whole sheet


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"service_use": ServiceUse.USE}, "service_use"), ({"costs": (YearSum(2026, -1),)}, "costs"),
        ({"costs": (YearSum(2026, 1), YearSum(2026, 2))}, "costs"), ({"costs": (YearSum(1999, 1),)}, "costs"),
        ({"product_group": "11.6.1"}, "product_group"), ({"cluster_ids": frozenset({1})}, "clusters"),
        ({"ad_hoc": True}, "confirm_by"),
    ],
)  # fmt: skip
def test_facts_that_contradict_each_other_are_refused(values, field):
    with pytest.raises(DomainError) as refusal:
        consistent(full_sheet(**values))
    assert refusal.value.field == field


def test_what_is_stored_of_a_sheet_comes_back_as_it_was():
    sheet = full_sheet(
        costs=(YearSum(2026, 1, 2),), field_ids=frozenset({3, 1}), confirm_by=date(2026, 12, 1), ad_hoc=True,
        access=Access(("de", "ar"), Cost.FREE, "alle", childcare=True, barrier_free=True, outreach=True),
    )  # fmt: skip
    facts = json.loads(json.dumps(stored(sheet)))
    assert restored(replace(full_sheet(), access=sheet.access), sheet.words, facts) == sheet
    assert Access.read(facts["access"]) == sheet.access
    assert not Access().said


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_titles_are_alike_in_both_directions(one, two):
    assert alike(one, two) is alike(two, one)
    assert alike(one, one) is bool(title_words(one))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Ferienspiele", "Ferienspiele 2027", True), ("Deutschkurse für Frauen", "Deutschkurse für Männer", False),
        ("Mehrsprachige Gesundheitslotsen", "Gesundheitslotsen, mehrsprachige", True), ("Mehr", "Mehr", False),
        ("Offene Treffpunkte für alle", "Offene Werkstatt mit Arbeitslosen", False),
    ],
)  # fmt: skip
def test_titles_are_compared_by_their_telling_words(one, two, same):
    assert alike(one, two) is same


def test_the_same_proposal_in_full_makes_a_twin_in_any_cluster():
    this, twin = Other(1, "Bänke", 1, frozenset({7})), Other(2, "Brunnen", 2, frozenset({7, 8}))
    assert duplicates(this, [this, twin, Other(3, "Bänke", 2)]) == [2]


def test_offices_are_waited_for_until_the_last_day():
    open_, signed = Answer(Signature.OPEN, date(2026, 11, 30)), Answer(Signature.SIGNED, date(2026, 12, 24))
    assert waits_until([open_, signed], date(2026, 11, 30)) == date(2026, 11, 30)
    assert waits_until([open_, signed], date(2026, 12, 1)) is None


@pytest.mark.parametrize("paper", ["1/2025-2030", "12345/2025-2030", " 2424/2014-2020/1 "])
def test_papers_of_the_council_have_numbers(paper):
    assert numbered(paper) == paper.strip()


@pytest.mark.parametrize(
    ("reminded_on", "today", "now"),
    [
        (None, date(2026, 11, 26), False),
        (None, date(2026, 11, 27), True),
        (date(2026, 11, 27), date(2026, 12, 3), False),
        (date(2026, 11, 27), date(2026, 12, 4), True),
    ],
)
def test_an_office_is_reminded_three_days_before_the_end_and_then_every_week(reminded_on, today, now):
    assert remind_now(date(2026, 11, 30), reminded_on, today) is now
